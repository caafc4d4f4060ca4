"""From the text of a cell to a value, exactly or not at all."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from feedback.imports.mapping import TimeMapping
from feedback.imports.problems import BadCell

# Cells that begin so are formulas to a spreadsheet; exports put an apostrophe before them.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
LONGEST_COMMENT = 10_000
LONGEST_ID = 200

_SCORE = re.compile(
    r"""(?P<number>[+-]?\d{1,9})
        (?: [.,]0{1,2}            # 4.0, as programs write a column with gaps; 1.000 is a thousand
          | \s* [-\u2010-\u2015:.)=/|] \s* [^\W\d_] .*  # 10 - Extremely likely, 3) Fair
          | \s+ [^\W\d_] .*       # 5 stars
        )?""",
    re.VERBOSE | re.DOTALL,
)


def unguarded(text: str) -> str:
    """Return a cell without surrounding blanks and without an apostrophe before a formula."""
    text = text.strip()
    if text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
        return text[1:].strip()
    return text


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def read_score(text: str) -> int:
    """Return the whole number that the cell is or begins with, as "10 - Extremely likely" does.

    Raises BadCell for anything else: a score is never rounded or guessed.
    """
    match = _SCORE.fullmatch(text.removeprefix("'").strip())
    if not match:
        raise BadCell("is not a whole number.")
    return int(match["number"])


def read_id(text: str) -> str:
    """Return an answer's own id; raises BadCell when it is empty or too long to be one."""
    found = text.strip().removeprefix("'")
    if not found:
        raise BadCell("is empty; every row needs its id.")
    if len(found) > LONGEST_ID:
        raise BadCell(f"is longer than the {LONGEST_ID} characters of an id.")
    return found


def read_comment(text: str) -> str:
    """Return the words; raises BadCell when they are too long to keep."""
    words = unguarded(text)
    if len(words) > LONGEST_COMMENT:
        raise BadCell(f"has {len(words):,} characters; a comment has {LONGEST_COMMENT:,} at most.")
    return words


def at_noon(day: date) -> datetime:
    """Return the moment for a day without a time of day.

    Noon UTC is that very day almost everywhere; midnight would be the day before in America.
    """
    return datetime.combine(day, time(12), UTC)


class Clock:
    """Reads moments as one mapping writes them; `now` is when the import began."""

    def __init__(self, mapping: TimeMapping, now: datetime) -> None:
        self._mapping = mapping
        self._latest = now + timedelta(days=1)
        self._has_time = bool(re.search(r"%[HIXcT]", mapping.format))
        # Answers of one day or one hour follow each other, and strptime is slow.
        self.read = lru_cache(maxsize=1024)(self._read)

    def _read(self, text: str) -> datetime:
        """Return the moment in UTC; raises BadCell."""
        text = text.strip().removeprefix("'")
        if not text:
            raise BadCell("is empty; every answer needs its time.")
        try:
            moment = self._parse(text)
        except (ValueError, OverflowError, OSError):
            raise BadCell(f'is not a time in the format "{self._mapping.format}".') from None
        if moment > self._latest:
            raise BadCell("lies in the future; is the order of day and month right?")
        return moment

    def _parse(self, text: str) -> datetime:
        form = self._mapping.format
        if form == "unix":
            return datetime.fromtimestamp(float(text), UTC)
        if form != "iso":
            moment = datetime.strptime(text, form)  # noqa: DTZ007
            if not self._has_time:
                return at_noon(moment.date())
            return _in_utc(moment, self._mapping.timezone)
        try:
            return at_noon(date.fromisoformat(text))
        except ValueError:
            return _in_utc(datetime.fromisoformat(text), self._mapping.timezone)


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    found = moment.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != moment:
        raise BadCell(f"did not exist in {zone}: the clocks went forward over it.")
    return found
