"""What a whole sub-journey measured, at the step that opens it.

Histograms of its touchpoints are merged, and only those that may be shown, as in every headline.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from feedback.drawing import bars
from feedback.evidence import Evidence, Gathered
from feedback.metrics.estimates import bottom_box, top_box
from feedback.metrics.histogram import Histogram
from feedback.summary import pooled, summarize
from feedback.wording import hidden_metric, interval_text
from journeys.maps.build import MapDraft, map_address
from journeys.maps.grid import Heat, Metric, Score
from journeys.models import Journey
from touchpoints.models import Touchpoint


def put_sub_journeys(
    draft: MapDraft, below: Mapping[int, Sequence[Touchpoint]], found: Gathered
) -> None:
    """Put one score per scale, and the friction, of each sub-journey where its step shows it."""
    for step in draft.steps:
        if step.opens is None or step.pk not in below:
            continue
        evidence = [found[touchpoint.pk] for touchpoint in below[step.pk]]
        query = draft.filters.query(hidden=frozenset(), persona="")
        address = map_address(draft.journey.workspace.slug, step.opens.slug)
        url = f"{address}?from={step.pk}&{query}".rstrip("&")
        metrics = {each.key: each for each in summarize(evidence, than="")}
        minimum = draft.journey.workspace.minimum_answers
        for score in _scores(step.opens, evidence, metrics, minimum, url):
            draft.put("feedback", step.pk, score)
        draft.put("friction", step.pk, _heat(step.opens, metrics["friction"], url))


def _scores(
    sub: Journey,
    evidence: Sequence[Evidence],
    metrics: Mapping[str, Metric],
    minimum: int,
    url: str,
) -> Iterator[Score]:
    histograms = pooled(each.now for each in evidence)
    hidden = {key for each in evidence for key in each.now.hidden} - set(histograms)
    label = f"from {sub}"
    keys = [key for key in metrics if key in histograms] + sorted(hidden)
    for place, key in enumerate(keys or ["csat"]):
        metric = hidden_metric(key, minimum, url=url) if key in hidden else metrics[key]
        metric, first = replace(metric, url=url), place == 0
        score = Score(sub.pk, label, metric, named=first, compact=not first, pooled=True)
        yield _with_counts(score, histograms[key]) if key in histograms else score


def _with_counts(score: Score, histogram: Histogram) -> Score:
    metric = score.metric
    return replace(
        score,
        mean=histogram.mean,
        top_box=top_box(histogram).value,
        bottom_box=bottom_box(histogram).value,
        counts={
            str(answer): count
            for answer, count in enumerate(histogram.counts, start=histogram.scale.low)
        },
        bars=() if score.compact else bars(histogram),
        title=f"{score.label}: {metric.label} {metric.text}, {interval_text(metric)}, "
        f"{metric.n_text}",
    )


def _heat(sub: Journey, metric: Metric, url: str) -> Heat:
    score = metric.value
    basis = "none" if score is None else "assessed" if metric.n_text == "assessed" else "measured"
    return Heat(
        id=sub.pk,
        label=f"from {sub}",
        metric=replace(metric, url=url),
        named=True,
        level=None if score is None else min(10, int(score // 10)),
        basis=basis,
        title=f"Friction {metric.text}, from {sub}. {metric.note}".strip(),
        pooled=True,
    )
