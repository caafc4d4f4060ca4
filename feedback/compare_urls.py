"""Addresses of comparisons."""

from django.urls import path

from feedback.views import compare

urlpatterns = [
    path(
        "w/<slug:workspace>/journeys/<slug:slug>/compare/",
        compare.journey_compare,
        name="journey_compare",
    ),
]
