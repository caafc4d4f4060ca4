"""Did waits and rates change? Two independent samples of what was observed, not answered."""

import math

from feedback.metrics.compare import NOTHING, Difference, compare_shares
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.rate import Rate
from feedback.metrics.two_samples import MannWhitney, mann_whitney

MANN_WHITNEY = "Mann–Whitney U"


def compare_rates(before: Rate, after: Rate, conf: float = 0.95) -> Difference:
    """Difference of two rates in percentage points, tested as `compare_shares` does."""
    return compare_shares(before.hits, before.base, after.hits, after.base, conf)


def compare_durations(
    before: DurationHistogram, after: DurationHistogram, conf: float = 0.95
) -> Difference:
    """Difference of two medians in seconds, with the p-value of the Mann-Whitney test.

    The interval joins those of the two medians by squares, as Newcombe's does those of two shares
    (MOVER: Zou & Donner 2008); none where a median has none. The test asks whether one takes longer
    than the other more often than not, which medians alone need not show.
    """
    first, second = before.median, after.median
    ranks = ranked(before, after)
    if first is None or second is None or ranks is None:
        return NOTHING
    ends = before.median_interval(conf), after.median_interval(conf)
    value, low, high = second - first, None, None
    if ends[0] is not None and ends[1] is not None:
        low = value - math.hypot(second - ends[1].low, ends[0].high - first)
        high = value + math.hypot(ends[1].high - second, first - ends[0].low)
    return Difference(value, low, high, ranks.p, MANN_WHITNEY)


def ranked(before: DurationHistogram, after: DurationHistogram) -> MannWhitney | None:
    """Mann-Whitney test of two samples of durations by their log buckets; None where one is empty.

    Durations of one bucket count as ties.
    """
    buckets = sorted({*before.buckets, *after.buckets})
    counts = [[each.buckets.get(bucket, 0) for bucket in buckets] for each in (before, after)]
    return mann_whitney(*counts)
