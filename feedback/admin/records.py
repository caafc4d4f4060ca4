"""The admin pages of single answers and observations."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils.text import Truncator

from feedback.admin.columns import OnTouchpoint
from feedback.models import FeedbackRecord
from feedback.privacy.masking import masked
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.admin.forms import WorkspaceContentForm

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

COUNTED = 10_000


class BoundedPaginator(_Paginator):
    """Counts no further than COUNTED: counting ten million answers takes seconds."""

    @cached_property
    def count(self) -> int:
        """Return how many there are, COUNTED at most."""
        records: Any = self.object_list
        return int(records.values("pk")[:COUNTED].count())


class FeedbackRecordForm(WorkspaceContentForm):
    """One answer or observation."""

    class Meta:
        model = FeedbackRecord
        fields = "__all__"

    def clean_comment(self) -> str:
        """Mask addresses and numbers of people, as on every other way in."""
        return masked(self.cleaned_data["comment"])

    def clean(self) -> dict[str, Any] | None:
        """Refuse half an answer, and a record without any content."""
        cleaned = super().clean() or {}
        metric, score = cleaned.get("metric"), cleaned.get("score")
        if metric and score is None and "score" not in self.errors:
            self.add_error("score", "A metric needs a score.")
        if score is not None and not metric:
            self.add_error("metric", "Which metric is the score on?")
        if not metric and score is None and not cleaned.get("comment"):
            self.add_error("comment", "Without a score, a record needs a comment.")
        return cleaned


@admin.register(FeedbackRecord)
class FeedbackRecordAdmin(OnTouchpoint, WorkspaceContentAdmin):
    """Answers and observations; the daily counts follow every change by themselves."""

    names_in_audit = False
    form = FeedbackRecordForm
    paginator = BoundedPaginator
    list_display = [
        "occurred_at",
        "touchpoint",
        "journey",
        "metric",
        "score",
        "said",
        "segment",
        "channel",
        "source",
    ]
    list_select_related = ("source", "segment", "channel")
    # By id, which the database has in order; by time it would have to sort all of them.
    ordering = ["-pk"]
    sortable_by = ()
    list_filter = [
        ("touchpoint__step__stage__journey", OwnRelatedFilter),
        "metric",
        ("source", OwnRelatedFilter),
        ("segment", OwnRelatedFilter),
        ("channel", OwnRelatedFilter),
    ]
    search_fields = ["comment", "external_id", "touchpoint__title"]
    search_help_text = (
        "Search in comment, touchpoint and external id. The list shows what was recorded last, "
        f"{COUNTED:,} records at most."
    )
    autocomplete_fields = ["source", "touchpoint", "segment", "channel"]
    readonly_fields = ["recorded_at"]
    fields = [
        "touchpoint",
        "source",
        "occurred_at",
        "metric",
        "score",
        "comment",
        "segment",
        "channel",
        "external_id",
        "partial",
        "language",
        "recorded_at",
    ]

    @admin.display(description="comment")
    def said(self, record: FeedbackRecord) -> str:
        """Return the beginning of the comment."""
        return Truncator(record.comment).chars(80) or "–"
