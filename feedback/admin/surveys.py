"""The admin page of surveys, with their words; the pages of the app share and invite."""

from typing import Any

from django.contrib import admin

from feedback.admin.columns import OnTouchpoint
from feedback.models import Survey, SurveyText
from journeys.admin.base import ContentInline, WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.admin.forms import WorkspaceContentForm
from journeys.origins import clean_origins


class SurveyAdminForm(WorkspaceContentForm):
    """A survey's settings."""

    class Meta:
        model = Survey
        fields = "__all__"

    def clean_allowed_origins(self) -> str:
        """Refuse what is no origin."""
        return clean_origins(self.cleaned_data["allowed_origins"])

    def clean(self) -> dict[str, Any] | None:
        """Refuse a handoff that does not arrive at the touchpoint."""
        cleaned = super().clean() or {}
        handoff, touchpoint = cleaned.get("handoff"), cleaned.get("touchpoint")
        if handoff and touchpoint and handoff.to_touchpoint_id != touchpoint.pk:
            self.add_error("handoff", f"It arrives at “{handoff.to_touchpoint}”.")
        return cleaned


class SurveyTextInline(ContentInline):
    """The words of a survey, one row a language."""

    model = SurveyText
    fields = [
        "position",
        "language",
        "question",
        "low_label",
        "high_label",
        "follow_up",
        "explained_again",
        "thank_you",
    ]


@admin.register(Survey)
class SurveyAdmin(OnTouchpoint, WorkspaceContentAdmin):
    """What customers are asked, and where."""

    form = SurveyAdminForm
    inlines = [SurveyTextInline]
    fixed_fields = ("source",)
    list_display = ["title", "touchpoint", "journey", "metric", "privacy", "opens_at", "closes_at"]
    list_select_related = ("touchpoint__step__stage__journey",)
    list_filter = [
        ("source__workspace", OwnRelatedFilter),
        ("touchpoint__step__stage__journey", OwnRelatedFilter),
        "metric",
        "privacy",
    ]
    search_fields = ["title", "touchpoint__title"]
    autocomplete_fields = ["source", "touchpoint", "handoff"]
    readonly_fields = ["created_at"]
    fields = [
        "title",
        "source",
        "touchpoint",
        "metric",
        "handoff",
        "asks_comment",
        "privacy",
        "opens_at",
        "closes_at",
        "pause_days",
        "kiosk",
        "allowed_origins",
        "created_at",
    ]
