"""Addresses of webhooks: the pages that set them up, and the public one of each."""

from django.urls import path

from feedback.views import hooks, webhooks

urlpatterns = [
    path("hooks/<slug:token>/", hooks.webhook_receive, name="webhook_receive"),
    path("w/<slug:workspace>/webhooks/", webhooks.webhook_list, name="webhook_list"),
    path("w/<slug:workspace>/webhooks/new/", webhooks.webhook_create, name="webhook_create"),
    path("w/<slug:workspace>/webhooks/<int:pk>/", webhooks.webhook_edit, name="webhook_edit"),
    path(
        "w/<slug:workspace>/webhooks/<int:pk>/replay/",
        webhooks.webhook_replay,
        name="webhook_replay",
    ),
]
