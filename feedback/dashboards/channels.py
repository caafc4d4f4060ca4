"""The channels of the same step side by side: is one worse, or does it only look so?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from feedback.behind.trend import axis_of
from feedback.charts import Chart, Column, Kind, traces
from feedback.dashboards.over_time import estimate_text, suffix
from feedback.dashboards.parts import Parts
from feedback.metrics.claims import claim_p
from feedback.metrics.compare import ALPHA, compare
from feedback.metrics.estimates import Estimate, headline
from feedback.metrics.histogram import Histogram, merged
from feedback.metrics.multiplicity import holm
from feedback.metrics.scales import SCALES, Scale
from feedback.wording import label, p_text, plain
from journeys.models import Step
from touchpoints.models import Touchpoint

ROW, ROOM = 46, 96
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "hexagon")
HUES = 8
UNCLEAR = "no clear difference at this size"

Steps = Sequence[tuple[Step, tuple[Touchpoint, ...]]]


@dataclass(frozen=True, slots=True)
class Side:
    """One step in several channels, by their names, and what the test says of them."""

    step: str
    answers: Mapping[str, Histogram]
    verdict: str = UNCLEAR

    @property
    def differs(self) -> bool:
        """True where at least one pair of channels differs clearly."""
        return self.verdict != UNCLEAR


def channel_chart(
    steps: Steps,
    parts: Parts,
    channels: Mapping[int, str],
    whole: Mapping[int, Histogram],
    key: str,
    *,
    note: str = "",
) -> Chart:
    """Return every step that was answered in two channels or more, with a test of each pair.

    `parts` holds what the channels (names by id) answered, `whole` what the touchpoints did. The
    p-values are adjusted for all pairs of the page (Holm): each is a claim.
    """
    scale = SCALES[key]
    named: dict[int, list[tuple[str, Histogram]]] = defaultdict(list)
    for (pk, channel), answered in parts.shown.items():
        if channel in channels:
            named[pk].append((channels[channel], answered))
    sides, pairs = judged(
        [
            Side(step.title, answers)
            for step, touchpoints in steps
            if len(answers := _by_channel(touchpoints, named, whole)) > 1
        ]
    )
    clear = sum(side.differs for side in sides)
    found = [{name: headline(each) for name, each in side.answers.items()} for side in sides]
    return Chart(
        key="channels",
        title=f"{label(scale)} by channel at the same step",
        says=_says(len(sides), clear),
        columns=(
            Column("Step"),
            Column("Channel"),
            Column(label(scale), Kind.NUMBER),
            Column("Low", Kind.NUMBER),
            Column("High", Kind.NUMBER),
            Column("n", Kind.COUNT),
            Column("Difference"),
        ),
        rows=[
            (side.step, channel, each.value, each.low, each.high, each.n, side.verdict)
            for side, estimates in zip(sides, found, strict=True)
            for channel, each in estimates.items()
        ],
        traces=_traces(sides, found, scale),
        layout={
            "yaxis": traces.rows_axis([side.step for side in sides]),
            "xaxis": {"ticksuffix": suffix(key)},
            "legend": traces.LEGEND_ABOVE,
            "margin": {"t": 44, "r": 12, "b": 36, "l": 44},
            "height": ROOM + ROW * len(sides),
        },
        n=sum(each.n for estimates in found for each in estimates.values()),
        notes=(
            (
                "Points with 95 % intervals. Every two channels of a step are tested; the "
                f"p-values are corrected for all {pairs} pairs (Holm). Channels may differ "
                "because different customers use them."
            ),
            *([note] if note else []),
        )
        if sides
        else (),
        empty="No step has answers in two channels. The same moment in two channels is two "
        "touchpoints of one step, or answers that name their channel.",
    )


def judged(sides: Sequence[Side]) -> tuple[list[Side], int]:
    """Return the sides with their verdicts, and how many pairs were tested together."""
    pairs = [
        (number, one, other)
        for number, side in enumerate(sides)
        for one, other in combinations(side.answers, 2)
    ]
    tested = {}
    for number, one, other in pairs:
        answers = sides[number].answers
        p = claim_p(answers[one], answers[other], among_many=len(pairs) > 1)
        if p is not None:
            tested[number, one, other] = p
    said: dict[int, list[str]] = defaultdict(list)
    for (number, one, other), p in zip(tested, holm(list(tested.values())), strict=True):
        if p >= ALPHA:
            continue
        answers = sides[number].answers
        if value := compare(answers[one], answers[other]).value:
            better, worse = (other, one) if value > 0 else (one, other)
            said[number].append(
                f"{better} above {worse} by {_size(sides[number], abs(value))} (p {p_text(p)})"
            )
    verdicts = [
        replace(side, verdict="; ".join(said[number]) or UNCLEAR)
        for number, side in enumerate(sides)
    ]
    return verdicts, len(tested)


def _says(steps: int, clear: int) -> str:
    if not steps:
        return "Is a moment the same in every channel?"
    if not clear:
        return f"At {steps} step{'s' if steps > 1 else ''} in several channels: {UNCLEAR}. "
    return f"Clear differences at {clear} of {steps} steps; elsewhere {UNCLEAR}."


def _size(side: Side, value: float) -> str:
    metric = next(iter(side.answers.values())).scale.metric
    return plain(value) + (" pt" if metric != "ces" else "")


def _by_channel(
    touchpoints: Sequence[Touchpoint],
    named: Mapping[int, Sequence[tuple[str, Histogram]]],
    whole: Mapping[int, Histogram],
) -> dict[str, Histogram]:
    """Return a step's answers by the channel that they name, else by that of their touchpoint."""
    found: dict[str, list[Histogram]] = defaultdict(list)
    for pk in {each.pk for each in touchpoints}:
        for channel, answers in named.get(pk, ()):
            found[channel].append(answers)
    if len(found) < 2:
        found = defaultdict(list)
        for each in touchpoints:
            if each.pk in whole:
                found[each.channel.name].append(whole[each.pk])
    return {name: merged(found[name]) for name in sorted(found)}


def _traces(
    sides: Sequence[Side], estimates: Sequence[Mapping[str, Estimate]], scale: Scale
) -> list[dict[str, object]]:
    axis = axis_of(scale)
    channels = sorted({channel for side in sides for channel in side.answers})
    drawn = []
    for number, channel in enumerate(channels):
        rows = [row for row, side in enumerate(sides) if channel in side.answers]
        found = [estimates[row][channel] for row in rows]
        # Beside each other in the row, so that intervals do not hide one another.
        shift = (number - (len(channels) - 1) / 2) * min(0.16, 0.6 / len(channels))
        drawn.append(
            traces.dots(
                [each.value for each in found],
                [row + shift for row in rows],
                [each.low for each in found],
                [each.high for each in found],
                name=channel,
                says=[
                    f"{sides[row].step}, {channel}: {estimate_text(each, axis)}. "
                    f"{sides[row].verdict[:1].upper()}{sides[row].verdict[1:]}"
                    for row, each in zip(rows, found, strict=True)
                ],
                colour=f"--hue-{number % HUES}",
                symbol=SYMBOLS[number % len(SYMBOLS)],
            )
        )
    return drawn
