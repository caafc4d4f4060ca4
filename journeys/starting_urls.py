"""Addresses of what a journey starts from, of saved views, and of presenting."""

from django.urls import path

from journeys.editing_urls import MAP
from journeys.views.starting import copying, creating, presenting, saved_views

urlpatterns = [
    path("w/<slug:workspace>/journeys/new/", creating.journey_create, name="journey_create"),
    path(
        "w/<slug:workspace>/templates/<int:pk>/delete/",
        copying.template_delete,
        name="template_delete",
    ),
    path(f"{MAP}duplicate/", copying.journey_duplicate, name="journey_duplicate"),
    path(f"{MAP}template/", copying.template_create, name="template_create"),
    path(
        f"{MAP}steps/<int:pk>/sub-journey/", copying.sub_journey_create, name="sub_journey_create"
    ),
    path(f"{MAP}present/", presenting.journey_present, name="journey_present"),
    path(f"{MAP}views/", saved_views.view_list, name="view_list"),
    path(f"{MAP}views/<int:pk>/rename/", saved_views.view_rename, name="view_rename"),
    path(f"{MAP}views/<int:pk>/delete/", saved_views.view_delete, name="view_delete"),
]
