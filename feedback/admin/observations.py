"""The admin page of single observations: waits, first responses, and what went wrong."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MinValueValidator

from feedback.admin.columns import OnTouchpoint
from feedback.admin.records import BoundedPaginator
from feedback.metrics.durations import bucket_of
from feedback.models import Observation, ObservationKind
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.admin.forms import WorkspaceContentForm


class ObservationForm(WorkspaceContentForm):
    """One customer's wait, or whether a thing happened to them."""

    class Meta:
        model = Observation
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "seconds" in self.fields:
            self.fields["seconds"].validators.append(MinValueValidator(0))
        if isinstance(hit := self.fields.get("hit"), forms.NullBooleanField):
            hit.label = "Happened"

    def clean(self) -> dict[str, Any] | None:
        """Ask for what the kind needs, and for nothing else; find the log bucket."""
        cleaned = super().clean() or {}
        kind, seconds, hit = (cleaned.get(name) for name in ("kind", "seconds", "hit"))
        if not kind:
            return cleaned
        if ObservationKind(kind).timed:
            if seconds is None and "seconds" not in self.errors:
                self.add_error("seconds", "How long did it take?")
            if hit is not None:
                self.add_error("hit", "What is timed neither happened nor not: leave it unknown.")
        else:
            if hit is None:
                self.add_error("hit", "Did it happen to the customer, or not?")
            if seconds is not None:
                self.add_error("seconds", "Only waits and first responses are timed.")
        self._check_handoff(cleaned)
        if not self.errors:
            self.instance.bucket = None if seconds is None else bucket_of(seconds)
        return cleaned

    def _check_handoff(self, cleaned: dict[str, Any]) -> None:
        handoff, explained = cleaned.get("handoff"), ObservationKind.EXPLAINED_AGAIN
        if cleaned["kind"] != explained:
            if handoff is not None:
                self.add_error("handoff", f"Only “{explained.label}” belongs to a handoff.")
        elif handoff is None:
            self.add_error("handoff", "At which handoff?")
        elif handoff.to_touchpoint != cleaned.get("touchpoint"):
            self.add_error("touchpoint", f"This handoff leads to “{handoff.to_touchpoint.title}”.")


@admin.register(Observation)
class ObservationAdmin(OnTouchpoint, WorkspaceContentAdmin):
    """Observations; the daily counts follow every change by themselves."""

    form = ObservationForm
    paginator = BoundedPaginator
    list_display = ["occurred_at", "touchpoint", "journey", "kind", "seconds", "hit", "source"]
    list_select_related = ("source",)
    # By id, which the database has in order; by time it would have to sort all of them.
    ordering = ["-pk"]
    sortable_by = ()
    list_filter = [
        ("touchpoint__step__stage__journey", OwnRelatedFilter),
        "kind",
        ("source", OwnRelatedFilter),
    ]
    search_fields = ["external_id", "touchpoint__title"]
    autocomplete_fields = ["source", "touchpoint", "handoff"]
    readonly_fields = ["recorded_at"]
    fields = [
        "touchpoint",
        "source",
        "kind",
        "occurred_at",
        "seconds",
        "hit",
        "handoff",
        "external_id",
        "recorded_at",
    ]
