"""Addresses of the key drivers."""

from django.urls import path

from feedback.views import drivers

urlpatterns = [
    path(
        "w/<slug:workspace>/journeys/<slug:slug>/drivers/",
        drivers.journey_drivers,
        name="journey_drivers",
    ),
    path(
        "w/<slug:workspace>/journeys/<slug:slug>/drivers/compute/",
        drivers.journey_drivers_compute,
        name="journey_drivers_compute",
    ),
]
