"""The form behind "A customer just told me …"."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, count
from typing import Any
from uuid import uuid4

from django import forms
from django.db import transaction

from feedback.metrics.scales import Scale
from feedback.models import Metric, Source, SourceKind, Survey
from feedback.privacy.masking import masked
from feedback.recording import NewAnswer, record_answers
from journeys.models import Segment, Workspace
from touchpoints.models import Touchpoint

SOURCES = {
    SourceKind.FRONTLINE: ("Frontline notes", "The customer told me, or I saw it"),
    SourceKind.TICKET: ("Support tickets", "Support ticket"),
    SourceKind.REVIEW: ("Reviews", "Review"),
    SourceKind.SOCIAL: ("Social mentions", "Social media"),
    SourceKind.INTERVIEW: ("Interview quotes", "Interview"),
}
"""Which source of the workspace a note goes to, and how the form calls it."""

ASKED = (Metric.CSAT, Metric.CES, Metric.NPS)
ENDS = {
    Metric.CSAT: ("very dissatisfied", "very satisfied"),
    Metric.CES: ("very hard", "very easy"),
    Metric.NPS: ("would not recommend", "would recommend"),
}
# The clock of who writes may be ahead of the server's.
CLOCK_SLACK = timedelta(minutes=5)


def source_of_notes(workspace: Workspace, kind: SourceKind) -> Source:
    """Return the workspace's source of such notes, made when it is first needed.

    Into the source of a survey, which promises its own privacy, nobody else writes: where a
    survey has the name, the notes go to "Reviews 2".
    """
    wanted, _ = SOURCES[kind]
    taken = set(Survey.objects.filter(source__workspace=workspace).values_list("source__name"))
    names = chain([wanted], (f"{wanted} {n}" for n in count(2)))
    name = next(name for name in names if (name,) not in taken)
    source, _ = Source.objects.get_or_create(
        workspace=workspace, name=name, defaults={"kind": kind}
    )
    return source


class NoteForm(forms.Form):
    """A customer's words about one touchpoint, as somebody heard or read them.

    `token` makes the same form, sent twice, one note.
    """

    comment = forms.CharField(
        label="What did the customer say or do?",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="E-mail addresses, telephone and card numbers in it are masked.",
        error_messages={"required": "Write what the customer said or did."},
    )
    kind = forms.ChoiceField(
        label="Where does it come from?",
        choices=[(kind.value, words) for kind, (_, words) in SOURCES.items()],
        initial=SourceKind.FRONTLINE.value,
    )
    score = forms.ChoiceField(
        label="A score, if the customer gave one",
        required=False,
        choices=[],
    )
    occurred_at = forms.DateTimeField(
        label="When",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Give day and time, for instance 2026-03-10 14:30."},
    )
    segment = forms.ModelChoiceField(
        Segment.objects.none(), label="Segment", required=False, empty_label="not known"
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, touchpoint: Touchpoint, now: datetime, **options: Any) -> None:
        options["initial"] = {"occurred_at": now, "token": uuid4()} | options.get("initial", {})
        super().__init__(*args, **options)
        self.touchpoint = touchpoint
        self.now = now
        self.workspace = touchpoint.step.stage.journey.workspace
        fields: dict[str, Any] = self.fields
        fields["segment"].queryset = self.workspace.segments.all()
        fields["score"].choices = [("", "no score"), *_scores()]
        fields["occurred_at"].help_text = f"Time zone: {now.tzname()}."

    def clean_occurred_at(self) -> datetime:
        """Refuse the future."""
        moment: datetime = self.cleaned_data["occurred_at"]
        if moment > self.now + CLOCK_SLACK:
            raise forms.ValidationError("This lies in the future.")
        return moment

    @property
    def metric(self) -> str:
        """The metric of the score, or empty where none was given."""
        return str(self.cleaned_data["score"]).partition(":")[0]

    @property
    def was_masked(self) -> bool:
        """True where the words are kept with something taken out."""
        comment: str = self.cleaned_data["comment"]
        return masked(comment) != comment

    @transaction.atomic
    def save(self) -> Source:
        """Record the note, and return the source that it went to."""
        given = self.cleaned_data
        metric, _, score = given["score"].partition(":")
        source = source_of_notes(self.workspace, SourceKind(given["kind"]))
        record_answers(
            source,
            [
                NewAnswer(
                    touchpoint_id=self.touchpoint.pk,
                    metric=metric,
                    score=int(score) if score else None,
                    comment=given["comment"],
                    occurred_at=given["occurred_at"],
                    external_id=str(given["token"]),
                    segment_id=given["segment"].pk if given["segment"] else None,
                    channel_id=self.touchpoint.channel_id,
                )
            ],
        )
        return source


def _scores() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for metric in ASKED:
        yield metric.label, [(f"{metric.value}:{score}", text) for score, text in _points(metric)]


def _points(metric: Metric) -> Iterator[tuple[int, str]]:
    scale: Scale = metric.scale
    low, high = ENDS[metric]
    words = {scale.low: f" – {low}", scale.high: f" – {high}"}
    for score in scale.points:
        yield score, f"{score} of {scale.high}{words.get(score, '')}"
