"""Segment × touchpoint: who has it harder where."""

from collections.abc import Mapping, Sequence

from feedback.behind.trend import axis_of
from feedback.charts import Chart, Column, Kind, traces
from feedback.charts.chart import Cell
from feedback.dashboards.over_time import estimate_text
from feedback.dashboards.parts import Parts
from feedback.metrics.estimates import Estimate, headline
from feedback.metrics.scales import SCALES
from feedback.wording import label
from touchpoints.models import Touchpoint

HIDDEN = "hidden"
ROW, ROOM = 30, 110
"""Pixels: of a row, and of what stands above and below all rows."""
STEPS = 10
_WIDTH = 60
"""Letters that the heads of all columns have together with ease."""


def heat_map(
    touchpoints: Sequence[Touchpoint],
    segments: Mapping[int, str],
    parts: Parts,
    key: str,
    *,
    minimum: int,
    note: str = "",
) -> Chart:
    """Return the headline of every segment (name by id) at every touchpoint that was answered."""
    scale = SCALES[key]
    places = {*parts.shown, *parts.hidden}
    answered, named = {pk for pk, _ in places}, {part for _, part in places}
    rows = [each for each in touchpoints if each.pk in answered]
    columns = [pk for pk in segments if pk in named]
    found = {place: headline(answers) for place, answers in parts.shown.items()}
    return Chart(
        key="segments",
        title=f"{label(scale)} by segment and touchpoint",
        says="Each cell is a segment’s own figure; the redder, the worse beside the others here.",
        columns=(
            Column("Touchpoint"),
            *(
                column
                for pk in columns
                for column in (
                    Column(segments[pk], Kind.NUMBER),
                    Column(f"n {segments[pk]}", Kind.COUNT),
                )
            ),
        ),
        rows=[
            (
                each.title,
                *(
                    cell
                    for pk in columns
                    for cell in _cells(found.get((each.pk, pk)), (each.pk, pk) in parts.hidden)
                ),
            )
            for each in rows
        ],
        traces=[_trace(rows, columns, segments, found, parts, key)] if rows else [],
        layout={
            "xaxis": {"side": "top", "showgrid": False, "fixedrange": True},
            "yaxis": traces.rows_axis([each.title for each in rows]),
            "height": ROOM + ROW * len(rows),
        },
        n=sum(each.n for each in found.values()),
        notes=tuple(
            text
            for text in (
                f"“{HIDDEN}”: fewer than {minimum} people, or so few could be worked out from "
                "what stands beside it. Empty: nobody answered."
                if parts.hidden
                else "",
                note,
            )
            if text
        ),
        empty="No answer names its segment yet. Segments come with the answers: by a column of "
        "an import, a field of the API, or a survey’s invitations.",
    )


def _cells(estimate: Estimate | None, hidden: bool) -> tuple[Cell, Cell]:
    if estimate is None:
        return (HIDDEN, None) if hidden else (None, None)
    return estimate.value, estimate.n


def _trace(
    rows: Sequence[Touchpoint],
    columns: Sequence[int],
    segments: Mapping[int, str],
    found: Mapping[tuple[int, int], Estimate],
    parts: Parts,
    key: str,
) -> dict[str, object]:
    axis = axis_of(SCALES[key])
    cut = axis.around(found.values()) if found else axis
    grid = [[(each, pk) for pk in columns] for each in rows]

    def text(place: tuple[Touchpoint, int], *, full: bool) -> str:
        each, pk = place
        where = f"{each.title}, {segments[pk]}: " if full else ""
        if (estimate := found.get((each.pk, pk))) is not None:
            short = axis.text(estimate.value or 0.0)
            return where + (estimate_text(estimate, axis) if full else short)
        if (each.pk, pk) in parts.hidden:
            return where + HIDDEN
        return f"{where}nobody answered" if full else ""

    return {
        "type": "heatmap",
        "x": [traces.shortened(segments[pk], max(8, _WIDTH // len(columns))) for pk in columns],
        "y": list(range(len(rows))),
        "z": [
            [estimate.value if (estimate := found.get((each.pk, pk))) else None for each, pk in row]
            for row in grid
        ],
        "zmin": cut.least,
        "zmax": cut.most,
        "colorscale": [[step / STEPS, f"--h{STEPS - step}"] for step in range(STEPS + 1)],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [[text(place, full=False) for place in row] for row in grid],
        "texttemplate": "%{text}",
        "textfont": {"color": "--heat-ink", "size": 12},
        **traces.said([[text(place, full=True) for place in row] for row in grid]),
        "hoverongaps": True,
    }
