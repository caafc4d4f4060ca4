"""The emotion curve: every score on one scale, -2 (anger, distrust) to +2 (delight, trust)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedback.metrics.estimates import Estimate
from feedback.metrics.histogram import Histogram
from feedback.metrics.quantiles import Interval, t_quantile
from feedback.metrics.scales import Scale

LOW, HIGH = -2.0, 2.0

GAP = 1.0
"""A workshop's score further than this from the measured one is flagged."""

# No answers on -2..+2 can spread more: half of them at either end.
_LARGEST_VARIANCE = 4.0


@dataclass(frozen=True, slots=True)
class _Part:
    """Answers on one scale: emotion, centre and variance of its estimate, degrees of freedom."""

    n: int
    value: float
    centre: float
    variance: float | None
    df: float


@dataclass(frozen=True, slots=True)
class PeakEnd:
    """Indices of the worst, the best and the last moment of a curve (None: nothing is known)."""

    worst: int | None
    best: int | None
    end: int | None


def rescale(value: float, low: float, high: float) -> float:
    """A score of `low`..`high` on the emotion scale: 4 (v - low)/(high - low) - 2.

    Raises ValueError when the value stands outside, or low is not below high.
    """
    if not low <= value <= high or low == high:
        raise ValueError(f"{value!r} stands outside {low:g}..{high:g}.")
    return 4 * (value - low) / (high - low) - 2


def sentiment(mean: float) -> float:
    """Machine sentiment of -1..1 on the emotion scale. Raises ValueError outside."""
    return rescale(mean, -1, 1)


def from_histogram(hist: Histogram) -> float | None:
    """Emotion of the answers, None without any.

    CSAT of five points mean - 3, CES 4 (mean - 1)/6 - 2, and so on; NPS / 50, which is the mean
    of -2, 0, +2 over detractors, passives and promoters (metrics.md 3).
    """
    part = _part(hist)
    return None if part is None else part.value


def interval(hist: Histogram, conf: float = 0.95) -> Interval | None:
    """Interval of `from_histogram`, cut to -2..+2: adjusted Wald for NPS, else t.

    None without answers, and where they show no spread to judge by.
    """
    part = _part(hist)
    return None if part is None else _interval([part], conf)


def blend(histograms: Iterable[Histogram], conf: float = 0.95) -> Estimate:
    """One emotion from answers on several scales, weighted by their numbers.

    Histograms of one scale are pooled first. The interval combines the standard errors, with
    Welch-Satterthwaite degrees of freedom. Answers without spread (a single one, or all alike)
    have no standard error: beside others they enter with the largest spread possible, alone they
    get no interval.
    """
    pooled: dict[Scale, Histogram] = {}
    for hist in histograms:
        seen = pooled.get(hist.scale)
        pooled[hist.scale] = hist if seen is None else seen + hist
    parts = [part for part in map(_part, pooled.values()) if part is not None]
    n = sum(part.n for part in parts)
    if not n:
        return Estimate(None, None, None, 0)
    value = sum(part.n * part.value for part in parts) / n
    low, high = _interval(parts, conf) or (None, None)
    return Estimate(value, low, high, n)


def gap(assessed: float, measured: Estimate) -> bool:
    """Whether an assessed score is over 1.0 from the measured one, or outside its interval."""
    if measured.value is None:
        return False
    if abs(assessed - measured.value) > GAP:
        return True
    if measured.low is None or measured.high is None:
        return False
    return not measured.low <= assessed <= measured.high


def peak_end(curve: Sequence[float | None]) -> PeakEnd:
    """Worst, best and last known moment of a curve; the first of equals."""
    known = [(value, i) for i, value in enumerate(curve) if value is not None]
    if not known:
        return PeakEnd(None, None, None)
    best = max(known, key=lambda moment: moment[0])
    return PeakEnd(min(known)[1], best[1], known[-1][1])


def _part(hist: Histogram) -> _Part | None:
    if hist.scale.metric == "nps":
        groups = hist.groups
        net = groups.net
        if net is None:
            return None
        centre, se = groups.adjusted()
        return _Part(groups.n, net / 50, centre / 50, (se / 50) ** 2, math.inf)
    n, total, squares = hist.moments()
    if not n:
        return None
    scale = hist.scale
    value = rescale(total / n, scale.low, scale.high)
    spread = n * squares - total * total
    if not spread:
        return _Part(n, value, value, None, math.inf)
    step = 4 / (scale.high - scale.low)
    return _Part(n, value, value, step * step * spread / (n * n * (n - 1)), n - 1)


def _interval(parts: Sequence[_Part], conf: float) -> Interval | None:
    if all(part.variance is None for part in parts):
        return None
    n = sum(part.n for part in parts)
    centre = variance = uncertainty = 0.0
    for part in parts:
        own = _LARGEST_VARIANCE / part.n if part.variance is None else part.variance
        share = part.n / n
        scaled = share * share * own
        centre += share * part.centre
        variance += scaled
        uncertainty += scaled * scaled / part.df
    df = variance * variance / uncertainty if uncertainty else math.inf
    reach = t_quantile(df, conf) * math.sqrt(variance)
    return max(centre - reach, LOW), min(centre + reach, HIGH)
