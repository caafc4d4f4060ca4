"""Can the numbers be trusted: how old the evidence is, and how many of those asked answer."""

from collections.abc import Mapping, Sequence
from datetime import date

from feedback.charts import Chart, Column, Kind, traces
from feedback.metrics.intervals import wilson
from feedback.models import Survey
from feedback.surveys.rates import Response
from feedback.wording import percent_text, plain
from touchpoints.models import Touchpoint

STALE_DAYS = 90
"""Older evidence says how it was, not how it is."""

LONGEST = 20
ROW, ROOM = 28, 80
NEVER, STALE, FRESH = "no answer yet", "stale", ""


def age_chart(
    touchpoints: Sequence[Touchpoint], newest: Mapping[int, date], *, today: date
) -> Chart:
    """Return how many days ago each touchpoint was answered last, those without answers first."""
    ages = {each.pk: (today - newest[each.pk]).days for each in touchpoints if each.pk in newest}
    ordered = sorted(touchpoints, key=lambda each: -ages.get(each.pk, 10**6))
    shown = ordered[:LONGEST]
    states = [_state(ages.get(each.pk)) for each in shown]
    left = len(touchpoints) - len(shown)
    return Chart(
        key="age",
        title="Age of the evidence",
        says=_says(touchpoints, ages),
        columns=(
            Column("Touchpoint"),
            Column("Last answer", Kind.DAY),
            Column("Days ago", Kind.COUNT),
            Column("State"),
        ),
        rows=[
            (each.title, newest.get(each.pk), ages.get(each.pk), state)
            for each, state in zip(shown, states, strict=True)
        ],
        traces=[
            traces.lying_bars(
                [ages.get(each.pk, 0) for each in shown],
                range(len(shown)),
                name="Days since the last answer",
                says=[
                    f"{each.title}: {_age_text(ages.get(each.pk))}{f', {state}' if state else ''}"
                    for each, state in zip(shown, states, strict=True)
                ],
                colour=["--warn" if state == STALE else "--accent" for state in states],
                text=[
                    NEVER if state == NEVER else f"{ages[each.pk]} d{' · stale' * (state == STALE)}"
                    for each, state in zip(shown, states, strict=True)
                ],
                textposition="outside",
                cliponaxis=False,
            )
        ]
        if ages
        else [],
        layout={
            "yaxis": traces.rows_axis([each.title for each in shown]),
            "xaxis": {"range": [0, max(30, *ages.values(), 0)], "ticksuffix": " d"},
            "margin": {"t": 12, "r": 90, "b": 36, "l": 44},
            "bargap": 0.4,
            "height": ROOM + ROW * len(shown),
        },
        notes=(
            f"Stale: older than {STALE_DAYS} days. Of all answers, whatever is filtered."
            + (f" {left} touchpoints with newer answers are left out." if left else ""),
        ),
        empty="No touchpoint stands on this map yet.",
    )


def _state(age: int | None) -> str:
    if age is None:
        return NEVER
    return STALE if age > STALE_DAYS else FRESH


def _age_text(age: int | None) -> str:
    if age is None:
        return NEVER
    return f"{age} day{'' if age == 1 else 's'} ago" if age else "today"


def _says(touchpoints: Sequence[Touchpoint], ages: Mapping[int, int]) -> str:
    stale = sum(age > STALE_DAYS for age in ages.values())
    never = len(touchpoints) - len(ages)
    parts = [f"{stale} of {len(touchpoints)} touchpoints stale" if stale else ""]
    parts += [f"{never} without any answer" if never else ""]
    said = ", ".join(part for part in parts if part)
    return f"{said[0].upper()}{said[1:]}." if said else "Every touchpoint was answered lately."


def response_chart(surveys: Sequence[Survey], responses: Mapping[int, Sequence[Response]]) -> Chart:
    """Return which share of those who were asked answered, by survey and by way of asking."""
    lines = [
        (survey, each, 100 * each.answered / each.asked, wilson(each.answered, each.asked))
        for survey in surveys
        for each in responses.get(survey.pk, ())
        if each.asked and each.answered <= each.asked
    ]
    rates = [
        (survey, each, rate, interval)
        for survey, each, rate, interval in lines
        if interval is not None
    ][:LONGEST]
    names = [f"{survey.title} · {each.label}" for survey, each, *_ in rates]
    return Chart(
        key="response",
        title="Response rate",
        says="Which share of those who were asked answered, with its 95 % interval.",
        columns=(
            Column("Survey"),
            Column("Touchpoint"),
            Column("Asked by"),
            Column("Asked", Kind.COUNT),
            Column("Answered", Kind.COUNT),
            Column("Rate", Kind.NUMBER, unit=" %"),
            Column("Low", Kind.NUMBER, unit=" %"),
            Column("High", Kind.NUMBER, unit=" %"),
        ),
        rows=[
            (
                survey.title, survey.touchpoint.title, each.label, each.asked, each.answered,
                rate, *interval,
            )
            for survey, each, rate, interval in rates
        ],
        traces=[
            traces.dots(
                [rate for *_, rate, _ in rates],
                range(len(rates)),
                [interval[0] for *_, interval in rates],
                [interval[1] for *_, interval in rates],
                name="Response rate",
                says=[
                    f"{name}: {percent_text(rate)}, {plain(interval[0])} to {plain(interval[1])}, "
                    f"{each.answered:,} of {each.asked:,}"
                    for name, (_, each, rate, interval) in zip(names, rates, strict=True)
                ],
            )
        ]
        if rates
        else [],
        layout={
            "yaxis": traces.rows_axis(names, longest=30),
            "xaxis": {"range": [0, 100], "ticksuffix": " %"},
            "height": ROOM + ROW * max(2, len(rates)),
        },
        n=sum(each.asked or 0 for _, each, *_ in rates) or None,
        notes=(
            (
                "Since each survey began. Who answers may differ from who does not: a low rate is "
                "a reason to ask whether they do."
            ),
        ),
        empty="No survey of these touchpoints counts whom it asked. Surveys by link, on a site or "
        "by e-mail do.",
    )  # fmt: skip
