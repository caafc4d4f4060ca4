"""From the text of a cell to a value, exactly or not at all."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from math import inf

from feedback.imports.mappings.mapping import TimeMapping, Unit, Words
from feedback.imports.problems import BadCell

# Cells that begin so are formulas to a spreadsheet; exports put an apostrophe before them.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
LONGEST_COMMENT = 10_000
LONGEST_ID = 200
LONGEST_LANGUAGE = 12
# What German programs call the time of Central Europe.
SAME_NAMES = {"MEZ": "CET", "MESZ": "CEST"}
HAPPENED = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}

_SCORE = re.compile(
    r"""(?P<number>[+-]?\d{1,9})
        (?: [.,]0{1,2}            # 4.0, as programs write a column with gaps; 1.000 is a thousand
          | \s* [-\u2010-\u2015:.)=/|] \s* [^\W\d_] .*  # 10 - Extremely likely, 3) Fair
          | \s+ [^\W\d_] .*       # 5 stars
        )?""",
    re.VERBOSE | re.DOTALL,
)
# Three digits behind a comma are thousands or thousandths, in some country or other.
_DECIMAL_COMMA = re.compile(r"(\d+),(\d{1,2}|\d{4,})")
_OFFSET = re.compile(r"([+\N{MINUS SIGN}-])(\d{1,2})(?::?(\d{2}))?$")


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


def read_answer(text: str, words: Words) -> int:
    """Return the score that one of the words stands for, or else the number of the cell.

    Raises BadCell for a text that is neither.
    """
    if not words:
        return read_score(text)
    score = words.score(unguarded(text))
    if score is not None:
        return score
    if words.only:
        raise BadCell("is none of the answers to which the mapping gives a score.")
    try:
        return read_score(text)
    except BadCell:
        raise BadCell(
            "is neither a whole number nor an answer to which the mapping gives a score."
        ) from None


def read_language(text: str) -> str:
    """Return the code of a language, such as "en" or "de-CH"; raises BadCell for other words."""
    code = text.strip()
    if len(code) > LONGEST_LANGUAGE:
        raise BadCell('is not the code of a language, such as "en" or "de-CH".')
    return code


def read_duration(text: str, unit: Unit) -> float:
    """Return the seconds; raises BadCell for what is no number, negative or without end."""
    number = unguarded(text)
    if comma := _DECIMAL_COMMA.fullmatch(number):
        number = f"{comma[1]}.{comma[2]}"
    try:
        seconds = float(number) * unit.seconds
    except ValueError:
        seconds = -1
    if not 0 <= seconds < inf:
        raise BadCell(f"is not a number of {unit}.")
    return seconds


def read_event(text: str) -> bool:
    """Return if it happened: a whole number above 0, or a word for yes."""
    word = unguarded(text).casefold()
    if word in HAPPENED:
        return HAPPENED[word]
    number = read_score(word)
    if number < 0:
        raise BadCell("is less than 0.")
    return number > 0


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


def tells_time(form: str) -> bool:
    """True for a format that has a time of day."""
    return bool(re.search(r"%[HIXcT]", form))


class Clock:
    """Reads moments as one mapping writes them; `now` is when the import began."""

    def __init__(self, mapping: TimeMapping, now: datetime) -> None:
        self._mapping = mapping
        self._latest = now + timedelta(days=1)
        self._in_utc = str(mapping.timezone) == "UTC"
        self._has_time = tells_time(mapping.format)
        # Answers of one day or one hour follow each other, and strptime is slow.
        self.read = lru_cache(maxsize=1024)(self._read)

    def read_all(self, texts: Sequence[str]) -> list[datetime | None]:
        """Return the moments of many cells, None for those that `read` would refuse."""
        alike = self._read_alike(texts)
        return [*alike] if alike else [self._read_or_none(text) for text in texts]

    def _read_alike(self, texts: Sequence[str]) -> list[datetime] | None:
        """Return ISO times that all are in UTC, the quick way; None where any differs."""
        # A day alone is at most ten characters long, a time with its day at least eleven.
        if self._mapping.format != "iso" or min(map(len, texts), default=0) <= 10:
            return None
        offset = "" if texts[0].endswith(("Z", "+00:00")) else "+00:00"
        if offset and not self._in_utc:
            return None
        try:
            moments = list(map(datetime.fromisoformat, [text + offset for text in texts]))
        except ValueError:
            return None
        zones = {moment.tzinfo for moment in moments}
        return moments if zones == {UTC} and max(moments) <= self._latest else None

    def _read_or_none(self, text: str) -> datetime | None:
        try:
            return self.read(text)
        except BadCell:
            return None

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
            if form.endswith(" %Z"):
                text, _, name = text.rpartition(" ")
                moment = datetime.strptime(text, form.removesuffix(" %Z"))  # noqa: DTZ007
                return _named(moment, self._mapping.timezone, name)
            moment = datetime.strptime(_with_whole_offset(text, form), form)  # noqa: DTZ007
            if not self._has_time:
                return at_noon(moment.date())
            return _in_utc(moment, self._mapping.timezone)
        try:
            return at_noon(date.fromisoformat(text))
        except ValueError:
            return _in_utc(datetime.fromisoformat(text), self._mapping.timezone)


def _with_whole_offset(text: str, form: str) -> str:
    """Return a time with its offset as strptime reads it: "GMT+01:00" for "GMT+1" or "GMT+0100"."""
    if form.endswith(("GMT%z", "UTC%z")) and text.endswith(form[-5:-2]):
        return f"{text}+00:00"
    offset = _OFFSET.search(text) if form.endswith("%z") else None
    if not offset:
        return text
    sign, hours, minutes = offset.groups()
    return f"{text[: offset.start()]}{'+' if sign == '+' else '-'}{hours:0>2}:{minutes or '00'}"


def _named(moment: datetime, zone: tzinfo, name: str) -> datetime:
    """Return the moment that the zone calls so; the name tells an hour that comes twice apart."""
    for fold in (0, 1):
        found = moment.replace(tzinfo=zone, fold=fold)
        if found.tzname() == SAME_NAMES.get(name, name):
            return found.astimezone(UTC)
    raise BadCell(f"is in “{name}”, and {zone} does not call that time so; is the time zone right?")


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    found = moment.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != moment:
        raise BadCell(f"did not exist in {zone}: the clocks went forward over it.")
    return found
