"""The numbers that the map shows for a histogram of answers, each with its interval."""

import math
from dataclasses import dataclass

from feedback.metrics.groups import adjusted_wald
from feedback.metrics.histogram import Histogram
from feedback.metrics.intervals import agresti_coull, clopper_pearson, goodman, wald, wilson
from feedback.metrics.quantiles import t_quantile
from feedback.metrics.suppression import base_state

__all__ = [
    "Estimate",
    "agresti_coull",
    "bottom_box",
    "clopper_pearson",
    "goodman",
    "headline",
    "mean",
    "net_box",
    "nps",
    "top_box",
    "wald",
    "wilson",
]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval `low`..`high` from `n` answers; None where not computable."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def margin(self) -> float | None:
        """Half the width of the interval, in the unit of the value."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    @property
    def base(self) -> str:
        """ "empty", "suppressed", "low_base" or "ok": see `suppression.base_state`."""
        return base_state(self.n)


def nps(hist: Histogram, conf: float = 0.95) -> Estimate:
    """Net Promoter Score in points: 100 * (promoters - detractors) / n, not adjusted.

    The interval is the adjusted Wald one, centred on the adjusted score (metrics.md 1.1).
    Raises ValueError unless the answers are on an NPS scale.
    """
    if hist.scale.metric != "nps":
        raise ValueError(f"{hist.scale.label} has no NPS.")
    return net_box(hist, conf)


def net_box(hist: Histogram, conf: float = 0.95) -> Estimate:
    """Percent of positive minus percent of negative answers, -100..100, adjusted Wald."""
    groups = hist.groups
    low, high = adjusted_wald(groups, conf) or (None, None)
    return Estimate(groups.net, low, high, groups.n)


def top_box(hist: Histogram, conf: float = 0.95) -> Estimate:
    """Percent of positive answers (CSAT: satisfied, CES: easy) with Wilson's interval."""
    return _share(hist.positive, hist.n, conf)


def bottom_box(hist: Histogram, conf: float = 0.95) -> Estimate:
    """Percent of negative answers (CSAT: dissatisfied, CES: difficult), Wilson's interval."""
    return _share(hist.negative, hist.n, conf)


def _share(k: int, n: int, conf: float) -> Estimate:
    interval = wilson(k, n, conf)
    if interval is None:
        return Estimate(None, None, None, 0)
    return Estimate(100 * k / n, interval[0], interval[1], n)


def mean(hist: Histogram, conf: float = 0.95) -> Estimate:
    """Mean score with its t interval, cut at the ends of the scale.

    No interval where the answers show no spread (a single one, or all alike): the t interval
    would have no width there, which says more than is known.
    """
    n, total, squares = hist.moments()
    if not n:
        return Estimate(None, None, None, 0)
    value = total / n
    spread = n * squares - total * total
    if not spread:
        return Estimate(value, None, None, n)
    reach = t_quantile(n - 1, conf) * math.sqrt(spread / (n - 1)) / n
    scale = hist.scale
    return Estimate(value, max(value - reach, scale.low), min(value + reach, scale.high), n)


def headline(hist: Histogram, conf: float = 0.95) -> Estimate:
    """The estimate on the map: NPS in points, CSAT in percent satisfied, CES as a mean score."""
    metric = hist.scale.metric
    if metric == "nps":
        return net_box(hist, conf)
    return top_box(hist, conf) if metric == "csat" else mean(hist, conf)


def value_of(hist: Histogram) -> float | None:
    """The value of `headline` alone, where its interval is not wanted: None without answers."""
    metric = hist.scale.metric
    if metric == "nps":
        return hist.groups.net
    if metric == "ces":
        return hist.mean
    n = hist.n
    return 100 * hist.positive / n if n else None
