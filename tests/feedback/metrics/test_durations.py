# mypy: no-check-untyped-defs
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import durations
from feedback.metrics.durations import GAMMA, ZERO_BUCKET, DurationHistogram, bucket_of

ERROR = (GAMMA - 1) / (GAMMA + 1) + 1e-9
positive = st.floats(1e-6, 1e9)
seconds = st.one_of(st.just(0.0), positive)
lists = st.lists(seconds, max_size=40)


@given(positive)
def test_a_bucket_stands_for_its_durations_within_two_and_a_half_percent(value):
    assert ERROR < 0.025
    assert abs(durations.bucket_value(bucket_of(value)) - value) <= ERROR * value


@given(positive, positive)
def test_longer_durations_never_stand_in_an_earlier_bucket(one, other):
    short, long = sorted([one, other])
    assert ZERO_BUCKET < bucket_of(short) <= bucket_of(long)


def test_a_quarter_of_a_year_takes_few_buckets():
    assert bucket_of(1) == 0
    assert bucket_of(90 * 86_400) == pytest.approx(325, abs=1)


def test_no_time_at_all_is_kept_exactly():
    assert bucket_of(0) == ZERO_BUCKET
    assert durations.bucket_value(ZERO_BUCKET) == 0
    assert DurationHistogram.from_seconds([0, 0, 0]).median == 0
    assert bucket_of(5e-324) > ZERO_BUCKET


@pytest.mark.parametrize("value", [-1, -1e-9, math.nan, math.inf])
def test_what_is_no_duration_is_refused(value):
    with pytest.raises(ValueError, match="not a duration"):
        bucket_of(value)


@given(lists, lists)
def test_merging_histograms_is_pooling_durations(first, second):
    merged = DurationHistogram.from_seconds(first) + DurationHistogram.from_seconds(second)
    pooled = DurationHistogram.from_seconds(first + second)
    assert merged == pooled
    assert merged.n == len(first) + len(second)


@given(lists.filter(bool), st.floats(0, 1))
def test_quantiles_are_those_of_numpy_and_of_the_buckets_nearly(values, q):
    exact = durations.quantile(values, q)
    assert exact == pytest.approx(float(np.quantile(values, q)), rel=1e-9, abs=1e-9)
    near = DurationHistogram.from_seconds(values).quantile(q)
    assert abs(near - exact) <= ERROR * exact + 1e-9


@given(lists.filter(bool), positive)
def test_the_share_in_time_is_that_of_a_limit_within_two_and_a_half_percent(values, limit):
    near = DurationHistogram.from_seconds(values).share_within(limit)
    assert durations.share_within(values, limit * (1 - 2 * ERROR)) <= near
    assert near <= durations.share_within(values, limit * (1 + 2 * ERROR))


@given(lists, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_of_the_median_holds_it_and_covers_enough(values, conf):
    interval = durations.median_interval(values, conf)
    if interval is None:
        assert 1 - 2 * 0.5 ** len(values) < conf
        return
    assert interval.low <= durations.quantile(values, 0.5) <= interval.high
    assert conf <= interval.coverage < 1
    n, r = len(values), interval.lower_rank
    outside = [sum(math.comb(n, i) for i in range(rank)) / 2**n for rank in (r, r + 1)]
    assert interval.coverage == pytest.approx(1 - 2 * outside[0])
    assert r + 1 > n + 1 - (r + 1) or outside[1] > (1 - conf) / 2 - 1e-12


@given(lists)
def test_the_interval_from_buckets_is_nearly_the_exact_one(values):
    exact = durations.median_interval(values)
    near = DurationHistogram.from_seconds(values).median_interval()
    if exact is None:
        assert near is None
        return
    assert (near.lower_rank, near.coverage) == (exact.lower_rank, exact.coverage)
    assert abs(near.low - exact.low) <= ERROR * exact.low
    assert abs(near.high - exact.high) <= ERROR * exact.high


def test_a_million_durations_have_a_narrow_interval():
    ranks = durations.median_ranks(1_000_000)
    assert ranks is not None
    assert ranks[0] == pytest.approx(500_000 - 1.96 * 500, abs=2)


def test_no_durations_are_none_and_never_zero():
    nothing = DurationHistogram({})
    assert nothing.n == 0
    assert nothing.median is nothing.p90 is nothing.share_within(60) is None
    assert nothing.median_interval() is None
    assert durations.quantile([], 0.5) is None
    assert durations.mean([]) is None
    assert durations.share_within([], 60) is None
    assert durations.median_interval([]) is None


def test_empty_buckets_change_nothing():
    assert DurationHistogram({3: 0, 5: 2}) == DurationHistogram({5: 2})


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="below 0"):
        DurationHistogram({3: -1})


@pytest.mark.parametrize("q", [-0.1, 1.1, math.nan])
def test_a_quantile_outside_0_to_1_is_refused(q):
    with pytest.raises(ValueError, match="between 0 and 1"):
        durations.quantile([1, 2], q)
    with pytest.raises(ValueError, match="between 0 and 1"):
        DurationHistogram({3: 1}).quantile(q)
