"""The two small pictures beside a score: its distribution and its trend."""

from collections.abc import Sequence

from feedback.metrics.estimates import value_of
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import Scale
from journeys.maps.grid import Bar

SPARK_WIDTH, SPARK_HEIGHT = 60, 16
# The least a trend spans from top to bottom, so that noise does not look like news:
# points of NPS, percent satisfied, points of effort.
_LEAST_SPAN = {"nps": 40.0, "csat": 20.0, "ces": 1.0}


def bars(histogram: Histogram) -> tuple[Bar, ...]:
    """Return the shares of the scores side by side, worst first, in percent of the whole."""
    if not histogram.n:
        return ()
    scale, drawn, x = histogram.scale, [], 0.0
    for score, count in enumerate(histogram.counts, start=scale.low):
        width = 100 * count / histogram.n
        if count:
            drawn.append(Bar(score, count, f"{x:.2f}%", f"{width:.2f}%", tone(scale, score)))
        x += width
    return tuple(drawn)


def tone(scale: Scale, score: int) -> str:
    """Return the colour step of a score, "t1" (worst) to "t5" (best); "t3" is neutral."""
    if score <= scale.negative_max:
        return "t1" if score <= (scale.low + scale.negative_max) / 2 else "t2"
    if score >= scale.positive_min:
        return "t5" if score == scale.high else "t4"
    return "t3"


def spark(
    trend: Sequence[Histogram | None], width: int = SPARK_WIDTH, height: int = SPARK_HEIGHT
) -> str:
    """Return the path of a trend, higher is better, broken where a piece is None."""
    values = [None if piece is None else value_of(piece) for piece in trend]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    metric = next(piece for piece in trend if piece is not None).scale.metric
    middle = (max(known) + min(known)) / 2
    reach = max((max(known) - min(known)) / 2, _LEAST_SPAN[metric] / 2)
    path, pen = [], "M"
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x = 1 + index * (width - 2) / (len(values) - 1)
        y = height / 2 - (value - middle) / reach * (height / 2 - 2)
        path.append(f"{pen}{x:.0f} {y:.1f}")
        pen = "L"
    return "".join(path)
