"""In which format a file writes its times, found by trying; day or month first is not guessed."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from feedback.imports.mappings.mapping import TimeMapping
from feedback.imports.problems import BadCell
from feedback.imports.proposals.proposal import TimeFormat
from feedback.imports.rows.cells import Clock

_NUMERIC = re.compile(
    r"(?P<a>\d{1,4})(?P<by>[-/.])(?P<b>\d{1,2})(?P=by)(?P<c>\d{1,4})(?P<rest>\D.*)?", re.DOTALL
)
_REST = re.compile(
    r"(?P<gap>,? |T)(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2})?(?P<part>\.\d+)?"
    r"(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:UTC|GMT)(?:[+-]\d{1,2}(?::?00)?)?| ?[+-]\d{2}:?\d{2}|Z)?"
)
_IN_WORDS = (
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d. %B %Y"),
    *("%d-%b-%y", "%a %d %b %Y", "%a, %d %b %Y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %I:%M %p")
LONGEST = 40
STRAYS = 0.1
"""Share of the different times of a column that may be broken."""
LATEST_UNIX = 4_102_444_800
EARLIEST_UNIX = 631_152_000


def fitting_formats(
    texts: Iterable[str], *, month_first: bool | None = None, strays: bool = False
) -> list[TimeFormat]:
    """Return all formats in which every text is a time, the most usual first.

    Where two are left, one reads the day and one the month first, unless `month_first` says
    which it is. With `strays`, for a column that surely holds times, the formats that read most
    texts will do where none reads all: the others are problems of their rows.
    """
    samples = list(dict.fromkeys(text.strip().removeprefix("'") for text in texts if text.strip()))
    # Most columns hold no times, and every format costs.
    if not samples or not (strays or all(re.search(r"\d", text) for text in samples)):
        return []
    if all(_reads("iso", text) for text in samples):
        return [TimeFormat(format="iso", label=_label("iso"), example=_example("iso", samples[0]))]
    candidates = dict.fromkeys(_candidates(samples))
    found = [form for form in candidates if all(_reads(form, text) for text in samples)]
    if strays and not found:
        forms = ("iso", *candidates)
        times = {form: sum(_reads(form, text) for text in samples) for form in forms}
        most = max(times.values())
        if most >= len(samples) * (1 - STRAYS):
            found = [form for form in forms if times[form] == most]
            found = ["iso"] if "iso" in found else found
    if month_first is not None and len(found) > 1:
        wanted = [form for form in found if _month_first(form) is month_first]
        found = wanted or found
    # Of two readings a time that differs between them shows best what is asked.
    read = (text for text in samples if found and _reads(found[0], text))
    telling = next((text for text in samples if _tells(found, text)), next(read, ""))
    return [TimeFormat(format=f, label=_label(f), example=_example(f, telling)) for f in found]


def zone_in(texts: Iterable[str]) -> str:
    """Return the zone that times such as "… GMT+8" name, or ""."""
    for text in texts:
        found = re.search(r"GMT([+-])0?(\d{1,2})(?::?00)?$", text.strip())
        if found:
            # In these names the sign is the other way round.
            return f"Etc/GMT{'-' if found[1] == '+' else '+'}{found[2]}"
    return ""


def _candidates(samples: list[str]) -> Iterator[str]:
    first = max(samples, key=len)
    if re.fullmatch(r"\d{9,10}(\.\d+)?", first):
        yield "unix"
        return
    match = _NUMERIC.fullmatch(first)
    if match:
        rest = _rest(match["rest"] or "")
        if rest is not None:
            for order in _orders(match):
                yield match["by"].join(order) + rest
    if len(first) <= LONGEST and re.search(r"[^\W\d_]{3}", first):
        for day in _IN_WORDS:
            for time in _TIMES:
                yield day + time


def _orders(match: re.Match[str]) -> Iterator[tuple[str, str, str]]:
    if len(match["a"]) == 4:
        yield "%Y", "%m", "%d"
        return
    year = "%Y" if len(match["c"]) == 4 else "%y"
    yield "%d", "%m", year
    yield "%m", "%d", year


def _rest(text: str) -> str | None:
    """Return the format of what stands behind the day, or None when it is no time of day."""
    if not text:
        return ""
    match = _REST.fullmatch(text)
    if not match:
        return None
    hour = "%I" if match["half"] else "%H"
    form = match["gap"] + hour + ":%M" + (":%S" if match["second"] else "")
    form += ".%f" if match["part"] else ""
    if match["half"]:
        form += " %p" if match["half"].startswith(" ") else "%p"
    zone = match["zone"] or ""
    if re.fullmatch(r" ?[+-]\d{2}:?\d{2}|Z", zone):
        return form + (" %z" if zone.startswith(" ") else "%z")
    return form + zone


def _reads(form: str, text: str) -> bool:
    if form == "unix":
        return _is_unix(text)
    return _moment(form, text) is not None


def _is_unix(text: str) -> bool:
    try:
        return EARLIEST_UNIX <= float(text) <= LATEST_UNIX
    except ValueError:
        return False


def _moment(form: str, text: str) -> datetime | None:
    try:
        return Clock(TimeMapping(format=form, timezone=UTC), _END).read(text)
    except BadCell:
        return None


_END = datetime(2999, 1, 1, tzinfo=UTC)


def _tells(forms: list[str], text: str) -> bool:
    return len({_moment(form, text) for form in forms}) > 1


def _month_first(form: str) -> bool:
    return form.find("%m") < form.find("%d")


def _label(form: str) -> str:
    if form == "iso":
        return "year-month-day"
    if form == "unix":
        return "seconds since 1970"
    if "%b" in form or "%B" in form:
        return "with the month in words"
    if form.startswith("%Y"):
        return "year, month, day"
    return "month first" if _month_first(form) else "day first"


def _example(form: str, text: str) -> str:
    moment = _moment(form, text)
    if moment is None:
        return text
    return f"{text} is {moment.day} {moment:%B %Y}"
