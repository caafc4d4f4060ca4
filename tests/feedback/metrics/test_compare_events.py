import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feedback.metrics.compare import N_MINUS_1
from feedback.metrics.compare_events import (
    MANN_WHITNEY,
    compare_durations,
    compare_rates,
    ranked,
)
from feedback.metrics.durations import DurationHistogram, bucket_of
from feedback.metrics.rate import Rate
from feedback.metrics.two_samples import n_minus_1, newcombe

seconds = st.lists(st.floats(1, 1e6), min_size=1, max_size=60)


def timed(values) -> DurationHistogram:
    return DurationHistogram.from_seconds(values)


@given(seconds, seconds)
def test_waits_are_ranked_by_their_buckets(first, second):
    found = ranked(timed(first), timed(second))
    buckets = [[bucket_of(value) for value in side] for side in (first, second)]
    assert found.u == stats.mannwhitneyu(buckets[1], buckets[0]).statistic
    difference = compare_durations(timed(first), timed(second))
    assert difference.p == found.p
    assert difference.test == MANN_WHITNEY


@given(seconds, seconds)
def test_exchanging_the_sides_turns_the_difference_round(first, second):
    there, back = (
        compare_durations(timed(a), timed(b)) for a, b in ((first, second), (second, first))
    )
    assert back.value == pytest.approx(-there.value)
    if there.low is None:
        assert back.low is None
    else:
        assert there.low <= there.value <= there.high
        assert back.low == pytest.approx(-there.high)
        assert back.high == pytest.approx(-there.low)


def test_without_durations_there_is_no_difference():
    assert compare_durations(timed([]), timed([5.0])).value is None


def test_few_durations_have_no_interval():
    difference = compare_durations(timed([60.0] * 3), timed([120.0] * 9))
    assert difference.low is None
    assert difference.value == pytest.approx(60, rel=0.1)


def test_rates_are_compared_as_shares():
    found = compare_rates(Rate(30, 200), Rate(50, 210))
    assert found.value == pytest.approx(100 * (50 / 210 - 30 / 200))
    assert (found.low, found.high) == newcombe(30, 200, 50, 210)
    assert (found.p, found.test) == (n_minus_1(30, 200, 50, 210).p, N_MINUS_1)
