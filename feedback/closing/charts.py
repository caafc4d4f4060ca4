"""The charts of closing the loop."""

from itertools import pairwise

from feedback.charts import Chart, Column, Kind, traces
from feedback.closing.figures import Figures
from feedback.metrics.survival import Survival

TABLE_DAYS = (0.5, 1, 2, 3, 5, 7, 14, 21, 30, 60, 90)


def time_chart(found: Figures) -> Chart:
    """Return which share was contacted, and which resolved, by how many days after it opened."""
    lines = {"Contacted": found.contact, "Resolved": found.resolve}
    curves = {name: curve for name, curve in lines.items() if curve is not None}
    longest = max((curve.observed_until for curve in curves.values()), default=0.0)
    days = [day for day in TABLE_DAYS if day <= longest]
    rows = (
        [(float(day), *(_percent(curve, day) for curve in lines.values())) for day in days]
        if curves
        else []
    )
    drawn = [
        _steps(curve, name, colour)
        for (name, curve), colour in zip(curves.items(), ("--hue-0", "--hue-1"), strict=False)
    ]
    return Chart(
        key="case-times",
        title="How long customers wait",
        says="Share of cases contacted and resolved, by days since they opened.",
        columns=(
            Column("Days", Kind.NUMBER),
            Column("Contacted", Kind.NUMBER, 0, " %"),
            Column("Resolved", Kind.NUMBER, 0, " %"),
        ),
        rows=rows,
        traces=drawn if rows else [],
        layout={
            "xaxis": {"rangemode": "tozero", "ticksuffix": " d"},
            "yaxis": {"range": [0, 100], "ticksuffix": " %"},
        },
        n=found.n,
        notes=(
            "Kaplan–Meier: a case that is still waiting counts as waiting at least this long.",
            "One that was closed without it counts as not reached until then.",
        ),
        empty=f"The curves need {found.minimum} cases, and at least half a day.",
    )


def cause_chart(found: Figures) -> Chart:
    """Return how many resolved cases had which root cause, the most frequent first."""
    names = [name for name, _ in found.causes]
    counts = [n for _, n in found.causes]
    bars = traces.bars(names, [float(n) for n in counts], name="Cases")
    return Chart(
        key="root-causes",
        title="Root causes",
        says="Why it happened, by how many resolved cases say so.",
        columns=(Column("Root cause"), Column("Cases", Kind.COUNT)),
        rows=list(zip(names, [float(n) for n in counts], strict=True)),
        traces=[bars] if names else [],
        layout={"yaxis": {"rangemode": "tozero"}},
        n=sum(counts),
        notes=(f"Causes of fewer than {found.minimum} cases are shown together or not at all.",),
        empty=f"No root cause has been given {found.minimum} times yet.",
    )


def _percent(curve: Survival | None, day: float) -> float | None:
    reached = curve.reached_by(day) if curve else None
    return None if reached is None else 100 * reached


def _steps(curve: Survival, name: str, colour: str) -> dict[str, object]:
    points = [(0.0, 1.0), *curve.steps]
    if curve.observed_until > points[-1][0]:
        points.append((curve.observed_until, points[-1][1]))
    assert all(one[0] <= two[0] for one, two in pairwise(points))  # noqa: S101
    line = traces.line(
        [round(time, 3) for time, _ in points],
        [round(100 * (1 - left), 2) for _, left in points],
        name=name,
        colour=colour,
    )
    return {**line, "mode": "lines", "line": line["line"] | {"shape": "hv"}}
