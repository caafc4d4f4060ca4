"""The charts of the drivers' page; each carries the numbers that it draws as its table."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from feedback.charts import Chart, Column, Kind, traces
from feedback.driving.analysis import Analysis
from feedback.driving.labels import placed_labels
from feedback.driving.lines import UNCLASSIFIED, DriverLine, outcome_unit
from feedback.metrics.scales import SCALES
from feedback.wording import plain
from touchpoints.models import Touchpoint

_ROW = 34
_LINE = 20
_CORNERS = {
    "concentrate here": ("left", "top"),
    "keep up": ("right", "top"),
    "low priority": ("left", "bottom"),
    "possible overkill": ("right", "bottom"),
}
_COLOURS = {
    "concentrate here": "--bad",
    "keep up": "--good",
    "low priority": "--ink-3",
    "possible overkill": "--ink-2",
}


def shares_chart(lines: Sequence[DriverLine], analysis: Analysis) -> Chart:
    """Return the drivers' shares of R² as bars with their bootstrap intervals."""
    shares = [_percent(line.driver.share) for line in lines]
    low, high = ([_percent(getattr(line.driver, end)) for line in lines] for end in ("low", "high"))
    bar = traces.lying_bars(
        shares,
        range(len(lines)),
        name="share",
        says=[
            f"{line.title}: {_between(share, start, end, 1)} %"
            for line, share, start, end in zip(lines, shares, low, high, strict=True)
        ],
        error_x=traces.whiskers(shares, low, high, colour="--ink"),
    )
    cut = 100 / len(lines) if lines else 0
    return Chart(
        key="shares",
        title="Importance: shares of what goes along with the outcome",
        says=(
            f"The shares ({analysis.method}) add up to 100 % of R². The line is the cut at "
            f"{cut:.0f} %, where all would be alike; whiskers are 95 % bootstrap intervals."
        ),
        columns=(
            Column("Touchpoint"),
            Column("Share", Kind.NUMBER, unit=" %"),
            Column("Low", Kind.NUMBER, unit=" %"),
            Column("High", Kind.NUMBER, unit=" %"),
            Column("On its side of the cut", Kind.NUMBER, 0, " %"),
            Column("Correlation", Kind.NUMBER, 2),
            Column("n", Kind.COUNT),
        ),
        rows=[
            (
                line.title,
                *each,
                _percent(line.driver.steady),
                round(line.driver.r, 3),
                line.driver.n,
            )
            for line, *each in zip(lines, shares, low, high, strict=True)
        ],
        traces=[bar],
        layout={
            "height": 90 + _ROW * len(lines),
            "yaxis": _rows([line.title for line in lines]),
            "xaxis": {"ticksuffix": " %", "rangemode": "tozero"},
            "shapes": [_upright(cut)],
            "bargap": 0.35,
        },
        n=analysis.respondents,
    )


def map_chart(lines: Sequence[DriverLine], analysis: Analysis) -> Chart:
    """Return the importance-performance map: one point per driver, in four named quarters."""
    shown = [line for line in lines if line.performance is not None]
    x = [round(line.performance or 0.0, 1) for line in shown]
    y = [_percent(line.driver.share) or 0.0 for line in shown]
    across, upward = (sum(x) / len(x), 100 / len(lines)) if shown else (50.0, 0.0)
    wide, high = _span(x, across, 0.28, (0, 100)), _span(y, upward, 0.24, (0, 100))
    names = [line.title for line in shown]
    points = {
        "type": "scatter",
        "mode": "markers+text",
        "name": "drivers",
        "x": x,
        "y": y,
        "text": names,
        "customdata": [line.number for line in shown],
        "texttemplate": "%{text}",
        "textposition": placed_labels(names, x, y, wide, high, (across, upward)),
        "textfont": {"color": "--ink", "size": 12.5},
        "cliponaxis": False,
        "marker": {"size": 11, "color": [_COLOURS[line.place] for line in shown]},
        **traces.said(
            [
                f"{line.title}: importance {up:.1f} %, performance {along:.0f} %"
                for line, along, up in zip(shown, x, y, strict=True)
            ]
        ),
    }
    return Chart(
        key="map",
        title="Importance and performance",
        says=(
            "Upwards: share of R², cut where all would be alike. To the right: mean score as "
            "% of its scale, the same as on the map, cut at the drivers’ mean."
        ),
        columns=(
            Column("Touchpoint"),
            Column("No.", Kind.COUNT),
            Column("Importance", Kind.NUMBER, unit=" %"),
            Column("Performance", Kind.NUMBER, unit=" %"),
            Column("Quarter"),
        ),
        rows=[
            (line.title, line.number, share, mean, line.place)
            for line, share, mean in zip(shown, y, x, strict=True)
        ],
        traces=[points] if shown else [],
        layout={
            "height": 520,
            "showlegend": False,
            "xaxis": {"title": {"text": "performance"}, "ticksuffix": " %", "range": list(wide)},
            "yaxis": {"title": {"text": "importance"}, "ticksuffix": " %", "range": list(high)},
            "shapes": [_upright(across), traces.level(upward, name="")],
            "annotations": [_corner(name, *place) for name, place in _CORNERS.items()],
        },
        n=analysis.respondents,
        empty="No driver’s score may be shown under these filters, so none can be placed.",
        wide=True,
    )


def contrasts_chart(lines: Sequence[DriverLine], analysis: Analysis, metric: str) -> Chart:
    """Return penalty and reward of each driver as bars to the left and right."""
    told = [line for line in lines if line.pull is not None]
    pulls = [line.pull for line in told if line.pull is not None]
    unit = outcome_unit(SCALES[metric])

    def bars(name: str, colour: str) -> dict[str, Any]:
        """Return the bars of one side."""
        values = [_rounded(getattr(pull, name)) for pull in pulls]
        says = [
            f"{line.title}: {name} {'–' if value is None else plain(value, 2)}"
            for line, value in zip(told, values, strict=True)
        ]
        return traces.lying_bars(values, range(len(told)), name=name, says=says, colour=colour)

    return Chart(
        key="contrasts",
        title="Penalty and reward",
        says=(
            f"How far the outcome lies from where a touchpoint is so-so, in {unit}: with a low "
            "score (penalty) and with a top score (reward), the other touchpoints held equal."
        ),
        columns=(
            Column("Touchpoint"),
            Column("Penalty", Kind.NUMBER, 2),
            Column("Reward", Kind.NUMBER, 2),
            Column("p (penalty)", Kind.NUMBER, 3),
            Column("p (reward)", Kind.NUMBER, 3),
            Column("n low", Kind.COUNT),
            Column("n top", Kind.COUNT),
            Column("Kind"),
        ),
        rows=[
            (
                line.title,
                *map(_rounded, (pull.penalty, pull.reward)),
                *map(_rounded, (pull.p_penalty, pull.p_reward)),
                pull.n_low,
                pull.n_high,
                pull.kind or UNCLASSIFIED,
            )
            for line, pull in zip(told, pulls, strict=True)
        ],
        traces=[bars("penalty", "--bad"), bars("reward", "--good")],
        layout={
            "height": 110 + _ROW * len(told),
            "barmode": "relative",
            "yaxis": _rows([line.title for line in told]),
            "xaxis": {"zeroline": True, "zerolinecolor": "--ink-3"},
            "bargap": 0.35,
        },
        n=analysis.complete,
        empty=(
            f"Only {analysis.complete:,} respondents scored every driver: too few to tell low, "
            "so-so and top scores apart."
        ),
    )


def exposed_chart(analysis: Analysis, touchpoints: Mapping[int, Touchpoint], metric: str) -> Chart:
    """Return how the outcome of those who rated a touchpoint differs from that of the others."""
    each = [one for one in analysis.exposures if one.touchpoint_id in touchpoints]
    titles = [touchpoints[one.touchpoint_id].title for one in each]
    found = [(round(one.difference, 3), round(one.low, 3), round(one.high, 3)) for one in each]
    points = traces.dots(
        [difference for difference, *_ in found],
        range(len(each)),
        [low for _, low, _ in found],
        [high for _, _, high in found],
        name="difference",
        says=[
            f"{title}: {_between(*one, digits=2)}" for title, one in zip(titles, found, strict=True)
        ],
    )
    return Chart(
        key="exposed",
        title="Met it or not",
        says=(
            "The mean outcome of those who rated a touchpoint, less that of those who did not, in "
            f"{outcome_unit(SCALES[metric])}, with 95 % intervals."
        ),
        columns=(
            Column("Touchpoint"),
            Column("Difference", Kind.NUMBER, 2),
            Column("Low", Kind.NUMBER, 2),
            Column("High", Kind.NUMBER, 2),
            Column("p, adjusted", Kind.NUMBER, 3),
            Column("n rated it", Kind.COUNT),
            Column("n did not", Kind.COUNT),
            Column("What can be said"),
        ),
        rows=[
            (
                title,
                *ends,
                round(one.p, 3),
                one.n_met,
                one.n_other,
                "a clear difference" if one.p < 0.05 else "no clear difference",
            )
            for title, one, ends in zip(titles, each, found, strict=True)
        ],
        traces=[points],
        layout={
            "height": 90 + _ROW * len(each),
            "yaxis": _rows(titles),
            "shapes": [_upright(0)],
        },
        n=analysis.outcome_respondents,
        notes=("p by Welch’s t, adjusted by Holm for as many touchpoints as stand here.",),
    )


def _percent(share: float | None) -> float | None:
    # To a tenth: more digits are chance, and two nearly equal views could be subtracted.
    return None if share is None else round(100 * share, 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _between(value: float | None, low: float | None, high: float | None, digits: int) -> str:
    """Return a value with its interval, "31.2, 20.5 to 40.1", as far as they are known."""
    if value is None:
        return "–"
    ends = "" if low is None or high is None else f", {plain(low, digits)} to {plain(high, digits)}"
    return f"{plain(value, digits)}{ends}"


def _rows(titles: Sequence[str]) -> dict[str, Any]:
    """Return the upright axis of touchpoints, two of which may have one title: cut into lines."""
    whole = ["<br>".join(wrap(title, _LINE)) for title in titles]
    return traces.rows_axis(titles) | {"ticktext": whole, "ticksuffix": "  "}


def _span(
    values: Sequence[float], cut: float, room: float, ends: tuple[float, float]
) -> tuple[float, float]:
    """Return the range of an axis: all values and the cut, with room for labels at the sides."""
    low, high = min([*values, cut], default=0.0), max([*values, cut], default=1.0)
    more = room * max(high - low, 4.0)
    return max(low - more, ends[0] - more / 2), min(high + more, ends[1] + more / 2)


def _upright(x: float) -> dict[str, Any]:
    dashed = {"color": "--ink-3", "width": 1.2, "dash": "dash"}
    return {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": x, "x1": x, "line": dashed}


def _corner(name: str, x: str, y: str) -> dict[str, Any]:
    return {
        "text": name,
        "xref": "paper",
        "yref": "paper",
        "x": 0.01 if x == "left" else 0.99,
        "y": 0.99 if y == "top" else 0.01,
        "xanchor": x,
        "yanchor": y,
        "showarrow": False,
        "font": {"color": _COLOURS[name], "size": 12.5, "weight": 600},
    }
