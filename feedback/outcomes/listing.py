"""The list of outcome metrics: what each last said, and how it went before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from feedback.models.outcomes import OutcomeMetric, OutcomePoint
from feedback.outcomes.formulas import share_interval
from feedback.outcomes.words import age_text, is_stale, period_text, target_text, value_text

WIDTH, HEIGHT = 96, 22
SHOWN_POINTS = 24


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of the list; without a point its texts are empty."""

    metric: OutcomeMetric
    place: str
    target: str
    value: str = ""
    margin: str = ""
    period: str = ""
    age: str = ""
    stale: bool = False
    meets: bool | None = None
    trend: str = ""
    trend_said: str = ""


def lines(metrics: Sequence[OutcomeMetric], *, today: date) -> list[Line]:
    """Return the metrics as the list shows them, in one query."""
    points = OutcomePoint.objects.of(metrics)
    return [_line(metric, points[metric.pk], today) for metric in metrics]


def _line(metric: OutcomeMetric, points: Sequence[OutcomePoint], today: date) -> Line:
    place, target = place_text(metric), target_text(metric)
    if not points:
        return Line(metric, place, target)
    last, shown = points[-1], points[-SHOWN_POINTS:]
    interval = share_interval(metric, last.value, last.n)
    return Line(
        metric,
        place,
        target,
        value=value_text(metric, last.value),
        margin=f"{value_text(metric, interval[0])} to {value_text(metric, interval[1])}"
        if interval
        else "",
        period=period_text(last.start, last.end),
        age=age_text(last.end, today),
        stale=is_stale(last.start, last.end, today),
        meets=metric.meets_target(last.value),
        trend=spark([point.value for point in shown]),
        trend_said=f"{len(shown)} points, from {value_text(metric, shown[0].value)} to "
        f"{value_text(metric, last.value)}",
    )


def place_text(metric: OutcomeMetric) -> str:
    """Return where it stands: "Business trip › Check-in", or "the whole workspace"."""
    home = metric.home
    if home is None:
        return "the whole workspace"
    part = metric.step or metric.stage
    return f"{home.title} › {part.title}" if part else home.title


def spark(values: Sequence[float]) -> str:
    """Return the path of a series in a box of WIDTH × HEIGHT; empty for a single value."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    reach = (high - low) or 1.0
    across = (WIDTH - 4) / (len(values) - 1)
    spots = (
        f"{2 + index * across:.1f} {HEIGHT - 3 - (value - low) / reach * (HEIGHT - 6):.1f}"
        for index, value in enumerate(values)
    )
    return "M" + "L".join(spots)
