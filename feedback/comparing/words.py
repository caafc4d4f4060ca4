"""What can be said about one row: the verdict in words."""

from dataclasses import dataclass

from feedback.comparing.measures import TIMES
from feedback.comparing.rows import Aim, Row
from feedback.metrics.compare import FISHER
from feedback.wording import p_text

MOST = 1_000_000
"""More answers than this are not asked for: it is said that they would be very many."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said, and what sort of saying it is: better, worse, different, unclear, none."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it."""

    row: Row
    verdict: Verdict
    difference_text: str
    interval_text: str
    test_text: str
    superiority_text: str


def line(row: Row, aim: Aim) -> Line:
    """Return a row with everything that is said about it."""
    difference = row.difference
    if difference is None or difference.value is None:
        return Line(row, _silent(row), "–", "", "", "")
    return Line(
        row=row,
        verdict=_verdict(row, aim),
        difference_text=f"{_signed(row, difference.value)}{row.measure.unit}",
        interval_text=_between(row, 1),
        test_text=_test(row),
        superiority_text=_superiority(row),
    )


def _silent(row: Row) -> Verdict:
    """Return why there is nothing to compare."""
    for side, name in ((row.a, "A"), (row.b, "B")):
        if side.base == "suppressed":
            return Verdict("none", f"hidden in {name}: it could point at too few people")
    missing = [name for side, name in ((row.a, "A"), (row.b, "B")) if not side.n]
    return Verdict("none", f"nothing to compare: no {row.measure.noun} in {' and '.join(missing)}")


def _verdict(row: Row, aim: Aim) -> Verdict:
    if row.p is None:
        return Verdict("unclear", "too few answers to test")
    if not row.clear:
        return Verdict("unclear", _unclear(row))
    surely = "clearly" if aim is Aim.CLAIM or row.primary else "probably"
    if not row.way:
        return Verdict("different", f"{surely} different, although the figures hardly show it")
    kind = "better" if row.way > 0 else "worse"
    return Verdict(kind, f"{surely} {kind} by {_amount(row)}")


def _unclear(row: Row) -> str:
    said = "no clear difference at this size"
    if row.clear_alone:
        said = f"no clear difference once corrected for {row.compared} comparisons"
    if not row.difference or not row.difference.value:
        return "no difference seen, which does not show that there is none"
    more = row.more
    if more is None:
        return said
    if more > MOST:
        return f"{said}; to tell one this small would take millions of answers"
    return f"{said}; {_about(more)} more {row.measure.noun} would tell"


def _about(number: int) -> str:
    """Return a number in two figures: it rests on a difference that is not exactly known."""
    step = 10 ** max(len(str(number)) - 2, 0)
    return f"{-(-number // step) * step:,}"


def _amount(row: Row) -> str:
    value = row.difference.value if row.difference else None
    sign = -1 if (value or 0) < 0 else 1
    between = _between(row, sign)
    return (
        f"{row.measure.size(abs(value or 0))}{row.measure.unit}{f' ({between})' if between else ''}"
    )


def _between(row: Row, sign: int) -> str:
    """Return the interval of the difference; of one that fell, as the size of the fall."""
    difference = row.difference
    if difference is None or difference.low is None or difference.high is None:
        return ""
    low, high = sorted((sign * difference.low, sign * difference.high))
    return f"{row.measure.size(low)} to {row.measure.size(high)}"


def _signed(row: Row, value: float) -> str:
    text = row.measure.size(value)
    return text if value <= 0 else f"+{text}"


def _test(row: Row) -> str:
    if row.difference is None or row.p is None or row.adjusted is None:
        return ""
    exact = ", which is strict with few answers" if row.difference.test == FISHER else ""
    after = "" if row.primary or row.compared == 1 else f", corrected {p_text(row.adjusted)}"
    return f"{row.difference.test}{exact}: p {p_text(row.p)}{after}"


def _superiority(row: Row) -> str:
    share = row.superiority
    if share is None:
        return ""
    higher = "longer" if row.measure.key in TIMES else "higher"
    return f"B {higher} in {100 * share:.0f} % of pairs"
