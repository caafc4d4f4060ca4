"""Waiting and reply times: exact from lists, and within 2.4 % from mergeable log buckets."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feedback.metrics.quantiles import special

GAMMA = 1.05
"""Ratio of neighbouring buckets: relative error (GAMMA - 1)/(GAMMA + 1), 2.44 %."""

ZERO_BUCKET = -32_768
"""Where a duration of exactly 0 goes: below every other bucket, and still a 16-bit number."""

_LOG_GAMMA = math.log(GAMMA)


@dataclass(frozen=True, slots=True)
class MedianInterval:
    """`low`..`high` are the order statistics of the given one-based ranks; `coverage` in 0..1."""

    low: float
    high: float
    lower_rank: int
    upper_rank: int
    coverage: float


def bucket_of(seconds: float) -> int:
    """The bucket ceil(log(seconds)/log(GAMMA)); 0 seconds go to `ZERO_BUCKET`, kept exactly.

    Bucket i holds GAMMA^(i-1) < seconds <= GAMMA^i, so below one second it is negative or 0.
    Source: DDSketch (github.com/DataDog/sketches-py).
    Raises ValueError for a negative or infinite duration and for NaN.
    """
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{seconds!r} seconds is not a duration.")
    return math.ceil(math.log(seconds) / _LOG_GAMMA) if seconds else ZERO_BUCKET


def bucket_value(bucket: int) -> float:
    """The duration in seconds that stands for a bucket: 2 GAMMA^i / (GAMMA + 1), or 0."""
    return 0.0 if bucket == ZERO_BUCKET else 2 * GAMMA**bucket / (GAMMA + 1)


def quantile(values: Iterable[float], q: float) -> float | None:
    """Quantile of a list, linear between order statistics (type 7, numpy's default).

    None for an empty list. Raises ValueError unless 0 <= q <= 1.
    """
    ordered = sorted(values)
    return _between(ordered, *_position(len(ordered), q)) if ordered else None


def mean(values: Sequence[float]) -> float | None:
    """Arithmetic mean. Not shown for durations: a few long ones decide it."""
    return math.fsum(values) / len(values) if values else None


def share_within(values: Sequence[float], limit: float) -> float | None:
    """Share (0..1) of the values up to and including `limit`, None for an empty list."""
    return sum(value <= limit for value in values) / len(values) if values else None


def median_interval(values: Iterable[float], conf: float = 0.95) -> MedianInterval | None:
    """Distribution-free interval of the median, from order statistics.

    None when no pair of them covers with `conf` (below 6 values at .95).
    """
    ordered = sorted(values)
    ranks = median_ranks(len(ordered), conf)
    if ranks is None:
        return None
    lower, upper, coverage = ranks
    return MedianInterval(ordered[lower - 1], ordered[upper - 1], lower, upper, coverage)


def median_ranks(n: int, conf: float = 0.95) -> tuple[int, int, float] | None:
    """One-based ranks r and n + 1 - r of the narrowest pair that covers the median, and coverage.

    r is the largest with P(Binomial(n, 1/2) < r) <= (1 - conf)/2; None when there is none.
    """
    tail, below = (1 - conf) / 2, special().bdtr
    if not n or float(below(0, n, 0.5)) > tail:
        return None
    low, high = 1, (n + 1) // 2 + 1
    while high - low > 1:
        middle = (low + high) // 2
        if float(below(middle - 1, n, 0.5)) <= tail:
            low = middle
        else:
            high = middle
    return low, n + 1 - low, 1 - 2 * float(below(low - 1, n, 0.5))


@dataclass(frozen=True, slots=True)
class DurationHistogram:
    """`buckets[i]` durations in log bucket i (see `bucket_of`). Merging is addition.

    Values, medians and quantiles in seconds, within 2.44 % of those of the durations themselves.
    Raises ValueError for a negative count.
    """

    buckets: Mapping[int, int]

    def __post_init__(self) -> None:
        if min(self.buckets.values(), default=0) < 0:
            raise ValueError("A count of durations cannot be below 0.")
        kept = {i: n for i, n in sorted(self.buckets.items()) if n}
        object.__setattr__(self, "buckets", kept)

    @classmethod
    def from_seconds(cls, values: Iterable[float]) -> "DurationHistogram":
        """From single durations. Raises ValueError as `bucket_of` does."""
        buckets: dict[int, int] = {}
        for value in values:
            bucket = bucket_of(value)
            buckets[bucket] = buckets.get(bucket, 0) + 1
        return cls(buckets)

    def __add__(self, other: "DurationHistogram") -> "DurationHistogram":
        merged = dict(self.buckets)
        for bucket, count in other.buckets.items():
            merged[bucket] = merged.get(bucket, 0) + count
        return DurationHistogram(merged)

    @property
    def n(self) -> int:
        """All durations."""
        return sum(self.buckets.values())

    @property
    def median(self) -> float | None:
        """Median in seconds, None without durations."""
        return self.quantile(0.5)

    @property
    def p90(self) -> float | None:
        """90th percentile in seconds, None without durations."""
        return self.quantile(0.9)

    def quantile(self, q: float) -> float | None:
        """Quantile in seconds as in `quantile`. Raises ValueError unless 0 <= q <= 1."""
        n = self.n
        if not n:
            return None
        lower, part = _position(n, q)
        pair = [self._at(lower), self._at(min(lower + 1, n - 1))]
        return _between(pair, 0, part)

    def share_within(self, seconds: float) -> float | None:
        """Share (0..1) of durations up to `seconds`; those within 2.44 % of it may miss it."""
        n = self.n
        if not n:
            return None
        return sum(count for i, count in self.buckets.items() if bucket_value(i) <= seconds) / n

    def median_interval(self, conf: float = 0.95) -> MedianInterval | None:
        """As `median_interval`, in seconds."""
        ranks = median_ranks(self.n, conf)
        if ranks is None:
            return None
        lower, upper, coverage = ranks
        return MedianInterval(self._at(lower - 1), self._at(upper - 1), lower, upper, coverage)

    def _at(self, rank: int) -> float:
        """The duration of zero-based `rank` in ascending order."""
        seen = 0
        for bucket, count in self.buckets.items():
            seen += count
            if rank < seen:
                return bucket_value(bucket)
        raise ValueError(f"There is no duration of rank {rank}.")


def _position(n: int, q: float) -> tuple[int, float]:
    """Rank below the quantile, and how far the quantile lies towards the next one."""
    if not 0 <= q <= 1:
        raise ValueError(f"A quantile lies between 0 and 1, not at {q!r}.")
    position = (n - 1) * q
    lower = math.floor(position)
    return lower, position - lower


def _between(ordered: Sequence[float], lower: int, part: float) -> float:
    low = ordered[lower]
    return low + (ordered[min(lower + 1, len(ordered) - 1)] - low) * part
