"""Control charts and alerts: has a rate or an NPS moved, or is it noise?

Judge new periods against a frozen baseline where there is one (metrics.md 5).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from feedback.metrics.groups import Groups
from feedback.metrics.rate import Rate

SIGMAS = 3.0
CUSUM_H = 5.0
EWMA_LAMBDA = 0.2
EWMA_LIMIT = 2.962
RUN = 8
MINIMUM_PER_PERIOD = 5

# Mean moving range of a standard normal over its standard deviation.
_D2 = 1.128


@dataclass(frozen=True, slots=True)
class Point:
    """One period: value, its limits, z = (value - centre)/sigma, and whether it is outside.

    All None (and not outside) for a period without answers; `z` also where sigma is 0.
    """

    value: float | None
    sigma: float | None
    z: float | None
    lower: float | None
    upper: float | None
    out: bool


NO_POINT = Point(None, None, None, None, None, out=False)


@dataclass(frozen=True, slots=True)
class Chart:
    """A centre line and its points. `sigma_z`: how far the spread exceeds chance (Laney)."""

    centre: float
    points: tuple[Point, ...]
    sigma_z: float = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """State of a running chart after one period, and whether it calls for attention."""

    value: float
    alert: bool


@dataclass(frozen=True, slots=True)
class Period:
    """Neighbouring periods merged into one: their pooled rate, first and last index."""

    rate: Rate
    first: int
    last: int


def p_chart(
    periods: Sequence[Rate], *, baseline: Rate | None = None, sigmas: float = SIGMAS
) -> Chart | None:
    """p-chart of rates: pbar +- sigmas * sqrt(pbar (1 - pbar)/n), clipped to 0..1.

    pbar is that of `baseline`, else of all the periods pooled; None without answers there.
    """
    pooled = sum(periods, Rate(0, 0)) if baseline is None else baseline
    centre = pooled.value
    if centre is None:
        return None
    return Chart(centre, tuple(_p_point(rate, centre, sigmas) for rate in periods))


def laney_chart(
    periods: Sequence[Rate],
    *,
    baseline: Rate | None = None,
    sigmas: float = SIGMAS,
    narrow: bool = False,
) -> Chart | None:
    """Laney's p' chart for large n: the limits of a p-chart widened by sigma_z.

    sigma_z = mean |moving range of z| / 1.128 (Minitab, Laney methods and formulas). Below 1 it
    is not applied unless `narrow`. None without answers or with fewer than two z.
    """
    plain = p_chart(periods, baseline=baseline, sigmas=sigmas)
    if plain is None:
        return None
    zs = [point.z for point in plain.points if point.z is not None]
    if len(zs) < 2:
        return None
    sigma_z = math.fsum(abs(b - a) for a, b in pairwise(zs)) / (len(zs) - 1) / _D2
    reach = sigmas * (sigma_z if narrow else max(1.0, sigma_z))
    points = tuple(_p_point(rate, plain.centre, reach) for rate in periods)
    return Chart(plain.centre, points, sigma_z)


def nps_chart(
    baseline: Groups, periods: Sequence[Groups], *, sigmas: float = SIGMAS
) -> Chart | None:
    """Chart of net scores in points: pooled baseline +- sigmas * 100 sqrt(variance/n).

    Clipped to -100..100. None without answers in the baseline.
    """
    centre, variance = baseline.net, baseline.variance
    if centre is None or variance is None:
        return None
    points = []
    for groups in periods:
        value = groups.net
        if value is None:
            points.append(NO_POINT)
            continue
        sigma = 100 * math.sqrt(variance / groups.n)
        points.append(_point(value, centre, sigma, sigmas, (-100.0, 100.0)))
    return Chart(centre, tuple(points))


def cusum(periods: Iterable[Rate], *, p0: float, p1: float, h: float = CUSUM_H) -> tuple[Step, ...]:
    """Binomial CUSUM towards p1 from p0: S = max(0, S + k ln(p1/p0) + (n-k) ln((1-p1)/(1-p0))).

    Alert while S > h. p1 < p0 watches for a fall, p1 > p0 for a rise; it does not restart by
    itself. Raises ValueError unless p0 and p1 differ and lie between 0 and 1.
    """
    if not (0 < p0 < 1 and 0 < p1 < 1) or p0 == p1:
        raise ValueError(f"p0 {p0!r} and p1 {p1!r} must differ and lie between 0 and 1.")
    hit, miss = math.log(p1 / p0), math.log((1 - p1) / (1 - p0))
    state, steps = 0.0, []
    for rate in periods:
        state = max(0.0, state + rate.hits * hit + (rate.base - rate.hits) * miss)
        steps.append(Step(state, state > h))
    return tuple(steps)


def ewma(
    zs: Iterable[float], *, weight: float = EWMA_LAMBDA, limit: float = EWMA_LIMIT
) -> tuple[Step, ...]:
    """Exponentially weighted moving average of z values, E = weight z + (1 - weight) E.

    Alert beyond +-limit * sqrt(weight/(2 - weight)); with .2 and 2.962 a process in control
    alerts every 500 periods. Raises ValueError unless 0 < weight <= 1.
    """
    if not 0 < weight <= 1:
        raise ValueError(f"The weight must be above 0 and at most 1, not {weight!r}.")
    bound = limit * math.sqrt(weight / (2 - weight))
    state, steps = 0.0, []
    for z in zs:
        state = weight * z + (1 - weight) * state
        steps.append(Step(state, abs(state) > bound))
    return tuple(steps)


def run_rule(values: Iterable[float], centre: float, run: int = RUN) -> int | None:
    """Index of the first point that ends `run` neighbours strictly on one side of the centre.

    A point on the centre starts anew; None when there is no such run.
    Source: Western Electric, Nelson.
    """
    length, side = 0, 0
    for index, value in enumerate(values):
        now = (value > centre) - (value < centre)
        length = length + 1 if now == side else 1
        side = now
        if side and length >= run:
            return index
    return None


def merge_periods(periods: Iterable[Rate], minimum: int = MINIMUM_PER_PERIOD) -> tuple[Period, ...]:
    """Neighbouring periods merged until each has `minimum` answers.

    Periods at the end that have not reached it yet are left out: they are not judged yet.
    """
    merged, held, first = [], Rate(0, 0), 0
    for index, rate in enumerate(periods):
        held += rate
        if held.base >= minimum:
            merged.append(Period(held, first, index))
            held, first = Rate(0, 0), index + 1
    return tuple(merged)


def _p_point(rate: Rate, centre: float, sigmas: float) -> Point:
    value = rate.value
    if value is None:
        return NO_POINT
    sigma = math.sqrt(centre * (1 - centre) / rate.base)
    return _point(value, centre, sigma, sigmas, (0.0, 1.0))


def _point(
    value: float, centre: float, sigma: float, sigmas: float, ends: tuple[float, float]
) -> Point:
    lower = max(centre - sigmas * sigma, ends[0])
    upper = min(centre + sigmas * sigma, ends[1])
    z = (value - centre) / sigma if sigma else None
    return Point(value, sigma, z, lower, upper, not lower <= value <= upper)
