"""Outcome metrics on the map: beside the step, in the stage's head, in the journey's headline."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from feedback.metrics.suppression import OK_BASE
from feedback.models.outcomes import OutcomeMetric
from feedback.outcomes.formulas import share_interval
from feedback.outcomes.words import number_text, period_text, target_text, value_text
from journeys.maps.build import MapDraft
from journeys.maps.grid import Card, Metric
from journeys.models import LaneKind


def put_outcomes(draft: MapDraft) -> None:
    """Show the latest point of each metric that is placed on the journey, in one query.

    It is of all customers and of its own period, whatever the map is filtered by, and says so.
    """
    if not draft.measured:
        return
    steps, stages = {each.pk for each in draft.steps}, {each.pk for each in draft.stages}
    here = Q(journey=draft.journey) | Q(stage__in=stages) | Q(step__in=steps)
    placed = OutcomeMetric.objects.current().filter(here).with_latest()
    page = reverse("feedback:outcome_detail", args=[draft.journey.workspace.slug, 0])
    for metric in placed.order_by("name", "pk"):
        figure = figure_of(metric, page.replace("/0/", f"/{metric.pk}/"))
        if metric.step_id in steps:
            draft.put(LaneKind.METRICS, metric.step_id, _card(metric, figure))
        elif metric.stage_id in stages:
            draft.add_stage_metrics(metric.stage_id, [figure])
        elif metric.journey_id == draft.journey.pk:
            draft.headline.append(figure)


def figure_of(metric: OutcomeMetric, url: str) -> Metric:
    """Return the latest point in words; `metric` comes from `with_latest()`."""
    found: Any = metric
    key = f"outcome-{metric.pk}"
    if found.latest_value is None:
        return Metric(key, metric.name, n=None, n_text="no points yet", url=url)
    value, n = found.latest_value, found.latest_n
    interval = share_interval(metric, value, n)
    period = period_text(found.latest_start, found.latest_end)
    return Metric(
        key=key,
        label=metric.name,
        text=value_text(metric, value),
        value=value,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        margin_text=f"±{number_text((interval[1] - interval[0]) / 2)}" if interval else "",
        n=n,
        n_text=f"{period}, n {n:,}" if n is not None else period,
        base="low_base" if interval and n < OK_BASE else "ok",
        note=", ".join(filter(None, [period, "all customers", _aim(metric, value)])),
        url=url,
    )


def _aim(metric: OutcomeMetric, value: float) -> str:
    meets = metric.meets_target(value)
    if meets is None:
        return ""
    return f"target of {target_text(metric)} {'met' if meets else 'missed'}"


def _card(metric: OutcomeMetric, figure: Metric) -> Card:
    return Card(
        id=-metric.pk,
        text=metric.name,
        detail=figure.text,
        badge=figure.text,
        badge_title=figure.note or figure.n_text,
        url=figure.url,
        figure=figure,
    )
