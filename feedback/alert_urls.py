"""Addresses of alerts, and of the webhooks that tell other programs of them."""

from django.urls import path

from feedback.views import alert_hooks, alerts

_ALERT = "w/<slug:workspace>/alerts/<int:pk>/"
_HOOK = "w/<slug:workspace>/webhooks/outgoing/<int:pk>/"

urlpatterns = [
    path("w/<slug:workspace>/alerts/", alerts.alert_list, name="alert_list"),
    path(_ALERT, alerts.alert_detail, name="alert_detail"),
    path(f"{_ALERT}snooze/", alerts.alert_snooze, name="alert_snooze"),
    path(f"{_ALERT}close/", alerts.alert_close, name="alert_close"),
    path(f"{_ALERT}reopen/", alerts.alert_reopen, name="alert_reopen"),
    path(
        "w/<slug:workspace>/webhooks/outgoing/", alert_hooks.alert_hook_list, name="alert_hook_list"
    ),
    path(
        "w/<slug:workspace>/webhooks/outgoing/new/",
        alert_hooks.alert_hook_create,
        name="alert_hook_create",
    ),
    path(_HOOK, alert_hooks.alert_hook_detail, name="alert_hook_detail"),
    path(f"{_HOOK}secret/", alert_hooks.alert_hook_secret, name="alert_hook_secret"),
    path(f"{_HOOK}test/", alert_hooks.alert_hook_test, name="alert_hook_test"),
    path(f"{_HOOK}delete/", alert_hooks.alert_hook_delete, name="alert_hook_delete"),
]
