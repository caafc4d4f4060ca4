"""The headline of a stage, a journey or a list of journeys: many touchpoints in five figures."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from feedback.evidence import Evidence, Span
from feedback.metrics.claims import claim_p
from feedback.metrics.compare import compare
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.friction import Friction, roll_up
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import SCALES
from feedback.models import DurationKind
from feedback.wording import duration_metric, plain_change, score_change, score_metric
from journeys.maps.grid import Metric

HEADLINES = ("nps", "csat", "ces")


def summarize(evidence: Sequence[Evidence], *, than: str) -> list[Metric]:
    """Return NPS, CSAT, effort, friction and the number of answers of several touchpoints.

    Histograms are merged, never averaged (metrics.md §1.1), and only those that may be shown:
    otherwise a hidden touchpoint's answers could be had by subtraction. `than` names the period
    that changes are measured against; empty for none.
    """
    now, before = pooled(e.now for e in evidence), pooled(e.before for e in evidence)
    metrics = []
    for key in dict.fromkeys([*HEADLINES, *now]):
        metric = score_metric(key, now.get(key))
        if than and key in now and key in before:
            difference = compare(before[key], now[key])
            claim = claim_p(before[key], now[key], among_many=False)
            change = score_change(SCALES[key], difference, than, adjusted_p=claim)
            metric = replace(metric, change=change)
        metrics.append(metric)
    metrics.append(_friction(evidence, than))
    answers = sum(histogram.n for histogram in now.values())
    metrics.append(
        Metric("answers", "Answers", f"{answers:,}", answers, n=answers, n_text="", base="ok")
    )
    return metrics


def first_response(evidence: Iterable[Evidence]) -> Metric | None:
    """Return the median first response time of several touchpoints, or None if nobody timed it."""
    timed = [
        e.now.durations[DurationKind.FIRST_RESPONSE]
        for e in evidence
        if DurationKind.FIRST_RESPONSE in e.now.durations
    ]
    if not timed:
        return None
    return duration_metric("frt", "First response", sum(timed, DurationHistogram({})))


def pooled(spans: Iterable[Span]) -> dict[str, Histogram]:
    """Return one histogram per scale."""
    merged: dict[str, Histogram] = {}
    for span in spans:
        for key, histogram in span.scores.items():
            merged[key] = merged[key] + histogram if key in merged else histogram
    return merged


def _friction(evidence: Sequence[Evidence], than: str) -> Metric:
    now = _roll_up([(e.friction, e.now.exposed) for e in evidence])
    if now is None:
        return Metric("friction", "Friction", n_text="no data")
    before = _roll_up([(e.friction_before, e.before.exposed) for e in evidence])
    scores = [e.friction.score for e in evidence if e.friction.score is not None]
    only_assessed = all(
        e.friction.basis != "measured" for e in evidence if e.friction.score
    ) and all(e.friction.observed is None for e in evidence)
    return Metric(
        key="friction",
        label="Friction",
        text=f"{now:.0f}",
        value=now,
        n=sum(e.now.exposed for e in evidence),
        n_text="assessed" if only_assessed else "",
        base="ok",
        note=f"Weighted by customers exposed; the worst touchpoint has {max(scores):.0f}.",
        change=plain_change(now - before, than) if than and before is not None else None,
    )


def _roll_up(items: Sequence[tuple[Friction | None, int]]) -> float | None:
    scored = [(found.score, exposed) for found, exposed in items if found is not None]
    exposed = sum(count for score, count in scored if score is not None)
    # Where nobody was counted, as on a map that was only assessed, touchpoints weigh alike.
    return roll_up(scored if exposed else [(score, 1) for score, _ in scored]).score
