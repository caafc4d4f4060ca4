"""The charts with which an alert explains itself."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from feedback.alerting.frictions import Level
from feedback.alerting.scores import Judged, low_words
from feedback.charts import Chart, Column, Kind, traces
from feedback.metrics.control import CUSUM_H, Period, p_chart
from feedback.metrics.rate import Rate
from feedback.wording import COMPONENT_WORDS

_UNITS = (("days", 1440.0), ("hours", 60.0))
_PERIOD = (Column("From", Kind.DAY), Column("Until", Kind.DAY))


def share_chart(judged: Judged, usual: Sequence[Period], metric: str) -> Chart:
    """Return the p-chart: the share of unfavourable answers, week by week, and its limit.

    `usual` are the periods of the baseline, which the limits come from.
    """
    periods = [*usual, *judged.periods]
    found = p_chart([period.rate for period in periods], baseline=judged.baseline)
    points = found.points if found else ()
    shares = [_percent(point.value) for point in points]
    uppers = [_percent(point.upper) for point in points]
    ends = [judged.weeks.last_day(period.last) for period in periods]
    high = [point.out and (point.z or 0) > 0 for point in points]
    words = low_words(metric)
    drawn = [
        traces.line(ends, uppers, name="Upper limit", colour="--ink-3", dash="dot")
        | {"mode": "lines"},
        traces.line(ends, shares, name=words[0].upper() + words[1:]),
        _outside(
            [end for end, out in zip(ends, high, strict=True) if out],
            [share for share, out in zip(shares, high, strict=True) if out],
        ),
    ]
    usual_share = _percent(judged.baseline.value) or 0.0
    return Chart(
        key="share",
        title=f"Percent {words}",
        says="A point for each week, or for some together until enough have answered. Above the "
        "dotted limit chance alone hardly ever comes.",
        columns=(
            *_PERIOD,
            Column("Part"),
            Column("Share", Kind.NUMBER, unit=" %"),
            Column("Upper limit", Kind.NUMBER, unit=" %"),
            Column("Above it"),
            Column("n", Kind.COUNT),
        ),
        rows=[
            (
                *_days(judged, period),
                "usual" if place < len(usual) else "watched",
                share,
                upper,
                "yes" if out else "",
                period.rate.base,
            )
            for place, (period, share, upper, out) in enumerate(
                zip(periods, shares, uppers, high, strict=True)
            )
        ],
        traces=drawn,
        layout=_layout(judged, usual)
        | {
            "yaxis": {"rangemode": "tozero", "ticksuffix": " %"},
            "shapes": [
                traces.level(usual_share, name="usual"),
                traces.level(100 * judged.plan.p1, name="worth finding", colour="--warn"),
                *_since(judged),
            ],
        },
        n=sum(period.rate.base for period in periods),
    )


def evidence_chart(judged: Judged, usual: Sequence[Period]) -> Chart:
    """Return the CUSUM: how the evidence for a turn has added up, and for the way back."""
    ends = [judged.weeks.last_day(period.last) for period in judged.periods]
    marks = judged.course.marks
    rise = [None if mark.worse else mark.value for mark in marks]
    back = [mark.value if mark.worse else None for mark in marks]
    drawn = [traces.line(ends, rise, name="For a rise", colour="--bad")]
    if any(mark.worse for mark in marks):
        drawn.append(traces.line(ends, back, name="For the way back", colour="--good"))
    return Chart(
        key="evidence",
        title="Evidence that it has turned (CUSUM)",
        says=f"Every unfavourable answer adds to it, every other takes away, and it never falls "
        f"below 0. Above {CUSUM_H:g} it calls; from then on it counts what speaks for the way "
        "back.",
        columns=(
            *_PERIOD,
            Column("Evidence", Kind.NUMBER, digits=2),
            Column("Counts what speaks for"),
            Column("Calls"),
            Column("n", Kind.COUNT),
        ),
        rows=[
            (
                *_days(judged, period),
                mark.value,
                "the way back" if mark.worse else "a rise",
                "yes" if mark.value > judged.plan.h else "",
                period.rate.base,
            )
            for period, mark in zip(judged.periods, marks, strict=True)
        ],
        traces=drawn,
        layout=_layout(judged, usual)
        | {
            "yaxis": {"rangemode": "tozero"},
            "shapes": [
                traces.level(judged.plan.h, name="calls", colour="--bad"),
                *_since(judged),
            ],
        },
        n=sum(period.rate.base for period in judged.periods),
    )


def friction_chart(before: Level, now: Level) -> Chart:
    """Return what each part of the formula adds, before and now."""
    parts = list(now.parts)
    names = [COMPONENT_WORDS[part] for part in parts]
    was = [before.parts.get(part, 0.0) for part in parts]
    is_now = [now.parts[part] for part in parts]
    rows: list[tuple[str, float, float, float]] = [
        (name, one, other, other - one) for name, one, other in zip(names, was, is_now, strict=True)
    ]
    rows.append(("together", before.score, now.score, now.score - before.score))
    return Chart(
        key="friction",
        title="Where the friction comes from",
        says="Points that each part adds to the score: in the 90 days before, and now.",
        columns=(
            Column("Part"),
            Column("Before", Kind.NUMBER),
            Column("Now", Kind.NUMBER),
            Column("Change", Kind.NUMBER),
        ),
        rows=rows,
        traces=[
            traces.bars(names, was, name="Before", colour="--line-2"),
            traces.bars(names, is_now, name="Now", colour="--bad"),
        ],
        layout={"barmode": "group", "yaxis": {"rangemode": "tozero"}},
    )


def silence_chart(starts: Sequence[date], sizes: Sequence[int | None], n: int) -> Chart:
    """Return how many answered in each week; None where too few did to show it."""
    return Chart(
        key="answers",
        title="Answers by week",
        says="All answers of the touchpoint. Weeks of very few answers are left out.",
        columns=(Column("Week from", Kind.DAY), Column("Answers", Kind.COUNT)),
        rows=list(zip(starts, sizes, strict=True)),
        traces=[traces.bars(starts, sizes, name="Answers")],
        layout={"xaxis": {"type": "date"}, "yaxis": {"rangemode": "tozero"}},
        n=n,
    )


def wait_chart(wait: float, agreed: float, n: int | None) -> Chart:
    """Return the observed median wait beside the agreed one, both in minutes."""
    longest = max(wait, agreed)
    unit, minutes = next((each for each in _UNITS if longest >= 2 * each[1]), ("minutes", 1.0))
    names, values = ["Agreed", "Observed"], [agreed / minutes, wait / minutes]
    colours = {"color": ["--line-2", "--bad"]}
    return Chart(
        key="wait",
        title="The wait at this handoff",
        says=f"The observed median wait beside what the two teams have agreed, in {unit}.",
        columns=(Column("Wait"), Column(unit.capitalize(), Kind.NUMBER)),
        rows=list(zip(names, values, strict=True)),
        traces=[traces.bars(names, values, name=unit.capitalize()) | {"marker": colours}],
        layout={"yaxis": {"rangemode": "tozero", "title": {"text": unit}}},
        n=n,
    )


def joined(rates: Sequence[Rate], least: int) -> list[Period]:
    """Merge weeks until each has `least` answers; what is left at the end joins the last.

    Their sum stands on the page, too, so that a rest could be had by subtraction.
    """
    merged: list[Period] = []
    held, first = Rate(0, 0), 0
    for place, rate in enumerate(rates):
        held += rate
        if held.base >= least:
            merged.append(Period(held, first, place))
            held, first = Rate(0, 0), place + 1
    if held.base and merged:
        last = merged.pop()
        merged.append(Period(last.rate + held, last.first, len(rates) - 1))
    return merged


def _days(judged: Judged, period: Period) -> tuple[date, date]:
    return judged.weeks.first_day(period.first), judged.weeks.last_day(period.last)


def _layout(judged: Judged, usual: Sequence[Period]) -> dict[str, Any]:
    """Return one time axis for both charts, so that they can be read below each other."""
    first = judged.weeks.first_day(usual[0].first) if usual else judged.watched_from
    ends = [first, judged.weeks.end + timedelta(days=4)]
    return {"xaxis": {"type": "date", "range": traces.plain(ends)}}


def _since(judged: Judged) -> Iterator[dict[str, Any]]:
    """Yield a band over the days since the present turn began."""
    if judged.began_on is not None:
        yield {
            "type": "rect",
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "x0": judged.began_on.isoformat(),
            "x1": judged.weeks.end.isoformat(),
            "fillcolor": "--bad/.07",
            "line": {"width": 0},
            "layer": "below",
        }


def _outside(ends: Sequence[date], shares: Sequence[float | None]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Above the limit",
        "x": traces.plain(ends),
        "y": list(shares),
        "marker": {"color": "--bad", "size": 11, "symbol": "diamond"},
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
