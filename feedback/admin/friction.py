"""The admin pages of observed and assessed friction, and of the formula."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest

from feedback.admin.columns import OnTouchpoint
from feedback.models import FrictionAssessment, FrictionFormula, FrictionInput
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.admin.forms import WorkspaceContentForm
from journeys.models import Journey, Workspace

WEIGHTS = ("effort_weight", "abandon_weight", "wait_weight", "repeat_weight", "error_weight")
ANCHORS = ("abandon_worst", "repeat_worst", "error_worst")


class FrictionInputForm(WorkspaceContentForm):
    """One day's events."""

    class Meta:
        model = FrictionInput
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        """Refuse more hits than there were attempts."""
        cleaned = super().clean() or {}
        hits, base = cleaned.get("hits"), cleaned.get("base")
        if hits is not None and base is not None and hits > base:
            self.add_error("hits", f"More than the base ({base}).")
        return cleaned


@admin.register(FrictionInput)
class FrictionInputAdmin(OnTouchpoint, WorkspaceContentAdmin):
    """Observed friction, by day."""

    form = FrictionInputForm
    list_display = ["touchpoint", "journey", "kind", "day", "hits", "base"]
    list_filter = [("touchpoint__step__stage__journey", OwnRelatedFilter), "kind", "day"]
    search_fields = ["touchpoint__title"]
    autocomplete_fields = ["touchpoint"]
    fields = ["touchpoint", "kind", "day", "hits", "base"]


@admin.register(FrictionAssessment)
class FrictionAssessmentAdmin(OnTouchpoint, WorkspaceContentAdmin):
    """How severe people in a workshop judged a touchpoint."""

    list_display = ["touchpoint", "journey", "severity", "rater", "assessed_on"]
    list_select_related = ("rater",)
    list_filter = [
        ("touchpoint__step__stage__journey", OwnRelatedFilter),
        "severity",
        "assessed_on",
    ]
    search_fields = ["touchpoint__title", "rater__name", "rater__email"]
    autocomplete_fields = ["touchpoint", "rater"]
    fields = ["touchpoint", "rater", "severity", "assessed_on"]


class FrictionFormulaForm(WorkspaceContentForm):
    """A new version of the weights and anchors."""

    class Meta:
        model = FrictionFormula
        exclude = ["version"]

    def clean(self) -> dict[str, Any] | None:
        """Refuse weights that do not add up to 1, and an anchor of 0."""
        cleaned = super().clean() or {}
        weights = [cleaned.get(name) for name in WEIGHTS]
        if None not in weights:
            total = sum(weight for weight in weights if weight is not None)
            if abs(total - 1) > 1e-9:
                self.add_error(None, f"The five weights add up to {total:g}; they must to 1.")
        for name in ANCHORS:
            if cleaned.get(name) == 0:
                self.add_error(name, "Must be above 0: it is the rate that counts as the worst.")
        return cleaned


@admin.register(FrictionFormula)
class FrictionFormulaAdmin(WorkspaceContentAdmin):
    """The friction score's weights. A version is added, never changed: scores name theirs."""

    form = FrictionFormulaForm
    list_display = ["workspace", "version", *WEIGHTS, "note", "created_at"]
    list_filter = [("workspace", OwnRelatedFilter)]
    search_fields = ["note"]
    readonly_fields = ["version", "created_at"]
    fieldsets = [
        (None, {"fields": ["workspace", "version", "note", "created_at"]}),
        (
            "Weights",
            {"description": "Each 0 to 1; together exactly 1.", "fields": [*WEIGHTS]},
        ),
        (
            "Anchors",
            {"description": "The rate, 0 to 1, that counts as the worst.", "fields": [*ANCHORS]},
        ),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: a score that was shown must stay explainable."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: a score that was shown must stay explainable."""
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """Begin with the formula that is in force, where it is clear for which workspace."""
        initial: dict[str, Any] = {**super().get_changeform_initial_data(request)}
        own: QuerySet[Workspace] = Workspace.objects.administered_by(request.user)
        only = list(own[:2])
        if len(only) == 1:
            formula = FrictionFormula.objects.in_force(only[0])
            in_force = {
                **{name: getattr(formula, name.removesuffix("_weight")) for name in WEIGHTS},
                "abandon_worst": formula.abandonment_worst,
                "repeat_worst": formula.repeat_worst,
                "error_worst": formula.error_worst,
            }
            initial = {"workspace": only[0].pk, **in_force, **initial}
        return initial

    def journeys_showing(self, obj: FrictionFormula) -> Iterable[int]:
        """Every map of the workspace shows friction."""
        return Journey.objects.filter(workspace=obj.workspace_id).values_list("pk", flat=True)

    def save_model(
        self, request: HttpRequest, obj: FrictionFormula, form: Any, change: bool
    ) -> None:
        """Give the version after the newest; two who add at once get two."""
        Workspace.objects.select_for_update().get(pk=obj.workspace_id)
        versions = FrictionFormula.objects.filter(workspace=obj.workspace_id)
        obj.version = (versions.aggregate(newest=Max("version"))["newest"] or 1) + 1
        super().save_model(request, obj, form, change)
