"""How many answers came in each week, by journey."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Sum

from feedback.charts import Chart, Column, Kind, traces
from feedback.days import monday
from feedback.evidence import Window
from feedback.models import ScoreWeek
from journeys.models import Journey

MOST = 6
OTHERS = "Other journeys"
LONGEST_WEEKS = 104


def volume_chart(journeys: Sequence[Journey], window: Window) -> Chart:
    """Return the number of answers in each week from Monday on; one query.

    The journeys with most answers have a colour each, the others share one. Two years at most.
    """
    first = max(window.start, window.end - timedelta(weeks=LONGEST_WEEKS))
    start = monday(first)
    weeks = (window.end - start).days // 7 + 1
    starts = [start + timedelta(weeks=week) for week in range(weeks)]
    counts = _counts(journeys, starts)
    totals: Counter[int] = Counter()
    for (journey, _), n in counts.items():
        totals[journey] += n
    biggest = [pk for pk, _ in totals.most_common(MOST)]
    names = {journey.pk: journey.title for journey in journeys}
    groups = [(names[pk], [pk]) for pk in biggest]
    if rest := [pk for pk in totals if pk not in biggest]:
        groups.append((OTHERS, rest))
    series = [
        (name, [sum(counts.get((pk, week), 0) for pk in pks) for week in starts])
        for name, pks in groups
    ]
    return Chart(
        key="volume",
        title="Answers per week",
        says="How many answers came in, by journey; the first and the last week may be cut.",
        columns=(
            Column("Week from", Kind.DAY),
            *(Column(name, Kind.COUNT) for name, _ in series),
            Column("All", Kind.COUNT),
        ),
        rows=[
            (
                start,
                *(values[week] for _, values in series),
                sum(values[week] for _, values in series),
            )
            for week, start in enumerate(starts)
        ]
        if series
        else [],
        traces=[
            _bars(name, starts, values, number) for number, (name, values) in enumerate(series)
        ],
        layout={
            "barmode": "stack",
            "xaxis": {"type": "date"},
            "yaxis": {"rangemode": "tozero"},
            "legend": traces.LEGEND_ABOVE,
            "margin": {"t": 44, "r": 12, "b": 36, "l": 44},
            "height": 340,
        },
        n=totals.total(),
        notes=("Whatever is filtered by segment or channel: answers of everybody.",),
    )


def _counts(journeys: Sequence[Journey], weeks: Sequence[date]) -> dict[tuple[int, date], int]:
    """Return how many answered, by journey and Monday of the week."""
    rows = (
        ScoreWeek.objects.filter(
            touchpoint__step__stage__journey__in=journeys, day__range=(weeks[0], weeks[-1])
        )
        .values_list("touchpoint__step__stage__journey", "day")
        .annotate(n=sum((Sum(column) for column in ScoreWeek.COLUMNS[1:]), Sum("c0")))
        .order_by()
    )
    return {(journey, week): n for journey, week, n in rows if n}


def _bars(
    name: str, starts: Sequence[date], values: Sequence[int], number: int
) -> dict[str, object]:
    colour = "--ink-3" if name == OTHERS else f"--hue-{number}"
    says = [
        f"{name}, week from {start.day} {start:%b %Y}: {value:,} answers"
        for start, value in zip(starts, values, strict=True)
    ]
    return traces.bars(starts, values, name=name, colour=colour, **traces.said(says))
