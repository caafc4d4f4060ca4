"""Numbers, times and periods from what people write, exactly or not at all."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any

from feedback.imports.mappings.mapping import TimeMapping
from feedback.imports.problems import BadCell
from feedback.imports.proposals.judging.time_formats import fitting_formats
from feedback.imports.rows.cells import Clock, unguarded

MOST_TIMES = 10_000
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
_COMMA = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+|[+-]?\d{1,3}(,\d{3}){2,}")
_BLANKS = re.compile(r"[\s'’]")
# Spreadsheets turn 2026-03 into a day, and show it as Mar-26.
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-01(?:[T ]00:00(?::00)?)?)?")
_MONTH_IN_WORDS = ("%b %Y", "%B %Y", "%b-%y")
_QUARTER = re.compile(r"(\d{4})[-\s]?Q([1-4])|Q([1-4])[-\s]?(\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")


class BadNumber(ValueError):
    """A text is no number, or one that could be two; the message is a sentence."""


class BadPeriod(ValueError):
    """A text is no period; the message is a sentence."""


def read_number(raw: Any) -> float:
    """Return a number as JSON or people write it: 1234.5, "1 234.5", "2,4", "62 %", "−3".

    Raises BadNumber, also for "1,234": it is 1234 to one reader and 1.234 to another.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise BadNumber("It is not a number.")
    if not isinstance(raw, str):
        try:
            number = float(raw)
        except OverflowError:
            raise BadNumber("It is too large to keep.") from None
    else:
        number = _parsed(raw)
    if not isfinite(number):
        raise BadNumber("It is not a number.")
    return number


def _parsed(raw: str) -> float:
    text = _BLANKS.sub("", unguarded(raw)).removesuffix("%").replace("\N{MINUS SIGN}", "-")
    if _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    elif _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if _NUMBER.fullmatch(text) and text.isascii():
        return float(text)
    if "," in text:
        raise BadNumber(
            f"“{raw.strip()[:40]}” could be two numbers; write it without a separator of thousands."
        )
    raise BadNumber(f"“{raw.strip()[:40]}” is not a number.")


def read_times(raw: Any) -> list[float]:
    """Return times from a list, or from a text with one on each line or between blanks.

    Raises BadNumber where one is no number or below 0, or where they are too many.
    """
    found: Sequence[Any]
    if isinstance(raw, str):
        found = re.split(r"[\s;]+", raw.strip())
    else:
        found = raw if isinstance(raw, list) else [raw]
    if len(found) > MOST_TIMES:
        raise BadNumber(f"These are {len(found):,} times; {MOST_TIMES:,} are taken at most.")
    times = [read_number(each) for each in found]
    if any(time < 0 for time in times):
        raise BadNumber("A time cannot be below 0.")
    return times


def read_period(text: str) -> tuple[date, date]:
    """Return the first and last day of "2026-03", "Mar 2026", "2026-Q1" or "2026".

    A first of a month stands for the month. Raises BadPeriod.
    """
    text = unguarded(text)
    try:
        if match := _MONTH.fullmatch(text):
            return months(date(int(match[1]), int(match[2]), 1), 1)
        if match := _QUARTER.fullmatch(text):
            quarter = int(match[2] or match[3])
            return months(date(int(match[1] or match[4]), 3 * quarter - 2, 1), 3)
        if _YEAR.fullmatch(text):
            return months(date(int(text), 1, 1), 12)
    except (ValueError, OverflowError):
        pass
    for form in _MONTH_IN_WORDS:
        with suppress(ValueError):
            return months(datetime.strptime(text, form).date(), 1)  # noqa: DTZ007
    raise BadPeriod(f"“{text[:40]}” is no period; write 2026-03, 2026-Q1 or 2026.")


def months(start: date, count: int) -> tuple[date, date]:
    """Return the first and last day of so many months from the first of one."""
    number = start.year * 12 + start.month - 1 + count
    return start, date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def following(start: date, end: date) -> tuple[date, date]:
    """Return the period after one: whole months after whole months, else as many days."""
    first = end + timedelta(days=1)
    if start.day == 1 and first.day == 1:
        return months(first, (first.year - start.year) * 12 + first.month - start.month)
    return first, first + (end - start)


class Days:
    """Reads the days of one table, all in one format, which is found by trying them all."""

    def __init__(self, texts: Sequence[str], *, month_first: bool | None = None) -> None:
        self.formats = fitting_formats(texts, month_first=month_first, strays=True)

    @property
    def ambiguous(self) -> bool:
        """True where day and month could be either way round."""
        return len(self.formats) > 1

    def read(self, text: str) -> date:
        """Return the day; raises BadPeriod."""
        form = self.formats[0].format if self.formats else "iso"
        try:
            return Clock(TimeMapping(format=form, timezone=UTC), _END).read(text).date()
        except BadCell as error:
            said = f"“{text.strip()[:40]}” {error}" if text.strip() else "The day is missing."
            raise BadPeriod(said) from None


_END = datetime(2999, 1, 1, tzinfo=UTC)
