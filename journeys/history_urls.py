"""Addresses of a journey's history: its changes, its versions, and what differs between two."""

from django.urls import path

from journeys.editing_urls import MAP
from journeys.views import diff, history, versions

HISTORY = f"{MAP}history/"

urlpatterns = [
    path(HISTORY, history.journey_history, name="journey_history"),
    path(f"{HISTORY}compare/", diff.journey_diff, name="journey_diff"),
    path(f"{HISTORY}versions/", versions.version_list, name="version_list"),
    path(f"{HISTORY}versions/new/", versions.version_create, name="version_create"),
    path(f"{HISTORY}versions/<int:pk>/", versions.version_detail, name="version_detail"),
    path(f"{HISTORY}versions/<int:pk>/restore/", versions.version_restore, name="version_restore"),
]
