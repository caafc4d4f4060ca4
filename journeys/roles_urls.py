"""The address of who may do what in one journey."""

from django.urls import path

from journeys.editing_urls import MAP
from journeys.views import journey_roles

urlpatterns = [path(f"{MAP}roles/", journey_roles.journey_roles, name="journey_roles")]
