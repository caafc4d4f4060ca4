"""How measured friction went over the period: the parts of each piece, put together anew."""

from collections import defaultdict

from django.db.models import Sum

from feedback.behind.trend import Axis, Trend, draw
from feedback.evidence import Evidence, Span, Window, friction_of
from feedback.metrics.display import round_half_away
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.estimates import Estimate
from feedback.metrics.friction import Formula, Friction, Rate
from feedback.metrics.quantiles import z_quantile
from feedback.models import FrictionKind
from feedback.pieces import hidden_pieces
from touchpoints.models import Touchpoint


def friction_trend(
    touchpoint: Touchpoint, *, evidence: Evidence, formula: Formula, window: Window, minimum: int
) -> Trend | None:
    """Return the trend of what is measured; two queries. None below two comparable pieces.

    A piece without a part that the whole has, with too little data for a score or too few
    customers to show, is left out: it would be another number. The assessment has no trend.
    """
    whole = evidence.friction
    if whole.observed is None:
        return None
    spans = _spans(touchpoint, evidence, window, minimum)
    found = [friction_of(span, touchpoint, [], formula) for span in spans]
    estimates = [
        _estimate(piece, span)
        if piece.score is not None and piece.severities.keys() == whole.severities.keys()
        else None
        for piece, span in zip(found, spans, strict=True)
    ]
    axis = Axis(0.0, 100.0, 20.0, lambda value: f"{round_half_away(value):.0f}")
    return draw(estimates, whole=_estimate(whole, evidence.now), axis=axis, window=window)


def _spans(touchpoint: Touchpoint, evidence: Evidence, window: Window, minimum: int) -> list[Span]:
    spans = [Span() for _ in range(window.pieces)]
    for key, histograms in evidence.trend.items():
        for span, histogram in zip(spans, histograms, strict=True):
            if histogram is not None:
                span.scores[key] = histogram
    for kind, rates in _rates(touchpoint, window).items():
        sizes = {piece: rate.base for piece, rate in rates.items()}
        for piece in rates.keys() - hidden_pieces(sizes, {}, (), minimum):
            spans[piece].rates[kind] = rates[piece]
    for kind, timed in _durations(touchpoint, window).items():
        sizes = {piece: each.n for piece, each in timed.items()}
        for piece in timed.keys() - hidden_pieces(sizes, {}, (), minimum):
            spans[piece].durations[kind] = timed[piece]
    return spans


def _rates(touchpoint: Touchpoint, window: Window) -> dict[str, dict[int, Rate]]:
    totals, observed = (
        days.filter(day__gte=window.start, day__lte=window.end, kind__in=FrictionKind.values)
        .annotate(piece=window.piece("day"))
        .values("kind", "piece")
        .annotate(all_hits=Sum("hits"), all_base=Sum("base"))
        .values_list("kind", "piece", "all_hits", "all_base")
        .order_by()
        for days in (touchpoint.friction_inputs.all(), touchpoint.event_counts.all())
    )
    rates: dict[str, dict[int, Rate]] = defaultdict(lambda: defaultdict(lambda: Rate(0, 0)))
    for kind, piece, hits, base in totals.union(observed, all=True):
        rates[kind][piece] += Rate(hits, base)
    return rates


def _durations(touchpoint: Touchpoint, window: Window) -> dict[str, dict[int, DurationHistogram]]:
    rows = (
        touchpoint.duration_counts.filter(day__gte=window.start, day__lte=window.end)
        .annotate(piece=window.piece("day"))
        .values("kind", "piece", "bucket")
        .annotate(n=Sum("count"))
        .values_list("kind", "piece", "bucket", "n")
        .order_by()
    )
    buckets: dict[str, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for kind, piece, bucket, n in rows:
        buckets[kind][piece][bucket] = n
    return {
        kind: {piece: DurationHistogram(counts) for piece, counts in pieces.items()}
        for kind, pieces in buckets.items()
    }


def _estimate(found: Friction, span: Span) -> Estimate:
    value, se = found.observed, found.standard_error
    if value is None or se is None:
        return Estimate(value, None, None, span.exposed)
    reach = z_quantile(0.95) * se
    return Estimate(value, max(0.0, value - reach), min(100.0, value + reach), span.exposed)
