"""Addresses of the evidence behind a number, and of the teams that own it."""

from django.urls import path

from feedback import (
    alert_urls,
    case_urls,
    compare_urls,
    dashboard_urls,
    driver_urls,
    observing_urls,
    opportunity_urls,
    outcome_urls,
    survey_urls,
    webhook_urls,
)
from feedback.views import evidence, import_mapping, imports, teams, touchpoint_merge

app_name = "feedback"

urlpatterns = [
    *case_urls.urlpatterns,
    *alert_urls.urlpatterns,
    *compare_urls.urlpatterns,
    *dashboard_urls.urlpatterns,
    *driver_urls.urlpatterns,
    *observing_urls.urlpatterns,
    *outcome_urls.urlpatterns,
    *opportunity_urls.urlpatterns,
    *survey_urls.urlpatterns,
    *webhook_urls.urlpatterns,
    path(
        "w/<slug:workspace>/touchpoints/<int:pk>/evidence/",
        evidence.touchpoint_evidence,
        name="touchpoint_evidence",
    ),
    path(
        "w/<slug:workspace>/journeys/<slug:slug>/touchpoints/<int:pk>/merge/",
        touchpoint_merge.touchpoint_merge,
        name="touchpoint_merge",
    ),
    path("w/<slug:workspace>/imports/", imports.import_list, name="import_list"),
    path("w/<slug:workspace>/imports/new/", imports.import_new, name="import_new"),
    path("w/<slug:workspace>/imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path(
        "w/<slug:workspace>/imports/<int:pk>/mapping/",
        import_mapping.import_mapping,
        name="import_mapping",
    ),
    path("w/<slug:workspace>/imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path(
        "w/<slug:workspace>/imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"
    ),
    path(
        "w/<slug:workspace>/imports/<int:pk>/problems/",
        imports.import_problems,
        name="import_problems",
    ),
    path(
        "w/<slug:workspace>/imports/<int:pk>/delete/", imports.import_delete, name="import_delete"
    ),
    path(
        "w/<slug:workspace>/mappings/<int:pk>/delete/",
        import_mapping.mapping_delete,
        name="mapping_delete",
    ),
    path("w/<slug:workspace>/teams/", teams.team_list, name="team_list"),
    path("w/<slug:workspace>/teams/<slug:slug>/", teams.team_detail, name="team_detail"),
]
