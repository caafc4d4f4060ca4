"""Addresses of touchpoints and handoffs: each below the address of its map."""

from django.urls import path

from touchpoints.views import handoffs, touchpoints

app_name = "touchpoints"

MAP = "w/<slug:workspace>/journeys/<slug:slug>/"
ONE = f"{MAP}touchpoints/<int:pk>/"

urlpatterns = [
    path(f"{MAP}touchpoints/new/", touchpoints.touchpoint_create, name="touchpoint_create"),
    path(
        f"{MAP}touchpoints/archived/", touchpoints.touchpoint_archived, name="touchpoint_archived"
    ),
    path(ONE, touchpoints.touchpoint_edit, name="touchpoint_edit"),
    path(f"{ONE}move/", touchpoints.touchpoint_move, name="touchpoint_move"),
    path(f"{ONE}copy/", touchpoints.touchpoint_copy, name="touchpoint_copy"),
    path(f"{ONE}split/", touchpoints.touchpoint_split, name="touchpoint_split"),
    path(f"{ONE}archive/", touchpoints.touchpoint_archive, name="touchpoint_archive"),
    path(f"{ONE}restore/", touchpoints.touchpoint_restore, name="touchpoint_restore"),
    path(f"{MAP}handoffs/new/", handoffs.handoff_create, name="handoff_create"),
    path(f"{MAP}handoffs/<int:pk>/", handoffs.handoff_edit, name="handoff_edit"),
    path(f"{MAP}handoffs/<int:pk>/remove/", handoffs.handoff_remove, name="handoff_remove"),
]
