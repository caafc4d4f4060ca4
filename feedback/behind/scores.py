"""A score taken apart: what its headline means, each score's share, and the figures beside it."""

from dataclasses import dataclass

from feedback.behind.formulas import negative, neutral, positive
from feedback.drawing import tone
from feedback.metrics import estimates
from feedback.metrics.display import round_half_away
from feedback.metrics.estimates import Estimate
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import Scale
from feedback.wording import percent_text, plain, score_text, signed


@dataclass(frozen=True, slots=True)
class ScoreShare:
    """One line of a distribution: a score, how many gave it, and its bar."""

    score: int
    count: int
    share_text: str
    width: float
    """Length of the bar in percent of the longest one."""
    tone: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure beside the headline: "Mean", "3.43 (3.21 to 3.65)"."""

    label: str
    text: str


def unit_words(scale: Scale) -> str:
    """Return what the headline counts: "satisfied (4–5)"."""
    if scale.metric == "csat":
        return f"satisfied ({positive(scale)})"
    if scale.metric == "nps":
        return "promoters minus detractors"
    return f"mean of {scale.low} (hard) to {scale.high} (easy)"


def distribution(histogram: Histogram) -> tuple[ScoreShare, ...]:
    """Return the shares of the scores, the best first; empty without answers."""
    n = histogram.n
    if not n:
        return ()
    scale, longest = histogram.scale, max(histogram.counts)
    return tuple(
        ScoreShare(
            score,
            count,
            _percent(100 * count / n),
            round(100 * count / longest, 2),
            tone(scale, score),
        )
        for score, count in reversed(list(zip(scale.points, histogram.counts, strict=True)))
    )


def figures(histogram: Histogram) -> tuple[Figure, ...]:
    """Return what the headline leaves out: the mean, the other end of the scale, the middle."""
    scale = histogram.scale
    low, high = estimates.bottom_box(histogram), estimates.top_box(histogram)
    if scale.metric == "nps":
        middle = histogram.shares[1] if histogram.shares else None
        return (
            _share(f"Promoters ({positive(scale)})", high),
            Figure(f"Passives ({neutral(scale)})", _percent(middle)),
            _share(f"Detractors ({negative(scale)})", low),
        )
    if scale.metric == "ces":
        return (
            _share(f"Found it easy ({positive(scale)})", high),
            _share(f"Found it hard ({negative(scale)})", low),
        )
    mean, net = estimates.mean(histogram), estimates.net_box(histogram)
    return (
        Figure(f"Mean of {scale.low}–{scale.high}", _with_interval(_decimal(mean.value), mean, 2)),
        _share(f"Dissatisfied ({negative(scale)})", low),
        Figure("Satisfied − dissatisfied", "–" if net.value is None else signed(net.value)),
    )


def before_text(histogram: Histogram) -> str:
    """Return the headline of the period before: "65 %, n 212"."""
    value = estimates.headline(histogram).value
    return f"{score_text(histogram.scale, value)}, n {histogram.n:,}"


def _share(name: str, estimate: Estimate) -> Figure:
    return Figure(name, _with_interval(_percent(estimate.value), estimate, 1))


def _with_interval(text: str, estimate: Estimate, digits: int) -> str:
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} ({plain(estimate.low, digits)} to {plain(estimate.high, digits)})"


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    return f"< {percent_text(1)}" if 0 < share < 0.5 else percent_text(share)


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{round_half_away(value, 2):.2f}"
