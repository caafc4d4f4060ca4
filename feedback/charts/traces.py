"""The marks that charts are made of, as Plotly takes them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

Values = Sequence[float | None]
Places = Sequence[str] | Sequence[date] | Sequence[float]


def line(
    x: Places, y: Values, *, name: str, colour: str = "--accent", dash: str = "solid"
) -> dict[str, Any]:
    """Return a line with its points, broken where a value is None."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": plain(x),
        "y": list(y),
        "connectgaps": False,
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"color": colour, "size": 6},
    }


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
