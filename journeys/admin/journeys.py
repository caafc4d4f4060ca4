"""Journeys with their stages and lanes, and stages with their steps.

Maps are drawn on their own pages; here an admin finds, hands over, renames and removes them.
"""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from journeys.admin.base import ContentInline, WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.admin.forms import PositionedFormSet
from journeys.models import EmotionAssessment, Journey, Lane, LaneKind, Stage, Step


class StageInline(ContentInline):
    """The stages of a journey; each links to its steps."""

    model = Stage
    formset = PositionedFormSet
    fields = ["position", "title", "goal"]
    show_change_link = True


class LaneFormSet(PositionedFormSet):
    """The lanes of a map."""

    def clean(self) -> None:
        """Refuse a second computed lane of one kind, and a second line of one sort."""
        super().clean()
        if any(self.errors):
            return
        rows = [
            form.cleaned_data
            for form in self.forms
            if form not in self.deleted_forms and form.cleaned_data
        ]
        computed = [row["kind"] for row in rows if row.get("kind") in LaneKind.computed()]
        lines = [row["line_below"] for row in rows if row.get("line_below")]
        for used, what in ((computed, "lane of this kind"), (lines, "such line")):
            for value in {value for value in used if used.count(value) > 1}:
                raise ValidationError(f"“{value}”: a map has only one {what}.")


class LaneInline(ContentInline):
    """The rows of a journey's map."""

    model = Lane
    formset = LaneFormSet
    fields = ["position", "kind", "title", "line_below"]


class StepInline(ContentInline):
    """The steps of a stage."""

    model = Step
    formset = PositionedFormSet
    fields = ["position", "title"]


@admin.register(Journey)
class JourneyAdmin(WorkspaceContentAdmin):
    """Maps, by owner, state and staleness."""

    list_display = ["title", "workspace", "state", "owner", "size", "review", "revision"]
    list_select_related = ("owner",)
    list_filter = [
        ("workspace", OwnRelatedFilter),
        "state",
        ("owner", OwnRelatedFilter),
        ("personas", OwnRelatedFilter),
    ]
    search_fields = ["title", "goal", "slug"]
    ordering = ["title"]
    prepopulated_fields = {"slug": ["title"]}
    filter_horizontal = ["personas"]
    autocomplete_fields = ["owner", "compares_with"]
    readonly_fields = ["revision", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["workspace", "title", "slug", "goal", "state", "compares_with"]}),
        ("People", {"fields": ["owner", "review_by", "personas"]}),
        ("Record", {"fields": ["revision", "created_at", "updated_at"]}),
    ]
    inlines = [StageInline, LaneInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Journey]:
        """Count stages and steps along."""
        queryset: Any = super().get_queryset(request)
        counted: QuerySet[Journey] = queryset.with_counts()
        return counted

    def save_model(self, request: HttpRequest, obj: Journey, form: Any, change: bool) -> None:
        """Write only what was changed: somebody may have raised the revision meanwhile."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields={"updated_at"} | columns.intersection(form.changed_data))

    @admin.display(description="stages × steps")
    def size(self, journey: Any) -> str:
        """Return how large the map is."""
        return f"{journey.stage_count} × {journey.step_count}"

    @admin.display(description="review by", ordering="review_by")
    def review(self, journey: Journey) -> str:
        """Return the date of the promised review, and whether it has passed."""
        if journey.review_by is None:
            return "–"
        day = f"{journey.review_by:%Y-%m-%d}"
        if not journey.is_review_overdue(timezone.localdate()):
            return day
        return format_html('<span class="is-late">{} overdue</span>', day)


class ColumnAdmin(WorkspaceContentAdmin):
    """Parts of a map: reached from their journey, not listed on the front page."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Leave them out of the front page and the side bar."""
        return False


@admin.register(Stage)
class StageAdmin(ColumnAdmin):
    """A stage and its steps."""

    list_display = ["title", "journey", "position"]
    list_filter = [("journey", OwnRelatedFilter)]
    search_fields = ["title", "goal", "journey__title"]
    fields = ["journey", "title", "goal", "position"]
    fixed_fields = ("journey",)
    inlines = [StepInline]


@admin.register(Step)
class StepAdmin(ColumnAdmin):
    """A step; touchpoints and assessments find theirs here."""

    list_display = ["title", "stage", "journey", "position"]
    list_filter = [("stage__journey", OwnRelatedFilter)]
    search_fields = ["title", "stage__title", "stage__journey__title"]
    fields = ["stage", "title", "position"]
    autocomplete_fields = ["stage"]

    @admin.display(ordering="stage__journey")
    def journey(self, step: Step) -> Journey:
        """Return the map on which the step stands."""
        return step.stage.journey


@admin.register(EmotionAssessment)
class EmotionAssessmentAdmin(WorkspaceContentAdmin):
    """How people in a workshop judged a step."""

    list_display = ["step", "journey", "score", "persona", "rater", "assessed_on"]
    list_select_related = ("persona", "rater")
    list_filter = [
        ("step__stage__journey", OwnRelatedFilter),
        ("persona", OwnRelatedFilter),
        "assessed_on",
    ]
    search_fields = ["step__title", "persona__name", "rater__name", "rater__email"]
    fields = ["step", "persona", "rater", "score", "assessed_on"]
    autocomplete_fields = ["step", "persona", "rater"]

    @admin.display(ordering="step__stage__journey")
    def journey(self, assessment: EmotionAssessment) -> Journey:
        """Return the map on which the step stands."""
        return assessment.step.stage.journey
