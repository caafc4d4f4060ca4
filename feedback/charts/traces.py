"""The marks that charts are made of, as Plotly takes them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

Values = Sequence[float | None]
Places = Sequence[str] | Sequence[date] | Sequence[float]


def line(
    x: Places,
    y: Values,
    *,
    name: str,
    says: Sequence[str] = (),
    colour: str = "--accent",
    dash: str = "solid",
    quiet: bool = False,
) -> dict[str, Any]:
    """Return a line with its points, broken where a value is None.

    `says` holds a text for each point, for who hovers over it or reads it by the arrow keys. A
    `quiet` line stands behind another one that matters.
    """
    colour = "--ink-3/.45" if quiet else colour
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": plain(x),
        "y": list(y),
        "connectgaps": False,
        "line": {"color": colour, "width": 1.2 if quiet else 2.4, "dash": dash},
        "marker": {"color": colour, "size": 3 if quiet else 6},
        **said(says),
    }


def said(says: Sequence[Any]) -> dict[str, Any]:
    """Return what a trace says of its points instead of their bare numbers."""
    return {"hovertext": list(says), "hoverinfo": "text"} if says else {}


def dots(
    x: Values,
    y: Sequence[float],
    low: Values,
    high: Values,
    *,
    name: str,
    says: Sequence[str],
    colour: str = "--accent",
    symbol: str = "circle",
) -> dict[str, Any]:
    """Return points with lying intervals. One that does not reach its point begins there."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": list(x),
        "y": list(y),
        "marker": {"color": colour, "size": 9, "symbol": symbol},
        "error_x": whiskers(x, low, high, colour=f"{colour}/.55"),
        **said(says),
    }


def whiskers(x: Values, low: Values, high: Values, *, colour: str) -> dict[str, Any]:
    """Return lying intervals for a trace's `error_x`, drawn from its points on."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [_reach(value, end) for value, end in zip(x, high, strict=True)],
        "arrayminus": [_reach(end, value) for value, end in zip(x, low, strict=True)],
        "color": colour,
        "thickness": 1.6,
        "width": 0,
    }


def lying_bars(
    x: Values,
    y: Sequence[float],
    *,
    name: str,
    says: Sequence[str],
    colour: str | Sequence[str] = "--accent",
    **more: Any,
) -> dict[str, Any]:
    """Return bars from left to right, one for each row."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": list(x),
        "y": list(y),
        "marker": {"color": colour if isinstance(colour, str) else list(colour)},
        **said(says),
        **more,
    }


def rows_axis(labels: Sequence[str], longest: int = 24) -> dict[str, Any]:
    """Return the upright axis of rows 0, 1, 2 … from the top, their labels cut where too long."""
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": [shortened(label, longest) for label in labels],
        "range": [len(labels) - 0.5, -0.5],
        "showgrid": False,
        "zeroline": False,
    }


def shortened(label: str, longest: int) -> str:
    """Return a label that is cut, and says so, where it is too long."""
    return label if len(label) <= longest else f"{label[: longest - 1].rstrip()}…"


LEGEND_ABOVE: dict[str, Any] = {
    "orientation": "h", "yref": "container", "y": 0.995, "yanchor": "top", "x": 0,
}  # fmt: skip
"""A legend above the rows of a chart, whose height may be any."""


def _reach(start: float | None, end: float | None) -> float:
    return 0.0 if start is None or end is None else max(0.0, end - start)


def band(x: Places, low: Values, high: Values, *, colour: str = "--accent") -> list[dict[str, Any]]:
    """Return an interval around a line: one polygon for each run of points that have one.

    A point that stands alone gets an upright stroke.
    """
    places, traces = plain(x), []
    for start, end in _runs(low, high):
        along, bottom, top = places[start:end], list(low[start:end]), list(high[start:end])
        shape = {"line": {"width": 5 if end - start == 1 else 0, "color": f"{colour}/.25"}}
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [*along, *reversed(along)],
                "y": [*top, *reversed(bottom)],
                "fill": "toself",
                "fillcolor": f"{colour}/.16",
                "hoverinfo": "skip",
                "showlegend": False,
                **shape,
            }
        )
    return traces


def bars(
    x: Places, y: Values, *, name: str, colour: str = "--accent", **more: Any
) -> dict[str, Any]:
    """Return upright bars."""
    marker = {"color": colour}
    return {"type": "bar", "name": name, "x": plain(x), "y": list(y), "marker": marker, **more}


def level(
    value: float, *, name: str, colour: str = "--ink-3", dash: str = "dash"
) -> dict[str, Any]:
    """Return a level across the whole chart, such as a target, for the layout's `shapes`."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": value,
        "y1": value,
        "line": {"color": colour, "width": 1.2, "dash": dash},
        "label": {"text": name, "textposition": "end", "font": {"color": colour, "size": 11}},
    }


def plain(x: Places) -> list[str | float]:
    """Return the places along an axis as JSON holds them."""
    return [each.isoformat() if isinstance(each, date) else each for each in x]


def _runs(low: Values, high: Values) -> list[tuple[int, int]]:
    """Return from where to where, exclusive, both ends of the interval are known."""
    known = [a is not None and b is not None for a, b in zip(low, high, strict=True)]
    runs, start = [], None
    for index, there in enumerate([*known, False]):
        if there and start is None:
            start = index
        elif not there and start is not None:
            runs.append((start, index))
            start = None
    return runs
