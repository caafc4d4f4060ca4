"""What a view of one segment or channel counts, beside a count of the records one by one."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from feedback.evidence import Window
from feedback.models import FeedbackRecord
from feedback.slices import Slice, slice_counts, sliced
from feedback.tallies import BEFORE
from journeys.maps import MapFilters, Period
from tests.factories import (
    make_channel,
    make_journey,
    make_record,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)


@pytest.fixture
def workspace():
    return make_journey().workspace


@pytest.fixture
def touchpoints(workspace):
    stage = make_stage(workspace.journeys.get())
    return [make_touchpoint(make_step(stage)) for _ in range(3)]


def view(key: str = "30d", **asked: str) -> MapFilters:
    return MapFilters(period=Period.until(TODAY, key), **asked)  # type: ignore[arg-type]


def scattered(touchpoints, segments, channels, *, seed: int) -> None:
    """Write 600 answers over 80 days, many of them in the first and last second of a day."""
    random, source = Random(seed), make_source(touchpoints[0].step.stage.journey.workspace)
    first = datetime.combine(TODAY - timedelta(days=70), datetime.min.time(), UTC)
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source,
            touchpoint=random.choice(touchpoints[:2]),
            metric=metric,
            score=random.randint(1, 5) if metric else None,
            comment="" if metric else "Only words.",
            occurred_at=first
            + timedelta(days=random.randrange(80), seconds=random.choice((0, 40_000, 86_399))),
            segment=random.choice([*segments, None]),
            channel=random.choice([*channels, None]),
            partial=random.random() < 0.1,
        )
        for metric in random.choices(("csat", "ces", ""), k=600)
    )


def one_by_one(touchpoints, window: Window, asked: Slice) -> Counter:
    days = (window.end - window.start).days + 1
    found: Counter = Counter()
    for record in FeedbackRecord.objects.filter(touchpoint__in=touchpoints, partial=False):
        day = record.occurred_at.date()
        if record.score is None or not window.since <= day <= window.end:
            continue
        piece = (day - window.start).days * window.pieces // days if day >= window.start else BEFORE
        cell = tuple(getattr(record, column) for column in asked.columns)
        score = record.score if cell == asked.cell else None
        found[record.touchpoint_id, record.metric, piece, score, cell] += 1
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "asked",
    [{"segment": "Biz"}, {"channel": "Web"}, {"segment": "Biz", "channel": "Web"}],
    ids=lambda asked: "+".join(asked),
)
@pytest.mark.parametrize("key", ["30d", "all"])
def test_every_answer_is_counted_once_in_its_piece_and_cell(
    workspace, touchpoints, asked, key, seed
):
    segments = [make_segment(workspace, name=name) for name in ("Biz", "Eco")]
    channels = [make_channel(workspace, name=name) for name in ("Web", "App")]
    scattered(touchpoints, segments, channels, seed=seed)
    filters = view(key, **asked)
    window = Window.of(filters, TODAY - timedelta(days=50))
    chosen = Slice.of(filters, workspace)
    assert chosen is not None
    counts = slice_counts([touchpoint.pk for touchpoint in touchpoints], window, chosen)
    found = {(pk, metric, piece, score, cell): n for pk, metric, piece, score, n, cell in counts}
    assert found == one_by_one(touchpoints, window, chosen)


@pytest.mark.parametrize("pieces", [1, 12])
def test_a_period_of_fewer_days_than_pieces(workspace, touchpoints, pieces):
    segment = make_segment(workspace, name="Biz")
    scattered(touchpoints, [segment], [], seed=1)
    filters = view("all", segment="Biz")
    window = Window.of(filters, TODAY - timedelta(days=4), pieces)
    chosen = Slice(("segment_id",), (segment.pk,))
    counts = list(slice_counts([each.pk for each in touchpoints], window, chosen))
    assert sum(n for *_, n, _ in counts) == sum(one_by_one(touchpoints, window, chosen).values())


def test_a_name_of_another_workspace_is_nobody(workspace, touchpoints):
    segment = make_segment(name="Elsewhere")
    make_record(touchpoints[0], segment=segment)
    filters = view(segment="Elsewhere")
    assert Slice.of(filters, workspace) is None
    ids = [touchpoint.pk for touchpoint in touchpoints]
    found = sliced(ids, Window.of(filters, None), filters=filters, workspace=workspace)
    assert list(found.rows()) == []
    assert not found.spans


def test_without_touchpoints_nothing_is_asked(workspace, django_assert_num_queries):
    chosen = Slice(("segment_id",), (1,))
    with django_assert_num_queries(0):
        assert list(slice_counts([], Window.of(view(), None), chosen)) == []
