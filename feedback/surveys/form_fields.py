"""What the forms of a survey share: the metrics and privacies in words, and the touchpoints."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from feedback.models import Metric, Privacy, Source
from journeys.models import Workspace
from touchpoints.models import Touchpoint

# What people answer by a row of buttons; the others come from help desks.
METRIC_CHOICES = [
    (
        Metric.CSAT.value,
        "CSAT 1–5: how satisfied were you? For one touchpoint, right after it.",
    ),
    (Metric.NPS.value, "NPS 0–10: would you recommend us? For a whole journey or relationship."),
    (Metric.CES.value, "CES 1–7: was it made easy? For tasks: a claim, a return, a call."),
    (Metric.CSAT_7.value, "CSAT 1–7: as CSAT, on the longer scale."),
    (Metric.CES_5.value, "CES 1–5: as CES, on the shorter scale."),
]
PRIVACY_CHOICES = [
    (
        Privacy.ANONYMOUS.value,
        "Anonymous: nobody can tell who answered. Stored: the answer, its language, the day.",
    ),
    (
        Privacy.PSEUDONYMOUS.value,
        "Pseudonymous: no name, no address. Stored: the answer, its language, the time, a key.",
    ),
    (
        Privacy.IDENTIFIED.value,
        "Identified: also the e-mail address of who was invited or left it, kept apart.",
    ),
]


class TouchpointField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A touchpoint on one of the workspace's maps, under its journey and step."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Touchpoint.objects.none(), **options)

    def offer(self, workspace: Workspace, *, also: Iterable[int] = ()) -> None:
        """Offer what is on the workspace's maps, and what is chosen already."""
        on_maps = Touchpoint.objects.filter(step__stage__journey__workspace=workspace)
        self.queryset = on_maps.current() | on_maps.filter(pk__in=also)
        groups: dict[str, list[tuple[Any, str]]] = {}
        rows = self.queryset.select_related("channel", "step__stage__journey").order_by(
            "step__stage__journey__title",
            "step__stage__journey",
            "step__stage__position",
            "step__position",
            "position",
            "pk",
        )
        for touchpoint in rows:
            step = touchpoint.step
            group = f"{step.stage.journey.title} › {step.title}"
            label = f"{touchpoint.title} ({touchpoint.channel.name})"
            groups.setdefault(group, []).append((touchpoint.pk, label))
        empty = [("", "Choose a touchpoint")]
        self.choices = [*empty, *groups.items()]


def refuse_taken(workspace: Workspace, title: str, *, own: int = 0) -> None:
    """Raise ValidationError where another source of answers has that name already."""
    if title and Source.objects.filter(workspace=workspace, name=title).exclude(pk=own).exists():
        raise ValidationError(f"There is another source named “{title}” here.")
