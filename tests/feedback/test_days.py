"""Periods in pieces, and which of their days are read by week."""

import itertools
from bisect import bisect_right
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.days import BEFORE, DayPiece, WholeWeeks, monday, piece_starts
from feedback.models import ScoreCount
from tests.factories import make_touchpoint

SUNDAY = date(2026, 11, 29)
days = st.dates(date(2019, 1, 1), date(2027, 12, 31))


def lengths(starts, end):
    edges = [*starts, end + timedelta(days=1)]
    return [(after - before).days for before, after in itertools.pairwise(edges)]


class TestPieces:
    @given(start=days, length=st.integers(1, 3000), pieces=st.integers(1, 30))
    def test_they_follow_one_another_and_none_is_empty(self, start, length, pieces):
        end = start + timedelta(days=length - 1)
        starts = piece_starts(start, end, pieces)
        assert starts[0] == start
        assert all(each > 0 for each in lengths(starts, end))
        assert len(starts) <= max(1.5 * pieces + 1, 1)

    @given(start=days, length=st.integers(1, 3000), pieces=st.integers(2, 30))
    def test_pieces_of_a_week_and_more_are_whole_weeks_but_at_the_ends(self, start, length, pieces):
        end = start + timedelta(days=length - 1)
        starts = piece_starts(start, end, pieces)
        if length < 7 * pieces:
            assert max(lengths(starts, end)) - min(lengths(starts, end)) <= 1
            return
        assert all(each == monday(each) for each in starts[1:])
        first, *inner, last = lengths(starts, end) if len(starts) > 1 else (7, 7)
        assert len(set(inner)) <= 1
        assert all(each % 7 == 0 for each in inner)
        for usual in set(inner):
            assert usual / 2 <= first < 1.5 * usual + 7
            assert usual / 2 <= last < 1.5 * usual

    def test_ninety_days_are_thirteen_weeks_at_most(self):
        for n in range(7):
            end = SUNDAY + timedelta(days=n)
            found = lengths(piece_starts(end - timedelta(days=89), end, 12), end)
            assert set(found[1:-1]) == {7}
            assert 12 <= len(found) <= 13

    def test_a_month_is_cut_evenly(self):
        found = lengths(piece_starts(date(2026, 11, 1), date(2026, 11, 30), 12), date(2026, 11, 30))
        assert found == [3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2]

    @pytest.mark.parametrize("length", [1, 2, 11])
    def test_a_day_is_the_least(self, length):
        end = SUNDAY + timedelta(days=length - 1)
        assert lengths(piece_starts(SUNDAY, end, 12), end) == [1] * length

    def test_one_piece_is_the_whole(self):
        assert piece_starts(date(2025, 1, 1), SUNDAY, 1) == [date(2025, 1, 1)]


@pytest.mark.django_db
@pytest.mark.parametrize("pieces", [1, 12])
def test_the_database_finds_the_piece_of_a_day(pieces):
    place, today = make_touchpoint(), SUNDAY
    starts = piece_starts(today - timedelta(days=89), today, pieces)
    days = [today - timedelta(days=n) for n in range(-2, 95)]
    ScoreCount.objects.bulk_create(
        ScoreCount(touchpoint=place, metric="csat", day=day) for day in days
    )
    found = ScoreCount.objects.annotate(piece=DayPiece("day", starts)).values_list("day", "piece")
    assert dict(found) == {day: bisect_right(starts, day) - 1 for day in days}
    assert BEFORE in dict(found).values()


class TestWeeks:
    @given(
        since=days,
        length=st.integers(1, 800),
        edges=st.lists(st.integers(0, 800), max_size=8),
    )
    def test_every_day_is_read_once_and_no_week_over_an_edge(self, since, length, edges):
        end = since + timedelta(days=length - 1)
        starts = [since + timedelta(days=n) for n in edges]
        weeks = WholeWeeks.of(since, end, [edge for edge in starts if edge <= end])
        if weeks is None:
            return
        mondays = [
            weeks.first + timedelta(weeks=n)
            for n in range((weeks.last - weeks.first).days // 7 + 1)
            if weeks.first + timedelta(weeks=n) not in weeks.cut
        ]
        read = [day + timedelta(days=n) for day in mondays for n in range(7)]
        assert sorted([*read, *weeks.days]) == [since + timedelta(days=n) for n in range(length)]
        assert 2 * (len(mondays) + len(weeks.days)) <= length
        for edge in starts:
            assert not any(day < edge < day + timedelta(days=7) for day in mondays)

    def test_ninety_days_and_those_before_are_mostly_weeks(self):
        weeks = WholeWeeks.of(SUNDAY - timedelta(days=179), SUNDAY, [SUNDAY - timedelta(days=89)])
        assert weeks is not None
        assert len(weeks.days) < 21

    def test_a_few_days_are_read_one_by_one(self):
        assert WholeWeeks.of(SUNDAY - timedelta(days=5), SUNDAY, []) is None
