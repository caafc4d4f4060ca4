"""Addresses of the dashboards."""

from django.urls import path

from feedback.views import dashboards

urlpatterns = [
    path(
        "w/<slug:workspace>/dashboard/", dashboards.workspace_dashboard, name="workspace_dashboard"
    ),
    path(
        "w/<slug:workspace>/journeys/<slug:slug>/dashboard/",
        dashboards.journey_dashboard,
        name="journey_dashboard",
    ),
]
