"""Addresses of journeys, personas and API tokens."""

from django.urls import path

from journeys import (
    audit_urls,
    commenting_urls,
    editing_urls,
    exchange_urls,
    exporting_urls,
    history_urls,
    live_urls,
    people_urls,
    roles_urls,
    sharing_urls,
    starting_urls,
)
from journeys.views import journeys, personas, tokens

app_name = "journeys"

urlpatterns = [
    *starting_urls.urlpatterns,
    *exchange_urls.urlpatterns,
    *editing_urls.urlpatterns,
    *exporting_urls.urlpatterns,
    *live_urls.urlpatterns,
    *commenting_urls.urlpatterns,
    *history_urls.urlpatterns,
    *audit_urls.urlpatterns,
    *sharing_urls.urlpatterns,
    *roles_urls.urlpatterns,
    *people_urls.urlpatterns,
    path("w/<slug:workspace>/journeys/", journeys.journey_list, name="journey_list"),
    path("w/<slug:workspace>/journeys/<slug:slug>/", journeys.journey_map, name="journey_map"),
    path(
        "w/<slug:workspace>/journeys/<slug:slug>/outline/",
        journeys.journey_outline,
        name="journey_outline",
    ),
    path("w/<slug:workspace>/personas/", personas.persona_list, name="persona_list"),
    path(
        "w/<slug:workspace>/personas/<slug:slug>/", personas.persona_detail, name="persona_detail"
    ),
    path(
        "w/<slug:workspace>/personas/<slug:slug>/card.<slug:ending>",
        personas.persona_file,
        name="persona_file",
    ),
    path(
        "w/<slug:workspace>/personas/<slug:slug>/photo/",
        personas.persona_photo,
        name="persona_photo",
    ),
    path("w/<slug:workspace>/tokens/", tokens.token_list, name="token_list"),
    path("w/<slug:workspace>/tokens/new/", tokens.token_create, name="token_create"),
    path("w/<slug:workspace>/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
]
