"""The points of a metric and their corrections, in words for its page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.models.outcomes import OutcomeCorrection, OutcomeMetric, OutcomePoint
from feedback.outcomes.formulas import formula_of, interval_of
from feedback.outcomes.words import number_text, period_text, value_text

SHOWN = 50
SHOWN_TIMES = 5


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point as the page's table shows it."""

    point: OutcomePoint
    period: str
    value: str
    interval: str
    made_of: str
    meets: bool | None


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """What a point said, and what it says now; `after` is empty where it was deleted."""

    correction: OutcomeCorrection
    period: str
    before: str
    after: str


def point_rows(metric: OutcomeMetric, points: Sequence[OutcomePoint]) -> list[PointRow]:
    """Return the points in their order, each with its interval and what it was made of."""
    return [_row(metric, point) for point in points]


def _row(metric: OutcomeMetric, point: OutcomePoint) -> PointRow:
    interval = interval_of(metric, point)
    return PointRow(
        point=point,
        period=period_text(point.start, point.end),
        value=value_text(metric, point.value),
        interval=f"{number_text(interval[0])} to {number_text(interval[1])}" if interval else "",
        made_of=made_of(metric, point.inputs) or ("given as it is" if formula_of(metric) else ""),
        meets=metric.meets_target(point.value),
    )


def made_of(metric: OutcomeMetric, inputs: dict[str, Any]) -> str:
    """Return the inputs in words: "Customers at the start 120, of those, lost 3"."""
    formula = formula_of(metric)
    if not formula:
        return ""
    found = [
        f"{each.label.removesuffix(', %')} {_said(inputs[each.key])}"
        + (" %" if each.label.endswith(", %") else "")
        for each in formula.inputs
        if each.key in inputs
    ]
    return " · ".join(found)


def _said(given: Any) -> str:
    if not isinstance(given, list):
        return number_text(given)
    shown = ", ".join(number_text(time) for time in given[:SHOWN_TIMES])
    return f"{shown} … ({len(given):,})" if len(given) > SHOWN_TIMES else shown


def corrections(metric: OutcomeMetric) -> list[CorrectionRow]:
    """Return the latest changes of a metric's points, the newest first."""
    found = metric.corrections.select_related("by")[:SHOWN]
    return [
        CorrectionRow(
            each,
            period_text(each.start, each.end),
            ", ".join(_parts(metric, each.before)),
            ", ".join(_parts(metric, each.after)) if each.after else "",
        )
        for each in found
    ]


def _parts(metric: OutcomeMetric, said: dict[str, Any]) -> Iterator[str]:
    yield value_text(metric, said["value"])
    if said["n"] is not None:
        yield f"n {said['n']:,}"
    if said["inputs"]:
        yield made_of(metric, said["inputs"])
    if said["note"]:
        yield f"“{said['note']}”"
