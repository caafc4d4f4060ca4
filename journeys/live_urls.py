"""Addresses of what keeps an open map up to date."""

from django.urls import path

from journeys.editing_urls import MAP
from journeys.views import live

urlpatterns = [
    path(f"{MAP}live/", live.journey_live, name="journey_live"),
    path(f"{MAP}live/here/", live.live_here, name="live_here"),
]
