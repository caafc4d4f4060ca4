"""Turns estimates into what people read: "62 %", "±0.6", "▲ 6 pt", "22 min"."""

from feedback.metrics.compare import ALPHA, Difference
from feedback.metrics.display import round_half_away
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.estimates import Estimate, headline
from feedback.metrics.friction import Friction
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import SCALES, Scale
from journeys.maps.grid import UNKNOWN, Change, Metric

COMPONENT_WORDS = {
    "effort": "effort",
    "abandon": "drop-off",
    "wait": "wait",
    "repeat": "repeats",
    "error": "errors",
    "breach": "late",
    "dropoff": "never taken up",
    "reexplain": "explained again",
    "bounce": "sent back",
}
BASIS_WORDS = {
    "combined": "measured and assessed",
    "measured": "measured",
    "assessed": "assessed in workshop",
    "insufficient": "too little data",
    "none": "no data",
}
_MINUS = "\N{MINUS SIGN}"
_THIN = "\N{NARROW NO-BREAK SPACE}"


def label(scale: Scale) -> str:
    """Return the metric's short name: NPS, CSAT, Effort; with its scale where it is unusual."""
    name = {"nps": "NPS", "csat": "CSAT", "ces": "Effort"}[scale.metric]
    usual = scale.key in {"nps", "csat", "ces"}
    return name if usual else f"{name} {scale.low}–{scale.high}"


def score_metric(
    key: str, histogram: Histogram | None, *, url: str = "", change: Change | None = None
) -> Metric:
    """Return the headline of a histogram in words; without answers a dash."""
    scale = SCALES[key]
    if histogram is None or not histogram.n:
        return Metric(key, label(scale), n_text="no answers", url=url)
    estimate = headline(histogram)
    return Metric(
        key=key,
        label=label(scale),
        text=score_text(scale, estimate.value),
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        margin_text=margin_text(estimate),
        n=estimate.n,
        n_text=f"n {estimate.n:,}",
        # It is shown, because the workspace's own minimum lets it: then its base is low.
        base="low_base" if estimate.base == "suppressed" else estimate.base,
        note="" if estimate.base == "ok" else "Low base: read the interval.",
        url=url,
        change=change,
    )


def hidden_metric(key: str, minimum: int, *, url: str) -> Metric:
    """Return the dash for a score that could point at single people."""
    return Metric(
        key=key,
        label=label(SCALES[key]),
        n=None,
        n_text="hidden",
        base="suppressed",
        note=f"Hidden: it would show the answers of fewer than {minimum} people.",
        url=url,
    )


def score_text(scale: Scale, value: float | None) -> str:
    """Return +12 for NPS, 62 % for CSAT, 4.9 for CES."""
    if value is None:
        return UNKNOWN
    if scale.metric == "nps":
        return signed(value)
    if scale.metric == "csat":
        return percent_text(value)
    return f"{round_half_away(value, 1):.1f}"


def percent_text(value: float) -> str:
    """Return a share of 0 to 100 as "62 %"."""
    return f"{round_half_away(value):.0f}{_THIN}%"


def margin_text(estimate: Estimate) -> str:
    """Return half the interval's width, as ±1.1 or ±12; empty where there is no interval."""
    margin = estimate.margin
    if margin is None:
        return ""
    digits = 0 if margin >= 9.95 else 1 if margin >= 0.095 else 2
    return f"±{round_half_away(margin, digits):.{digits}f}"


def interval_text(metric: Metric) -> str:
    """Return the interval as "39.4 to 40.6"."""
    if metric.low is None or metric.high is None:
        return ""
    return f"{plain(metric.low)} to {plain(metric.high)}"


def signed(value: float, digits: int = 0) -> str:
    """Return a number with its sign, a real minus included; zero has none."""
    rounded = round_half_away(value, digits)
    if rounded == 0:
        return f"{0:.{digits}f}"
    return f"{'+' if rounded > 0 else _MINUS}{abs(rounded):.{digits}f}"


def plain(value: float, digits: int = 1) -> str:
    """Return a number with a real minus where it needs one."""
    rounded = round_half_away(value, digits)
    return f"{_MINUS if rounded < 0 else ''}{abs(rounded):.{digits}f}"


def score_change(
    scale: Scale, difference: Difference, than: str, *, adjusted_p: float | None = None
) -> Change:
    """Return the change of a score on the period before, clear only where the test says so.

    `adjusted_p` is given where the score is one of many that were looked at.
    """
    digits = 1 if scale.metric == "ces" else 0
    unit = " pt" if scale.metric == "csat" else ""
    p = adjusted_p if adjusted_p is not None else difference.p
    clear = None if p is None else p < ALPHA
    return _change(
        difference.value, digits, unit, than, clear=clear, p=p, better_when_up=True,
        tested="too few answers to test"
        if p is None
        else f"p {p_text(p)}, {difference.test}"
        + (", adjusted for all touchpoints" if adjusted_p is not None else ""),
    )  # fmt: skip


def friction_change(now: Friction, before: Friction | None, than: str) -> Change | None:
    """Return the change of a friction score; there is no test for it, so it is never clear.

    None unless both were measured: an assessment is of today, whichever period it stands in.
    """
    if before is None or now.score is None or before.score is None:
        return None
    if now.observed is None or before.observed is None:
        return None
    return plain_change(now.score - before.score, than)


def plain_change(value: float, than: str) -> Change:
    """Return a change of friction points without a claim."""
    return _change(
        value, 0, "", than, clear=None, p=None, better_when_up=False, tested="not tested"
    )


def _change(
    value: float | None,
    digits: int,
    unit: str,
    than: str,
    *,
    clear: bool | None,
    p: float | None,
    better_when_up: bool,
    tested: str,
) -> Change:
    if value is None:
        return Change(None, UNKNOWN, f"Nothing to compare with in {than}.")
    size = f"{abs(round_half_away(value, digits)):.{digits}f}{unit}"
    up, still = value > 0, round_half_away(value, digits) == 0
    moved = "no change" if still else f"{size} {'up' if up else 'down'}"
    if clear is False:
        return Change(
            value,
            f"· {size}",
            f"No clear difference: {moved} on {than} ({tested}).",
            False,
            None,
            p,
        )
    arrow = "·" if still else "▲" if up else "▼"
    better = (up == better_when_up) if clear else None
    return Change(
        value, f"{arrow} {size}", f"{moved.capitalize()} on {than} ({tested}).", clear, better, p
    )


def p_text(p: float) -> str:
    """Return a p-value as "= .031", "< .001" or "= 1"."""
    if p < 0.001:
        return "< .001"
    return "= 1" if p > 0.9995 else f"= {p:.3f}".replace("= 0.", "= .")


def friction_metric(
    found: Friction, *, exposed: int, url: str = "", change: Change | None = None
) -> Metric:
    """Return a friction score in words."""
    if found.score is None:
        return Metric("friction", "Friction", n=exposed, n_text=BASIS_WORDS[found.basis], url=url)
    margin = None if found.standard_error is None else 1.96 * found.standard_error
    return Metric(
        key="friction",
        label="Friction",
        text=f"{round_half_away(found.score):.0f}",
        value=found.score,
        low=None if margin is None else max(0.0, found.score - margin),
        high=None if margin is None else min(100.0, found.score + margin),
        margin_text="" if margin is None else f"±{round_half_away(margin):.0f}",
        n=exposed,
        n_text=BASIS_WORDS[found.basis],
        base="ok",
        url=url,
        change=change,
    )


def minutes_text(minutes: float | None) -> str:
    """Return a wait as "22 min", "3 h 10 min" or "2 d 4 h"."""
    if minutes is None:
        return UNKNOWN
    whole = int(round_half_away(minutes))
    if minutes < 1:
        return f"{round_half_away(minutes * 60):.0f} s"
    days, rest = divmod(whole, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {left} min" if left else f"{hours} h"
    return f"{left} min"


def duration_metric(key: str, name: str, durations: DurationHistogram | None) -> Metric:
    """Return the median of durations in words, with its interval in minutes."""
    if durations is None or not durations.n or durations.median is None:
        return Metric(key, name, n_text="not timed")
    interval = durations.median_interval()
    return Metric(
        key=key,
        label=name,
        text=minutes_text(durations.median / 60),
        value=durations.median / 60,
        low=interval.low / 60 if interval else None,
        high=interval.high / 60 if interval else None,
        n=durations.n,
        n_text=f"n {durations.n:,}",
        base="ok",
    )
