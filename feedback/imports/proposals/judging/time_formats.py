"""In which format a file writes its times, found by trying; day or month first is not guessed."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from feedback.imports.mappings.mapping import TimeMapping
from feedback.imports.problems import BadCell
from feedback.imports.proposals.proposal import TimeFormat
from feedback.imports.rows.cells import Clock

_NUMERIC = re.compile(
    r"(?P<a>\d{1,4})(?P<by>[-/.])(?P<b>\d{1,2})(?P=by)(?P<c>\d{1,4})(?P<rest>\D.*)?", re.DOTALL
)
_REST = re.compile(
    r"(?P<gap>,? |T)(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2})?(?P<part>\.\d+)?"
    r"(?P<half> ?[AaPp][Mm])?"
    r"(?P<zone>(?P<apart> ?)(?:(?P<named>UTC|GMT)?[+\N{MINUS SIGN}-]\d{1,2}(?::?\d{2})?|[A-Z]+))?"
)
_IN_WORDS = (
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d. %B %Y"),
    *("%d-%b-%y", "%a %d %b %Y", "%a, %d %b %Y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %I:%M %p")
ZONES = {
    "GMT": ("Etc/GMT", "Europe/London"),
    "BST": ("Europe/London",),
    "WET": ("Europe/Lisbon",),
    "WEST": ("Europe/Lisbon",),
    "CET": ("Europe/Berlin",),
    "CEST": ("Europe/Berlin",),
    "MEZ": ("Europe/Berlin",),
    "MESZ": ("Europe/Berlin",),
    "EET": ("Europe/Helsinki",),
    "EEST": ("Europe/Helsinki",),
    "EST": ("America/New_York", "America/Panama"),
    "EDT": ("America/New_York",),
    "CST": ("America/Chicago", "America/Mexico_City"),
    "CDT": ("America/Chicago",),
    "MST": ("America/Denver", "America/Phoenix"),
    "MDT": ("America/Denver",),
    "PST": ("America/Los_Angeles",),
    "PDT": ("America/Los_Angeles",),
    "AKST": ("America/Anchorage",),
    "AKDT": ("America/Anchorage",),
    "HST": ("Pacific/Honolulu",),
    "AST": ("America/Halifax", "America/Puerto_Rico"),
    "ADT": ("America/Halifax",),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"),
    "AEDT": ("Australia/Sydney",),
    "NZST": ("Pacific/Auckland",),
    "NZDT": ("Pacific/Auckland",),
    "JST": ("Asia/Tokyo",),
}
"""Names that exports put behind a time, and zones that have them, the likeliest first."""
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


def zone_in(texts: Iterable[str], form: str) -> str:
    """Return the zone that most times of this format mean by the name behind them, or ""."""
    if not form.endswith(" %Z"):
        return ""
    samples = [text.strip().removeprefix("'") for text in texts if text.strip()]
    named = dict.fromkeys(zone for text in samples for zone in _zones(text))
    return max(
        named,
        key=lambda zone: sum(_moment(form, text, (zone,)) is not None for text in samples),
        default="",
    )


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
    zone = (match["zone"] or "").strip()
    if not zone or zone == "UTC":
        return form + (match["zone"] or "")
    if match["apart"] and zone in ZONES:
        return form + " %Z"
    if zone.isalpha() and zone != "Z":
        return None
    return f"{form}{match['apart']}{match['named'] or ''}%z"


def _reads(form: str, text: str) -> bool:
    if form == "unix":
        return _is_unix(text)
    return _moment(form, text) is not None


def _is_unix(text: str) -> bool:
    try:
        return EARLIEST_UNIX <= float(text) <= LATEST_UNIX
    except ValueError:
        return False


def _moment(form: str, text: str, zones: Iterable[str] = ()) -> datetime | None:
    for zone in zones or _zones(text) if form.endswith(" %Z") else ("UTC",):
        with suppress(BadCell):
            return Clock(TimeMapping(format=form, timezone=ZoneInfo(zone)), _END).read(text)
    return None


def _zones(text: str) -> tuple[str, ...]:
    return ZONES.get(text.rpartition(" ")[2], ())


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
