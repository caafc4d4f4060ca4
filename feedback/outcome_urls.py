"""Addresses of the outcome metrics and their points."""

from django.urls import path

from feedback.views import outcome_points, outcomes

urlpatterns = [
    path("w/<slug:workspace>/outcomes/", outcomes.outcome_list, name="outcome_list"),
    path("w/<slug:workspace>/outcomes/new/", outcomes.outcome_create, name="outcome_create"),
    path("w/<slug:workspace>/outcomes/<int:pk>/", outcomes.outcome_detail, name="outcome_detail"),
    path("w/<slug:workspace>/outcomes/<int:pk>/edit/", outcomes.outcome_edit, name="outcome_edit"),
    path(
        "w/<slug:workspace>/outcomes/<int:pk>/archive/",
        outcomes.outcome_archive,
        name="outcome_archive",
    ),
    path(
        "w/<slug:workspace>/outcomes/<int:pk>/points/new/",
        outcome_points.point_create,
        name="outcome_point_create",
    ),
    path(
        "w/<slug:workspace>/outcomes/<int:pk>/points/table/",
        outcome_points.point_table,
        name="outcome_point_table",
    ),
    path(
        "w/<slug:workspace>/outcomes/<int:pk>/points/<int:point>/",
        outcome_points.point_edit,
        name="outcome_point_edit",
    ),
    path(
        "w/<slug:workspace>/outcomes/<int:pk>/points/<int:point>/delete/",
        outcome_points.point_delete,
        name="outcome_point_delete",
    ),
]
