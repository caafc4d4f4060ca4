"""How the scores lie: a bar for each stage or touchpoint, the bad to the left of the middle."""

from collections.abc import Sequence
from itertools import groupby

from feedback.charts import Chart, Column, Kind, traces
from feedback.dashboards.subjects import Subject
from feedback.drawing import tone
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import SCALES, Scale
from feedback.wording import label, percent_text

ROW, ROOM = 30, 90
"""Pixels: of a row, and of what stands above and below all rows."""

Group = tuple[str, range]
"""A colour step, t1 the worst, and the scores that share it."""


def distribution(subjects: Sequence[Subject], key: str, *, of: str) -> Chart:
    """Return the shares of the scores in each subject; `of` says what they are parts of."""
    scale = SCALES[key]
    found = [(each.label, whole) for each in subjects if (whole := each.whole(key)) is not None]
    names, histograms = [name for name, _ in found], [each for _, each in found]
    groups = groups_of(scale)
    return Chart(
        key="distribution",
        title=f"Distribution of {label(scale)} in {of}",
        says="Bad scores lie to the left of the middle, good ones to the right, "
        "neutral ones on it.",
        columns=(
            Column("Part"),
            *(Column(_scores(inside), Kind.NUMBER, unit=" %") for _, inside in groups),
            Column("n", Kind.COUNT),
        ),
        rows=[
            (name, *(_share(each, inside) for _, inside in groups), each.n)
            for name, each in zip(names, histograms, strict=True)
        ],
        traces=_traces(names, histograms, groups),
        layout={
            "barmode": "relative",
            "bargap": 0.35,
            "xaxis": _both_ways(histograms),
            "legend": traces.LEGEND_ABOVE,
            "yaxis": traces.rows_axis(names),
            "annotations": [_base(row, each.n) for row, each in enumerate(histograms)],
            "margin": {"t": 40, "r": 74, "b": 36, "l": 44},
            "height": ROOM + ROW * len(names),
        },
        n=sum(each.n for each in histograms),
        empty="No part has enough answers on this scale in this period.",
    )


def groups_of(scale: Scale) -> list[Group]:
    """Return the scores of a scale by their colour step, the worst first."""
    return [
        (step, range((inside := list(scores))[0], inside[-1] + 1))
        for step, scores in groupby(scale.points, lambda score: tone(scale, score))
    ]


def _scores(inside: range) -> str:
    return f"{inside[0]}" if len(inside) == 1 else f"{inside[0]}–{inside[-1]}"


def _share(histogram: Histogram, inside: range) -> float:
    low = histogram.scale.low
    counted = sum(histogram.counts[inside.start - low : inside.stop - low])
    return 100 * counted / histogram.n


def _traces(
    names: Sequence[str], histograms: Sequence[Histogram], groups: Sequence[Group]
) -> list[dict[str, object]]:
    """Return a trace for each group, from the middle outwards, as Plotly piles bars up.

    The neutral group is halved by the middle; only its right half has a name and is read.
    """
    bad = [group for group in groups if group[0] in {"t1", "t2"}]
    neutral = [group for group in groups if group[0] == "t3"]
    good = [group for group in groups if group[0] in {"t4", "t5"}]
    order = [
        *((group, -0.5) for group in neutral),
        *((group, -1.0) for group in reversed(bad)),
        *((group, 0.5) for group in neutral),
        *((group, 1.0) for group in good),
    ]
    drawn = []
    for (step, inside), factor in order:
        shares = [_share(each, inside) for each in histograms]
        says = [
            f"{name}: {percent_text(share)} gave {_scores(inside)}, n {each.n:,}"
            for name, share, each in zip(names, shares, histograms, strict=True)
        ]
        bars = traces.lying_bars(
            [factor * share for share in shares], range(len(names)),
            name=_scores(inside), says=says, colour=f"--{step}",
            legendgroup=step, legendrank=1000 + inside[0], showlegend=factor != -0.5,
        )  # fmt: skip
        drawn.append(bars | ({"hoverinfo": "skip"} if factor == -0.5 else {}))
    return drawn


def _both_ways(histograms: Sequence[Histogram]) -> dict[str, object]:
    """Return the axis of shares to both sides of the middle, as far as any bar reaches."""
    shares = [each.shares for each in histograms]
    longest = max((max(bad, good) + mid / 2 for bad, mid, good in filter(None, shares)), default=0)
    step = 20 if longest > 40 else 10
    end = min(100, step * (int(longest // step) + 1))
    ticks = (-end, -end // 2, 0, end // 2, end)
    return {
        "range": [-end, end],
        "tickangle": 0,
        "tickvals": list(ticks),
        "ticktext": [f"{abs(tick)} %" for tick in ticks],
    }


def _base(row: int, n: int) -> dict[str, object]:
    return {
        "x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": row, "text": f"n {n:,}",
        "showarrow": False, "font": {"size": 11, "color": "--ink-3"},
    }  # fmt: skip
