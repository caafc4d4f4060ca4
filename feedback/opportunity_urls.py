"""Addresses of opportunities, what is done about them, and what they are weighed by."""

from django.urls import path, re_path

from feedback.views import (
    opportunities,
    opportunity_criteria,
    opportunity_files,
    opportunity_pages,
    opportunity_steps,
)

_HOME = "w/<slug:workspace>/opportunities/"
_ONE = f"{_HOME}<int:pk>/"

urlpatterns = [
    path(_HOME, opportunities.opportunity_list, name="opportunity_list"),
    path(f"{_HOME}board/", opportunities.opportunity_board, name="opportunity_board"),
    path(f"{_HOME}matrix/", opportunities.opportunity_matrix, name="opportunity_matrix"),
    path(f"{_HOME}new/", opportunity_pages.opportunity_create, name="opportunity_create"),
    path(f"{_HOME}criteria/", opportunity_criteria.criterion_list, name="criterion_list"),
    path(f"{_HOME}criteria/<int:pk>/", opportunity_criteria.criterion_edit, name="criterion_edit"),
    path(
        f"{_HOME}criteria/<int:pk>/delete/",
        opportunity_criteria.criterion_delete,
        name="criterion_delete",
    ),
    re_path(
        r"^w/(?P<workspace>[-\w]+)/opportunities/(?P<name>[a-z-]+)\.(?P<kind>csv|xlsx)$",
        opportunity_files.opportunity_file,
        name="opportunity_file",
    ),
    path(_ONE, opportunity_pages.opportunity_detail, name="opportunity_detail"),
    path(f"{_ONE}edit/", opportunity_pages.opportunity_edit, name="opportunity_edit"),
    path(f"{_ONE}delete/", opportunity_pages.opportunity_delete, name="opportunity_delete"),
    path(f"{_ONE}state/", opportunity_steps.opportunity_state, name="opportunity_state"),
    path(f"{_ONE}place/", opportunity_steps.opportunity_place, name="opportunity_place"),
    path(f"{_ONE}scores/", opportunity_steps.opportunity_scores, name="opportunity_scores"),
    path(f"{_ONE}evidence/", opportunity_steps.evidence_create, name="evidence_create"),
    path(
        f"{_ONE}evidence/<int:evidence>/delete/",
        opportunity_steps.evidence_delete,
        name="evidence_delete",
    ),
    path(f"{_ONE}solutions/", opportunity_steps.solution_create, name="solution_create"),
    path(f"{_ONE}solutions/<int:solution>/", opportunity_steps.solution_edit, name="solution_edit"),
    path(f"{_ONE}actions/", opportunity_steps.action_create, name="action_create"),
    path(f"{_ONE}actions/<int:action>/", opportunity_steps.action_edit, name="action_edit"),
    path(f"{_ONE}actions/<int:action>/state/", opportunity_steps.action_state, name="action_state"),
]
