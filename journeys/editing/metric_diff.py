"""Which figures changed between two maps, by how much, and what can be said about it.

No test is made here: where two intervals overlap, no difference is claimed; where they do not,
that is all that is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from journeys.editing.figures import Figures, metric_of
from journeys.editing.matching import Matches
from journeys.editing.naming import Named
from journeys.maps.grid import UNKNOWN, Metric

MINUS = "−"
OVERLAP = "intervals overlap: no clear difference"
APART = "intervals do not overlap; not tested"


@dataclass(frozen=True, slots=True)
class MetricChange:
    """One figure on both maps."""

    where: str
    label: str
    before: Metric | None
    after: Metric | None

    @property
    def difference(self) -> str:
        """Return after less before with its sign, "+3.1 pt"; a dash where one is not known."""
        if self.before is None or self.after is None:
            return UNKNOWN
        if self.before.value is None or self.after.value is None:
            return UNKNOWN
        value = self.after.value - self.before.value
        unit = " pt" if "%" in self.after.text else " min" if self.after.key == "frt" else ""
        digits = 0 if abs(value) >= 100 or self.after.key == "answers" else 1
        sign = "+" if value > 0 else MINUS if value < 0 else "±"
        return f"{sign}{abs(value):,.{digits}f}{unit}"

    @property
    def verdict(self) -> str:
        """Return what can be said about the difference."""
        for metric, side in ((self.before, "before"), (self.after, "after")):
            if metric is not None and metric.base == "suppressed":
                return f"hidden {side}: too few answers"
            if metric is None or metric.value is None:
                return f"not measured {side}"
        return _verdict(self.before, self.after)


def _verdict(before: Metric | None, after: Metric | None) -> str:
    if before is None or after is None or after.key == "answers":
        return "a count"
    if before.low is None or before.high is None or after.low is None or after.high is None:
        return "no interval, so nothing can be claimed"
    return OVERLAP if before.low <= after.high and after.low <= before.high else APART


def changed_metrics(
    then: Figures, now: Figures, named: Named, matches: Matches
) -> list[MetricChange]:
    """Return the figures that differ: of the journey, its stages and its touchpoints.

    `named` is the map after, from which they have their names and their order.
    """
    if not then or not now:
        return []
    found = list(_pairs("Whole journey", then["headline"], now["headline"]))
    touchpoints = sorted(now["touchpoints"], key=lambda pk: _place(named, int(pk)))
    for sort, noun, order in (
        ("stages", "stage", [str(pk) for name, pk in named.columns() if name == "stage"]),
        ("touchpoints", "touchpoint", touchpoints),
    ):
        partner = {str(new): str(old) for old, new in matches[noun].items()}
        for pk in order:
            old = then[sort].get(partner.get(pk, ""), [])
            if pk in partner:
                where = named.name(noun, int(pk))
                found += _pairs(where, old, now[sort].get(pk, []))
    return [each for each in found if _differs(each)]


def _place(named: Named, pk: int) -> int:
    order = {column: place for place, column in enumerate(named.columns())}
    row = named.rows["touchpoint"].get(pk)
    return order.get(("step", row["step_id"]), 0) if row else 0


def _pairs(
    where: str, then: list[dict[str, Any]], now: list[dict[str, Any]]
) -> Iterator[MetricChange]:
    old = {each["key"]: metric_of(each) for each in then}
    new = {each["key"]: metric_of(each) for each in now}
    for key in dict.fromkeys([*new, *old]):
        label = (new.get(key) or old[key]).label
        yield MetricChange(
            where, "Answers" if key == "answers" else label, old.get(key), new.get(key)
        )


def _differs(change: MetricChange) -> bool:
    shown = {
        (each.text, each.n) if each else (UNKNOWN, 0) for each in (change.before, change.after)
    }
    return len(shown) > 1 and {text for text, _ in shown} != {UNKNOWN}
