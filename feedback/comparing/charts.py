"""The differences as charts: a point and its interval for each place, one chart for each metric."""

from collections.abc import Sequence
from typing import Any

from feedback.charts import Chart, Column, Kind, traces
from feedback.charts.chart import Cell
from feedback.comparing.measures import TIMES
from feedback.comparing.words import Line

LOOKS = {
    "better": ("--good", "triangle-up", "Better"),
    "worse": ("--bad", "triangle-down", "Worse"),
    "different": ("--warn", "diamond", "Different"),
    "unclear": ("--ink-3", "circle-open", "No clear difference"),
}
ROW, ROOM = 26, 110
"""Pixels: of a row, and of what stands above and below all rows."""
MOST = 60
"""So many rows are drawn. More are in the table only: nobody could tell them apart in a picture."""
LONGEST = 34
"""Letters of a name, before it says that it is a stage's."""
OF_STAGE = " (stage)"

_COLUMNS = (
    Column("Where"),
    Column("Metric"),
    Column("A", Kind.NUMBER),
    Column("A low", Kind.NUMBER),
    Column("A high", Kind.NUMBER),
    Column("n A", Kind.COUNT),
    Column("B", Kind.NUMBER),
    Column("B low", Kind.NUMBER),
    Column("B high", Kind.NUMBER),
    Column("n B", Kind.COUNT),
    Column("Difference", Kind.NUMBER),
    Column("Low", Kind.NUMBER),
    Column("High", Kind.NUMBER),
    Column("p", Kind.NUMBER, 4),
    Column("p corrected", Kind.NUMBER, 4),
    Column("B exceeds A, %", Kind.NUMBER),
    Column("Test"),
    Column("What can be said"),
)


def charts_of(lines: Sequence[Line]) -> list[Chart]:
    """Return a chart for each metric that was compared anywhere, in the order of the rows."""
    measures = dict.fromkeys(line.row.measure for line in lines if line.row.samples)
    return [
        _chart([each for each in lines if each.row.measure == measure and each.row.samples])
        for measure in measures
    ]


def file_of(lines: Sequence[Line]) -> Chart:
    """Return all rows as the table of one CSV file, which nothing draws."""
    return Chart("comparison", "Comparison", "", _COLUMNS, [_row(each) for each in lines], ())


def _chart(lines: Sequence[Line]) -> Chart:
    measure = lines[0].row.measure
    drawn = lines[:MOST]
    notes = [] if len(drawn) == len(lines) else [f"Drawn are the first {MOST} of {len(lines)}."]
    return Chart(
        key=f"difference-{measure.key}",
        title=f"{measure.label}: B less A",
        says=f"Right of the line, B is {'' if measure.better_when_up else 'worse, because it is '}"
        "higher. The bar is the 95 % interval of each difference by itself.",
        columns=_COLUMNS,
        rows=[_row(each) for each in lines],
        traces=_traces(drawn),
        layout={
            "height": ROOM + ROW * len(drawn),
            "xaxis": {
                "zeroline": True,
                "zerolinewidth": 1.5,
                "title": {"text": _axis(lines[0]), "font": {"size": 12}},
            },
            "yaxis": traces.rows_axis([_name(each) for each in drawn], LONGEST + len(OF_STAGE))
            | {"showgrid": True},
            "legend": traces.LEGEND_ABOVE,
            "margin": {"t": 44, "r": 12, "b": 36, "l": 44},
        },
        notes=notes,
    )


def _axis(line: Line) -> str:
    return "minutes" if _timed(line) else f"difference,{line.row.measure.unit}"


def _name(line: Line) -> str:
    where = traces.shortened(line.row.where, LONGEST)
    return f"{where}{OF_STAGE}" if line.row.level == "stage" else where


def _traces(lines: Sequence[Line]) -> list[dict[str, Any]]:
    drawn = []
    for kind, (colour, symbol, name) in LOOKS.items():
        found = [(y, each) for y, each in enumerate(lines) if each.verdict.kind == kind]
        if not found:
            continue
        values, low, high = (
            [_minutes(each, _difference(each)[end]) for _, each in found] for end in range(3)
        )
        drawn.append(
            traces.dots(
                values, [y for y, _ in found], low, high, name=name, colour=colour, symbol=symbol,
                says=[f"{each.row.where}, {each.verdict.words}" for _, each in found],
            )
        )  # fmt: skip
    return drawn


def _difference(line: Line) -> tuple[float | None, float | None, float | None]:
    found = line.row.difference
    return (None, None, None) if found is None else (found.value, found.low, found.high)


def _timed(line: Line) -> bool:
    return line.row.measure.key in TIMES


def _minutes(line: Line, value: float | None) -> float | None:
    """Return seconds as minutes; every other unit stays."""
    return value / 60 if value is not None and _timed(line) else value


def _row(line: Line) -> list[Cell]:
    row, share = line.row, line.row.superiority
    sides = [cell for side in (row.a, row.b) for cell in (side.value, side.low, side.high, side.n)]
    return [
        row.where,
        row.measure.label,
        *sides,
        *(_minutes(line, each) for each in _difference(line)),
        row.p,
        row.adjusted,
        None if share is None else 100 * share,
        row.difference.test if row.difference else "",
        line.verdict.words,
    ]
