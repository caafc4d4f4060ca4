"""How measured friction went over the period: the parts of each piece, put together anew."""

from collections import defaultdict

from django.db.models import Sum

from feedback.behind.trend import Axis, Trend, draw
from feedback.evidence import TREND_POINTS, Evidence, Span, Window, friction_of
from feedback.metrics.display import round_half_away
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.estimates import Estimate
from feedback.metrics.friction import Formula, Friction, Rate
from feedback.metrics.quantiles import z_quantile
from touchpoints.models import Touchpoint


def friction_trend(
    touchpoint: Touchpoint, *, evidence: Evidence, formula: Formula, window: Window
) -> Trend | None:
    """Return the trend of what is measured; two queries. None below two comparable pieces.

    A piece without a part that the whole has, or with too little data for a score, is left out:
    it would be another number. The assessment has no trend.
    """
    whole = evidence.friction
    if whole.observed is None:
        return None
    spans = _spans(touchpoint, evidence, window)
    found = [friction_of(span, touchpoint, [], formula) for span in spans]
    estimates = [
        _estimate(piece, span)
        if piece.score is not None and piece.severities.keys() == whole.severities.keys()
        else None
        for piece, span in zip(found, spans, strict=True)
    ]
    axis = Axis(0.0, 100.0, 20.0, lambda value: f"{round_half_away(value):.0f}")
    return draw(estimates, whole=_estimate(whole, evidence.now), axis=axis, window=window)


def _spans(touchpoint: Touchpoint, evidence: Evidence, window: Window) -> list[Span]:
    spans = [Span() for _ in range(TREND_POINTS)]
    for key, histograms in evidence.trend.items():
        for span, histogram in zip(spans, histograms, strict=True):
            if histogram is not None:
                span.scores[key] = histogram
    rates = (
        touchpoint.friction_inputs.filter(day__gte=window.start, day__lte=window.end)
        .annotate(piece=window.piece("day"))
        .values("kind", "piece")
        .annotate(all_hits=Sum("hits"), all_base=Sum("base"))
        .values_list("kind", "piece", "all_hits", "all_base")
        .order_by()
    )
    for kind, piece, hits, base in rates:
        spans[piece].rates[kind] = Rate(hits, base)
    buckets: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    durations = (
        touchpoint.duration_counts.filter(day__gte=window.start, day__lte=window.end)
        .annotate(piece=window.piece("day"))
        .values("kind", "piece", "bucket")
        .annotate(n=Sum("count"))
        .values_list("kind", "piece", "bucket", "n")
        .order_by()
    )
    for kind, piece, bucket, n in durations:
        buckets[piece, kind][bucket] = n
    for (piece, kind), counts in buckets.items():
        spans[piece].durations[kind] = DurationHistogram(counts)
    return spans


def _estimate(found: Friction, span: Span) -> Estimate:
    value, se = found.observed, found.standard_error
    if value is None or se is None:
        return Estimate(value, None, None, span.exposed)
    reach = z_quantile(0.95) * se
    return Estimate(value, max(0.0, value - reach), min(100.0, value + reach), span.exposed)
