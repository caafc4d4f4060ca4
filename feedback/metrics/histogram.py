"""Counts of answers per score: what every score is computed from, and how answers are merged."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul

from feedback.metrics.groups import Groups
from feedback.metrics.scales import Scale

Moments = tuple[int, int, int]
"""n, the sum of the scores and the sum of their squares."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """`counts[i]` answers of the score `scale.low + i`.

    Adding two histograms of one scale is exactly pooling their answers.
    Raises ValueError when the counts do not fit the scale, or one is below 0.
    """

    scale: Scale
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.counts) != self.scale.high - self.scale.low + 1:
            raise ValueError(
                f"{self.scale.label} has {len(self.scale.points)} scores, not {len(self.counts)}."
            )
        if min(self.counts) < 0:
            raise ValueError("A count of answers cannot be below 0.")

    @classmethod
    def empty(cls, scale: Scale) -> "Histogram":
        """No answers on `scale`: the neutral element of the sum."""
        return cls(scale, (0,) * len(scale.points))

    @classmethod
    def from_columns(cls, scale: Scale, columns: Sequence[int]) -> "Histogram":
        """From counts by raw score value, `columns[v]` answers of score v (c0, c1, ... c10).

        Raises ValueError when the columns end before the scale does, or hold answers outside it.
        """
        low, end = scale.low, scale.high + 1
        if len(columns) < end:
            raise ValueError(f"{scale.label} needs {end} columns, not {len(columns)}.")
        if any(columns[:low]) or any(columns[end:]):
            raise ValueError(f"There are answers outside {scale.label}: {tuple(columns)}.")
        return cls(scale, tuple(columns[low:end]))

    @classmethod
    def from_answers(cls, scale: Scale, values: Iterable[float]) -> "Histogram":
        """From single answers. Raises ValueError for an answer that is not on the scale."""
        counts = [0] * len(scale.points)
        for value in values:
            if not scale.contains(value):
                raise ValueError(f"{value!r} is not on {scale.label}.")
            counts[int(value) - scale.low] += 1
        return cls(scale, tuple(counts))

    def __add__(self, other: "Histogram") -> "Histogram":
        if self.scale != other.scale:
            raise ValueError(f"{self.scale.label} and {other.scale.label} cannot be pooled.")
        return Histogram(self.scale, tuple(map(sum, zip(self.counts, other.counts, strict=True))))

    @property
    def n(self) -> int:
        """All answers."""
        return sum(self.counts)

    @property
    def negative(self) -> int:
        """Answers up to `scale.negative_max`: detractors, the dissatisfied, the difficult."""
        return sum(self.counts[: self.scale.negative_max - self.scale.low + 1])

    @property
    def positive(self) -> int:
        """Answers from `scale.positive_min` on: promoters, the satisfied, the easy."""
        return sum(self.counts[self.scale.positive_min - self.scale.low :])

    @property
    def neutral(self) -> int:
        """Answers that are neither negative nor positive."""
        return self.n - self.negative - self.positive

    @property
    def groups(self) -> Groups:
        """The negative, neutral and positive answers."""
        negative, positive = self.negative, self.positive
        return Groups(negative, self.n - negative - positive, positive)

    @property
    def shares(self) -> tuple[float, float, float] | None:
        """Percent of answers that are negative, neutral, positive; None without answers."""
        n = self.n
        if not n:
            return None
        return 100 * self.negative / n, 100 * self.neutral / n, 100 * self.positive / n

    @property
    def score_shares(self) -> tuple[float, ...] | None:
        """Percent of answers at each score, ascending; None without answers."""
        n = self.n
        return tuple(100 * count / n for count in self.counts) if n else None

    def moments(self) -> Moments:
        """n, the sum of the scores and the sum of their squares, all exact."""
        points = self.scale.points
        weighted = tuple(map(mul, self.counts, points))
        return sum(self.counts), sum(weighted), sum(map(mul, weighted, points))

    @property
    def mean(self) -> float | None:
        """Mean score, None without answers."""
        n, total, _ = self.moments()
        return total / n if n else None

    @property
    def variance(self) -> float | None:
        """Sample variance of the scores, divisor n - 1; None below two answers."""
        n, total, squares = self.moments()
        # In whole numbers, so that nothing cancels and equal answers give exactly 0.
        return (n * squares - total * total) / (n * (n - 1)) if n > 1 else None

    @property
    def sd(self) -> float | None:
        """Sample standard deviation of the scores, divisor n - 1; None below two answers."""
        variance = self.variance
        return None if variance is None else math.sqrt(variance)

    @property
    def median(self) -> float | None:
        """Median score, the middle of the two middle answers for even n; None without answers."""
        n = self.n
        if not n:
            return None
        return (self._score_at((n - 1) // 2) + self._score_at(n // 2)) / 2

    def _score_at(self, rank: int) -> int:
        """The score of the answer with zero-based `rank` in ascending order."""
        seen = 0
        for score, count in zip(self.scale.points, self.counts, strict=True):
            seen += count
            if rank < seen:
                return score
        raise ValueError(f"There is no answer of rank {rank}.")


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """The answers of several histograms of one scale together; ValueError without any."""
    parts = list(histograms)
    if not parts:
        raise ValueError("There is nothing to merge, and so no scale.")
    scale = parts[0].scale
    # Nearly always it is the very same scale, and pages merge ten thousands of parts.
    if any(part.scale is not scale and part.scale != scale for part in parts):
        raise ValueError("Two scales are never pooled.")
    return Histogram(scale, tuple(map(sum, zip(*[part.counts for part in parts], strict=True))))
