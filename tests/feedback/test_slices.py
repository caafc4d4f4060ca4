"""What a view of one segment or channel counts, beside a count of the records one by one."""

from bisect import bisect_right
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feedback import slices
from feedback.days import BEFORE
from feedback.evidence import Window
from feedback.metrics.suppression import suppress, suppress_crossed
from feedback.models import FeedbackRecord
from feedback.slices import Slice, slice_counts, sliced
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


def view(key: str = "30d", **asked: str | bool) -> MapFilters:
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


def on_the_edge(touchpoint, segments, channels, minimum: int, random: Random) -> None:
    """Write as few answers as decide: some segments alike, or too small in one period only."""
    source = make_source(touchpoint.step.stage.journey.workspace)
    noon = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=12)
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source,
            touchpoint=touchpoint,
            metric=metric,
            score=random.randint(1, 5),
            occurred_at=noon - timedelta(days=days_ago),
            segment=segment,
            channel=channel,
        )
        for days_ago in (5, 45)
        for metric in ("csat", "ces")
        for segment, channel in zip([*segments, None], [*channels, None], strict=True)
        for _ in range(random.choice((0, 1, minimum - 1, minimum, minimum, 2 * minimum)))
    )


def one_by_one(touchpoints, window: Window, asked: Slice) -> Counter:
    found: Counter = Counter()
    for record in FeedbackRecord.objects.filter(touchpoint__in=touchpoints, partial=False):
        day = record.occurred_at.date()
        if record.score is None or not window.since <= day <= window.end:
            continue
        piece = bisect_right(window.starts, day) - 1
        cell = tuple(getattr(record, column) for column in asked.columns)
        score = record.score if cell == asked.cell else None
        found[record.touchpoint_id, record.metric, piece, score, cell] += 1
    return found


def flat(counts, asked: Slice) -> dict:
    """By touchpoint, scale, piece, score inside the slice or None outside it, and cell."""
    found: dict[tuple, int] = {}
    for pk, metric, piece, sizes, scores in counts:
        assert sum(scores) == sizes.get(asked.cell, 0)
        found |= {(pk, metric, piece, score, asked.cell): n for score, n in enumerate(scores) if n}
        outside = ((cell, n) for cell, n in sizes.items() if cell != asked.cell)
        found |= {(pk, metric, piece, None, cell): n for cell, n in outside}
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "asked",
    [{"segment": "Biz"}, {"channel": "Web"}, {"segment": "Biz", "channel": "Web"}],
    ids=lambda asked: "+".join(asked),
)
@pytest.mark.parametrize("key", ["30d", "90d", "365d", "all"])
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
    assert Counter(flat(counts, chosen)) == one_by_one(touchpoints, window, chosen)


def answer(place: int):
    """One answer at a touchpoint: scale, score, days ago, and its places among the names."""
    return st.tuples(
        st.just(place),
        st.sampled_from(("csat", "ces")),
        st.integers(1, 5),
        st.integers(0, 65),
        st.integers(0, 2),
        st.integers(0, 2),
    )


class TestCountsAndAnswers(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        answers=st.lists(st.integers(0, 1).flatmap(answer), max_size=80),
        pieces=st.sampled_from((1, 5, 12)),
        by=st.sampled_from(("segment_id", "channel_id")),
    )
    def test_daily_counts_say_what_the_answers_say(self, answers, pieces, by):
        first = make_touchpoint()
        workspace = first.step.stage.journey.workspace
        places = [first, make_touchpoint(first.step)]
        segments = [None, make_segment(workspace), make_segment(workspace)]
        channels = [None, make_channel(workspace), make_channel(workspace)]
        source, noon = make_source(workspace), datetime(2026, 3, 10, 12, tzinfo=UTC)
        FeedbackRecord.objects.bulk_create(
            FeedbackRecord(
                source=source, touchpoint=places[place], metric=metric, score=score,
                occurred_at=noon - timedelta(days=days), segment=segments[segment],
                channel=channels[channel],
            )
            for place, metric, score, days, segment, channel in answers
        )  # fmt: skip
        ids = [place.pk for place in places]
        window = Window.of(view(), None, pieces)
        for named in (segments if by == "segment_id" else channels)[1:]:
            asked = Slice((by,), (named.pk,))
            counted = flat(slices.slice_counts(ids, window, asked), asked)
            assert counted == flat(slices._from_answers(ids, window, asked), asked)


def given_away(cells: Counter, asked: Slice, minimum: int) -> bool:
    """Whether a slice must not be shown, by the rules themselves, without any shortcut."""
    if len(asked.columns) == 2:
        return asked.cell in suppress_crossed(cells, minimum)
    in_order = sorted(cells, key=lambda cell: (cell[0] is not None, cell[0] or 0))
    sizes = {repr(cell): cells[cell] for cell in in_order}
    return repr(asked.cell) in suppress(sum(sizes.values()), sizes, minimum)


def withheld_one_by_one(touchpoints, window: Window, asked: Slice, minimum: int):
    """What `sliced` finds: the slice's counts, spans and pieces to hide, and the others' number."""
    tallies: Counter = Counter()
    spans: dict[tuple, Counter] = {}
    pieces: dict[tuple, Counter] = {}
    for (pk, metric, piece, score, cell), n in one_by_one(touchpoints, window, asked).items():
        if score is not None:
            tallies[pk, metric, piece, score] += n
        spans.setdefault((pk, metric, piece != BEFORE), Counter())[cell] += n
        if piece != BEFORE:
            pieces.setdefault((pk, metric, piece), Counter())[cell] += n
    return (
        tallies,
        {span for span, cells in spans.items() if given_away(cells, asked, minimum)},
        {piece for piece, cells in pieces.items() if given_away(cells, asked, minimum)},
        {piece: cells.total() - cells[asked.cell] for piece, cells in pieces.items()},
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("compare", [True, False], ids=["compared", "alone"])
@pytest.mark.parametrize(
    "asked",
    [
        {"segment": "Biz"},
        {"segment": "Few"},
        {"channel": "Web"},
        {"segment": "Biz", "channel": "Web"},
    ],
    ids=lambda asked: "+".join(asked.values()),
)
def test_what_is_withheld_follows_from_the_rules_alone(
    workspace, touchpoints, asked, compare, seed
):
    random = Random(seed)
    names = ("Biz", "Eco", "Few")
    by_name = {name: make_segment(workspace, name=name) for name in names}
    # Some segments are in nearly every piece, some in few: both cover, and need cover.
    segments = [segment for segment in by_name.values() for _ in range(random.randint(1, 5))]
    channels = [make_channel(workspace, name=name) for name in ("Web", "App", "Shop")]
    scattered(touchpoints, segments, channels, seed=seed)
    workspace.minimum_answers = random.randint(3, 10)
    # No rule of the database keeps answers from naming a segment of another workspace.
    on_the_edge(
        touchpoints[2],
        [*by_name.values(), make_segment(name="Stranger")],
        [*channels, make_channel(name="Elsewhere")],
        workspace.minimum_answers,
        random,
    )
    filters = view("30d", compare=compare, **asked)
    window = Window.of(filters, None, random.choice((2, 5, 12)))
    found = sliced([each.pk for each in touchpoints], window, filters=filters, workspace=workspace)
    assert found.asked is not None
    tallies = {
        (*key, score): n for *key, columns in found.rows() for score, n in enumerate(columns) if n
    }
    pieces = {(*key, piece) for key, kept_back in found.pieces.items() for piece in kept_back}
    others = {(*key, piece): n for key, sizes in found.others.items() for piece, n in sizes.items()}
    assert (tallies, found.spans, pieces, others) == withheld_one_by_one(
        touchpoints, window, found.asked, workspace.minimum_answers
    )


@pytest.mark.parametrize("pieces", [1, 12])
def test_a_period_of_fewer_days_than_pieces(workspace, touchpoints, pieces):
    segment = make_segment(workspace, name="Biz")
    scattered(touchpoints, [segment], [], seed=1)
    filters = view("all", segment="Biz")
    window = Window.of(filters, TODAY - timedelta(days=4), pieces)
    chosen = Slice(("segment_id",), (segment.pk,))
    counts = slice_counts([each.pk for each in touchpoints], window, chosen)
    assert flat(counts, chosen) == one_by_one(touchpoints, window, chosen)


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
