"""From the passengers' file to the database, against figures counted independently."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Avg, Count, Q, Sum

from feedback.metrics.scales import CSAT
from feedback.models import FeedbackRecord, ScoreCount
from journeys.models import Journey, LaneKind
from tests.feedback.imports.airline import Airline, airline, import_airline
from touchpoints.models import Touchpoint

__all__ = ["airline"]
pytestmark = pytest.mark.django_db

SCORES = range(1, 6)


def mean(counts: Sequence[int]) -> float:
    """Return the mean of scores 1 to 5 that were given so often."""
    return sum(s * n for s, n in zip(SCORES, counts, strict=True)) / sum(counts)


def test_every_passenger_and_rating_arrives(airline: Airline) -> None:
    rated = sum(column["n_rated_1_5"] for column in airline.oracle["touchpoints"].values())
    assert airline.report.rows == airline.oracle["rows"]
    assert airline.report.created == rated
    assert FeedbackRecord.objects.on_journey(airline.journey).count() == rated
    passengers = FeedbackRecord.objects.values("external_id").distinct().count()
    assert passengers == airline.oracle["rows"]


def test_zero_is_counted_by_itself_and_never_a_score(airline: Airline) -> None:
    zeros = {
        name: column["counts"]["0"]
        for name, column in airline.oracle["touchpoints"].items()
        if column["counts"]["0"]
    }
    assert airline.report.not_applicable == zeros
    assert not FeedbackRecord.objects.filter(score=0).exists()
    assert airline.report.blank == 0


def test_the_daily_counts_of_each_touchpoint_are_the_oracle_s(airline: Airline) -> None:
    sums = {f"n{s}": Sum(f"c{s}") for s in range(11)}
    found = ScoreCount.objects.values("touchpoint__title", "metric").annotate(**sums)
    rows: list[dict[str, Any]] = [dict(row) for row in found]
    assert {row["metric"] for row in rows} == {CSAT.key}
    assert len(rows) == len(airline.oracle["touchpoints"]) == 14
    for row in rows:
        expected = airline.oracle["touchpoints"][row["touchpoint__title"]]
        counts = [row[f"n{s}"] for s in SCORES]
        assert counts == [expected["counts"][str(s)] for s in SCORES]
        assert sum(row[f"n{s}"] for s in range(11)) == expected["n_rated_1_5"]
        assert round(mean(counts), 6) == expected["mean_excl_0"]
        top, bottom = sum(counts[3:]), sum(counts[:2])
        assert round(100 * top / sum(counts), 6) == expected["top2box_pct_excl_0"]
        assert round(100 * bottom / sum(counts), 6) == expected["bottom2box_pct_excl_0"]


@pytest.mark.parametrize("name", ["Business", "Economy", "Economy Plus"])
def test_each_class_has_the_oracle_s_figures(airline: Airline, name: str) -> None:
    rows = (
        FeedbackRecord.objects.filter(segment__name=name)
        .values("touchpoint__title")
        .annotate(n=Count("pk"), mean=Avg("score"), top=Count("pk", filter=Q(score__gte=4)))
        .order_by()
    )
    expected = airline.oracle["touchpoints_by_class"][name]
    assert len(rows) == len(expected)
    for row in rows:
        figures = expected[row["touchpoint__title"]]
        assert row["n"] == figures["n"]
        assert round(row["mean"], 6) == figures["mean"]
        assert round(100 * row["top"] / row["n"], 6) == figures["top2"]


def test_the_journey_has_four_stages_and_a_step_for_each_touchpoint(airline: Airline) -> None:
    stages = airline.journey.stages.all()
    assert [stage.title for stage in stages] == ["Book", "Airport", "On board", "After"]
    assert all(stage.goal for stage in stages)
    touchpoints = list(Touchpoint.objects.on_map().filter(step__stage__journey=airline.journey))
    assert len({touchpoint.step_id for touchpoint in touchpoints}) == len(touchpoints) == 14
    assert all(touchpoint.team for touchpoint in touchpoints)
    assert {a.team == b.team for a, b in pairwise(touchpoints)} == {True, False}
    kinds = {lane.kind for lane in airline.journey.lanes.all()}
    assert kinds >= {
        LaneKind.TOUCHPOINTS, LaneKind.FEELING, LaneKind.FEEDBACK, LaneKind.FRICTION
    }  # fmt: skip
    assert airline.journey.revision == 1


def test_importing_the_file_again_changes_nothing(airline: Airline, shared) -> None:
    records, counts = (
        list(model.objects.order_by("pk").values()) for model in (FeedbackRecord, ScoreCount)
    )
    again = import_airline(shared, airline.journey.workspace).report
    assert (again.created, again.updated, again.unchanged) == (0, 0, airline.report.created)
    assert not again.changes
    assert list(FeedbackRecord.objects.order_by("pk").values()) == records
    assert list(ScoreCount.objects.order_by("pk").values()) == counts
    assert Journey.objects.get(pk=airline.journey.pk).revision == 1
