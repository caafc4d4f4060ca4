"""The atlas's figures: every listed journey's touchpoints, gathered at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db.models import OuterRef, Subquery

from feedback.evidence import Evidence, gather
from feedback.models import ScoreCount
from feedback.summary import summarize
from journeys.maps.atlas import Headline
from journeys.maps.filters import MapFilters
from journeys.maps.grid import UNKNOWN, Metric
from journeys.models import Journey
from touchpoints.below import with_below
from touchpoints.models import Touchpoint


def summarize_journeys(journeys: Sequence[Journey], *, filters: MapFilters) -> dict[int, Headline]:
    """Return NPS, CSAT, effort, friction and answers of journeys of one workspace, by their id.

    A fixed number of queries, however many journeys there are.
    """
    by_journey = with_below(journeys)
    everything = {each.pk: each for group in by_journey.values() for each in group}
    touchpoints = list(everything.values())
    found = gather(touchpoints, workspace=journeys[0].workspace, filters=filters, pieces=1)
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    days: dict[int, list[date]] = defaultdict(list)
    newest = newest_days(touchpoints)
    for journey_id, group in by_journey.items():
        evidence[journey_id] = [found[touchpoint.pk] for touchpoint in group]
        days[journey_id] = [newest[each.pk] for each in group if each.pk in newest]
    return {
        journey.pk: Headline(
            tuple(_metrics(evidence[journey.pk])), max(days[journey.pk], default=None)
        )
        for journey in journeys
    }


def newest_days(touchpoints: Sequence[Touchpoint]) -> dict[int, date]:
    """Return the day of the last answer at each touchpoint that has one: a step down an index."""
    answered = ScoreCount.objects.answered().filter(touchpoint=OuterRef("pk"))
    days = answered.order_by("-day").values("day")
    rows = (
        Touchpoint.objects.filter(pk__in=[touchpoint.pk for touchpoint in touchpoints])
        .annotate(newest=Subquery(days[:1]))
        .values_list("pk", "newest")
        .order_by()
    )
    return {pk: day for pk, day in rows if day is not None}


def _metrics(evidence: Sequence[Evidence]) -> list[Metric]:
    metrics = summarize(evidence, than="")
    return [_answers(metric, evidence) if metric.key == "answers" else metric for metric in metrics]


def _answers(metric: Metric, evidence: Sequence[Evidence]) -> Metric:
    """Say what stands behind a journey whose answers cannot be counted here.

    "0" would be untrue where people answered but too few of them to be shown, and would hide
    the votes where a workshop judged what nobody was asked about.
    """
    if metric.value:
        return metric
    if any(found.now.hidden for found in evidence):
        return replace(
            metric, text=UNKNOWN, value=None, n=None, n_text="hidden", base="suppressed",
            note="Hidden: too few people answered at any touchpoint.",
        )  # fmt: skip
    votes = sum(len(found.severities) for found in evidence)
    if votes:
        return replace(metric, text=f"{votes:,} vote{'s' if votes > 1 else ''}", note="No answers.")
    return metric
