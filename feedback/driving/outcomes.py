"""What can be chosen as the overall score, and which one is chosen where nobody says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

from django.db.models import F, Q, Sum

from feedback.driving.answers import Outcome, shared_counts
from feedback.metrics.scales import SCALES
from feedback.models import ScoreCount
from feedback.wording import label
from journeys.models import Journey
from journeys.models.workspaces import Visitor
from touchpoints.models import Touchpoint

NPS = "nps"


@dataclass(frozen=True, slots=True)
class Choice:
    """An overall score that may be chosen: `answers` of the period, and of all that is read."""

    outcome: Outcome
    title: str
    answers: int
    answers_read: int
    elsewhere: str = ""
    """The journey that it stands on, where that is another one."""

    @property
    def label(self) -> str:
        """Return what is asked where: "Renewal confirmation: NPS"."""
        return f"{self.title}: {label(SCALES[self.outcome.metric])}"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The choices of a journey, its own in the map's order first, and how much it has to read."""

    choices: tuple[Choice, ...]
    answers_read: int
    """Answers at the journey's touchpoints since where an analysis reads from."""

    def named(self, key: str) -> Choice | None:
        """Return the choice that an address names, or None."""
        return next((choice for choice in self.choices if choice.outcome.key == key), None)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The overall score of a view, and in a sentence why it is that one; "" where it was named."""

    choice: Choice
    why: str = ""


def outcomes(
    journey: Journey,
    touchpoints: Sequence[Touchpoint],
    user: Visitor,
    *,
    start: date | None,
    since: date | None,
    end: date,
) -> Outcomes:
    """Return what can be the overall score of a journey: whatever enough people answered.

    Its own touchpoints on every scale, and NPS wherever else in the workspace. `touchpoints` are
    those on its map; the period begins at `start`, reading at `since`. Two queries.
    """
    own = {touchpoint.pk: place for place, touchpoint in enumerate(touchpoints)}
    every = reduce(add, (F(column) for column in ScoreCount.COLUMNS))
    days = Q(day__lte=end) & (Q(day__gte=since) if since else Q())
    others = Touchpoint.objects.visible_to(user).current()
    others = others.filter(step__stage__journey__workspace=journey.workspace_id)
    counts = list(
        ScoreCount.objects.filter(days)
        .filter(Q(touchpoint__in=own) | Q(touchpoint__in=others.values("pk"), metric=NPS))
        .values_list("touchpoint_id", "metric")
        .annotate(read=Sum(every), now=Sum(every, filter=Q(day__gte=start) if start else None))
        .order_by()
    )
    elsewhere = others.select_related("step__stage__journey").in_bulk(
        [pk for pk, *_ in counts if pk not in own]
    )
    titles = {each.pk: each.title for each in (*touchpoints, *elsewhere.values())}
    choices = [
        Choice(
            Outcome(pk, metric),
            titles[pk],
            now or 0,
            read or 0,
            "" if pk in own else elsewhere[pk].step.stage.journey.title,
        )
        for pk, metric, read, now in counts
        if pk in titles and (now or 0) >= journey.workspace.minimum_answers
    ]
    scales = list(SCALES)
    choices.sort(
        key=lambda each: (
            each.elsewhere,
            own.get(each.outcome.touchpoint_id, 0),
            scales.index(each.outcome.metric),
            each.title,
        )
    )
    return Outcomes(tuple(choices), sum(read or 0 for pk, _, read, _ in counts if pk in own))


def default_outcome(
    found: Outcomes, ids: Sequence[int], *, start: date | None, end: date, may_read: bool
) -> Chosen | None:
    """Return the overall score that a page shows by itself, or None without any answers.

    The one whose people scored most of the other touchpoints, too; where there is too much to
    read for finding out, or nobody did, the NPS with the most answers, else the most answered.
    """
    own = [choice for choice in found.choices if not choice.elsewhere]
    if not own:
        return None
    shared = shared_counts(ids, since=start, until=end) if may_read else {}
    if any(shared.get(choice.outcome) for choice in own):
        return Chosen(
            _most(own, shared),
            "Chosen because more people than with any other also scored two further touchpoints.",
        )
    asked = [choice for choice in own if choice.outcome.metric == NPS]
    answers = {choice.outcome: choice.answers for choice in own}
    if asked:
        return Chosen(_most(asked, answers), "Chosen because it is the NPS with the most answers.")
    return Chosen(_most(own, answers), "Chosen because it has the most answers.")


def _most(choices: Sequence[Choice], counts: Mapping[Outcome, int]) -> Choice:
    """Return the choice with the highest count; of equals NPS, then the last of the journey."""
    return max(
        enumerate(choices),
        key=lambda each: (
            counts.get(each[1].outcome, 0),
            each[1].outcome.metric == NPS,
            each[0],
        ),
    )[1]
