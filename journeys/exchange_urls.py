"""The address at which a journey comes back from a file."""

from django.urls import path

from journeys.views.starting import importing

urlpatterns = [
    path(
        "w/<slug:workspace>/journeys/new/import/", importing.journey_import, name="journey_import"
    ),
]
