"""Twelve months of outcome metrics beside the map of the B2B journey, drawn from a seed.

The story is the map's: since two consultants left, customers start later, so the time to value has
risen at once; churn and retained revenue have hardly moved yet.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from feedback.demo.libraries import Libraries
from feedback.demo.simulator import generator
from feedback.models import OutcomeKind, OutcomeMetric, OutcomePoint, Timing
from feedback.outcomes.formulas import FORMULAS
from feedback.outcomes.points import Given, draft_of
from feedback.outcomes.reading import months
from journeys.models import Journey, Stage, Step

SLUG = "b2b-software"
MONTHS = 12
LATE_SINCE = 3
"""In so many of the latest months, kick-offs were staffed a week later."""


def create_outcomes(library: Libraries, *, today: date, seed: int) -> int:
    """Create four metrics with a point for each month before today; return how many points.

    None where the demo is loaded without that journey.
    """
    journey = Journey.objects.filter(workspace=library.workspace, slug=SLUG).first()
    if journey is None:
        return 0
    steps = Step.objects.filter(stage__journey=journey)
    stages = Stage.objects.filter(journey=journey)
    rng = generator(seed, SLUG, "outcomes")
    metrics: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
        (
            {"name": "Logo churn", "kind": OutcomeKind.CHURN, "target": 2, "journey": journey,
             "source": "Billing, contracts ended", "owner": library.people["marta"],
             "team": library.teams["Customer success"]},
            _churn(rng),
        ),
        (
            {"name": "Net revenue retention", "kind": OutcomeKind.NRR, "target": 100,
             "stage": stages.get(title="Renewal"), "source": "Billing, monthly recurring revenue",
             "owner": library.people["marta"], "team": library.teams["Finance"]},
            _revenue(rng),
        ),
        (
            {"name": "Time to value", "kind": OutcomeKind.TIME_TO_VALUE, "unit": "days",
             "target": 40, "step": steps.get(title="See the first result"),
             "source": "From signature to the first planned week that held",
             "owner": library.people["jonas"], "team": library.teams["Implementation"]},
            _first_value(rng),
        ),
        (
            {"name": "First response time", "kind": OutcomeKind.FIRST_RESPONSE, "unit": "min",
             "target": 300, "step": steps.get(title="Wait for an answer"),
             "source": "Ticket desk, median in business hours, first reply by a person",
             "owner": library.people["lena"], "team": library.teams["Support"]},
            _first_reply(rng),
        ),
    ]  # fmt: skip
    points = [
        point
        for values, series in metrics
        for point in _points(_metric(library, values), series, today)
    ]
    return len(OutcomePoint.objects.bulk_create(points))


def _metric(library: Libraries, values: dict[str, Any]) -> OutcomeMetric:
    formula = FORMULAS[values["kind"]]
    timing = Timing.TRANSACTIONAL if values["kind"] == OutcomeKind.FIRST_RESPONSE else None
    return OutcomeMetric.objects.create(
        workspace=library.workspace,
        direction=formula.direction,
        timing=timing or formula.timing,
        **{"unit": formula.unit, **values},
    )


def _points(metric: OutcomeMetric, series: list[dict[str, Any]], today: date) -> list[OutcomePoint]:
    """Return a point for each of the months that have ended, computed as on the page."""
    this_month = today.replace(day=1)
    found = []
    for given in reversed(series):
        this_month = (this_month - timedelta(days=1)).replace(day=1)
        draft = draft_of(metric, Given(*months(this_month, 1), **given), today=today)
        found.append(OutcomePoint(metric=metric, start=draft.start, end=draft.end,
                                  **draft.content()))  # fmt: skip
    return found


def _late(month: int) -> bool:
    return month >= MONTHS - LATE_SINCE


def _churn(rng: Random) -> list[dict[str, Any]]:
    customers, series = 231, []
    for month in range(MONTHS):
        lost = rng.choice((2, 3, 3, 4)) + (month == MONTHS - 1)
        series.append({"inputs": {"customers_at_start": customers, "customers_lost": lost}})
        customers += rng.choice((4, 5, 6)) - lost
    return series


def _revenue(rng: Random) -> list[dict[str, Any]]:
    start, series = 412_000.0, []
    for month in range(MONTHS):
        expansion = round(start * rng.uniform(0.017, 0.022), -2)
        contraction = round(start * rng.uniform(0.003, 0.005) * (1.5 if _late(month) else 1), -2)
        churned = round(start * rng.uniform(0.007, 0.010), -2)
        inputs = {
            "revenue_at_start": start,
            "expansion": expansion,
            "contraction": contraction,
            "churned_revenue": churned,
        }
        series.append({"inputs": inputs})
        start = round(start + expansion - contraction - churned + rng.uniform(3e3, 7e3), -2)
    return series


def _first_value(rng: Random) -> list[dict[str, Any]]:
    series = []
    for month in range(MONTHS):
        middle = 46 if _late(month) else 38 - month / 3
        times = sorted(round(rng.lognormvariate(0, 0.2) * middle) for _ in range(21))
        waiting = sorted(rng.randint(20, 60) for _ in range(4 if _late(month) else 2))
        given = {"inputs": {"reached": times, "not_yet": waiting}, "note": ""}
        if month == MONTHS - LATE_SINCE:
            given["note"] = "Two consultants left; kick-offs are staffed a week later"
        series.append(given)
    return series


def _first_reply(rng: Random) -> list[dict[str, Any]]:
    return [
        {
            "value": round(rng.uniform(255, 275) + (45 if _late(month) else 0)),
            "n": rng.randint(66, 84),
        }
        for month in range(MONTHS)
    ]
