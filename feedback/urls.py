"""Addresses of the evidence behind a number, and of the teams that own it."""

from django.urls import path

from feedback.views import evidence, teams

app_name = "feedback"

urlpatterns = [
    path(
        "w/<slug:workspace>/touchpoints/<int:pk>/evidence/",
        evidence.touchpoint_evidence,
        name="touchpoint_evidence",
    ),
    path("w/<slug:workspace>/teams/", teams.team_list, name="team_list"),
    path("w/<slug:workspace>/teams/<slug:slug>/", teams.team_detail, name="team_detail"),
]
