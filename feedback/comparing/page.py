"""Everything on the page that compares two sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from feedback.comparing.directory import Directory
from feedback.comparing.edges import Run
from feedback.comparing.matching import Matched, match
from feedback.comparing.mixes import Mix, names_of, people_mixes, touchpoint_mixes
from feedback.comparing.reading import Place, Reading, read
from feedback.comparing.rows import WHOLE, Aim, Row, corrected, rows
from feedback.comparing.sides import Side
from feedback.comparing.words import Line, line
from feedback.metrics.scales import SCALES


@dataclass(frozen=True)
class Comparison:
    """Two sides that were compared, row by row, and what a reader must know about them."""

    a: Side
    b: Side
    matched: Matched
    lines: tuple[Line, ...]
    mixes: tuple[Mix, ...]
    trimmed: int
    """At how many places fewer days count than were asked for."""
    aim: Aim
    primary: str

    @property
    def found(self) -> list[Line]:
        """Return the rows that are clear."""
        return [each for each in self.lines if each.row.clear]

    @property
    def testable(self) -> bool:
        """Whether anything was tested."""
        return any(each.row.p is not None for each in self.lines)

    @property
    def tested(self) -> int:
        """Return how many were tested and corrected together."""
        return sum(each.row.p is not None and not each.row.primary for each in self.lines)

    @property
    def unlike(self) -> list[Mix]:
        """Return the mixes that differ clearly."""
        return [each for each in self.mixes if each.test.clear]

    @property
    def two_journeys(self) -> bool:
        """Whether touchpoints had to be matched across journeys."""
        return self.a.journey.pk != self.b.journey.pk


class SameAnswers(Exception):
    """Both sides would hold the same answers; the message says which, for people."""


def compared(
    a: Side, b: Side, directory: Directory, *, today: date, aim: Aim, primary: str
) -> Comparison:
    """Return two sides compared, in a number of queries that is the same for any journey.

    Raises SameAnswers where somebody's answer would stand on both sides.
    """
    workspace = directory.journey.workspace
    maps = [directory.touchpoints(each.journey, each.version) for each in (a, b)]
    matched = match(*maps)
    refuse_same_answers(a, b, matched)
    reading = [
        read(side, [pair[place] for pair in matched.pairs], workspace=workspace, today=today)
        for place, side in enumerate((a, b))
    ]
    found = corrected(rows(matched, *reading), aim, primary)
    mixes = touchpoint_mixes(found)
    if a.who.everybody and b.who.everybody:
        days = _days(found, (a, b), reading)
        named = names_of(directory.segments, directory.channels)
        mixes += people_mixes(found, days, named, workspace.minimum_answers)
    return Comparison(
        a, b, matched, tuple(line(row, aim) for row in found), tuple(mixes),
        sum(each.trimmed for each in reading), aim, primary,
    )  # fmt: skip


def refuse_same_answers(a: Side, b: Side, matched: Matched) -> None:
    """Raise SameAnswers where both sides have days, people and a touchpoint in common."""
    days = a.days.overlap(b.days)
    same = any(left.pk == right.pk for left, right in matched.pairs)
    if not days or not same or a.who.apart_from(b.who):
        return
    if a.who == b.who:
        shared = f"{days:,} day{'s' if days != 1 else ''} of the two periods are the same"
        way = "Choose periods that do not overlap, or two different segments or channels."
    else:
        shared = f"{_upper(a.who.words)} and {b.who.words} can be the same people on the same days"
        way = "Choose two segments or two channels, or periods that do not overlap."
    raise SameAnswers(
        f"{shared}, so the same answers would stand on both sides, and a test of their difference "
        f"would be wrong. {way}"
    )


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _days(
    found: Sequence[Row], sides: tuple[Side, Side], reading: Sequence[Reading]
) -> tuple[Mapping[Place, Run], Mapping[Place, Run]]:
    """Return which days count on each side, at each touchpoint and scale that is compared."""
    a, b = (
        {
            (row.pair[number].pk, row.measure.key): each.runs.get(
                (row.pair[number].pk, row.measure.key),
                Run(side.days.start or date.min, side.days.end, 0, whole=True),
            )
            for row in found
            if row.pair and row.samples and row.measure.key in SCALES
        }
        for number, (side, each) in enumerate(zip(sides, reading, strict=True))
    )
    return a, b


def primary_choices(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return what can be decided on beforehand, the whole first."""
    ordered = sorted(lines, key=lambda each: each.row.place != WHOLE)
    return [(each.row.key, f"{each.row.where}: {each.row.measure.label}") for each in ordered]
