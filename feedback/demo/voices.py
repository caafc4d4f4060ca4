"""How customers speak in the demo: the simulator's inputs, read from `*_voice.toml`.

What each number does is written down in docs/demo.md and in `simulator`.
"""

from dataclasses import dataclass, field
from typing import Any

from feedback.demo.content import read

BANDS = ("low", "mid", "high")

Sentences = dict[str, tuple[str, ...]]
"""What is said with low (1–2), middle (3) and high (4–5) scores."""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A segment: its share of the answers (weights), and its shift of the satisfaction level."""

    name: str
    share: float
    shift: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Way:
    """How answers reach us: through which source, and in which channel ("": the touchpoint's)."""

    name: str
    source: str
    share: float
    shift: float = 0.0
    channel: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that changed the level by `shift`, `days_ago` days before today."""

    days_ago: int
    shift: float
    what: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Events counted daily: `rate` (0–1) of about `base` attempts; `was`: before the last event."""

    rate: float
    base: int
    was: float | None = None


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Durations: their median, the spread of their logarithm, how many in twelve months."""

    minutes: float
    yearly: int
    spread: float = 0.6
    was: float | None = None


@dataclass(frozen=True, kw_only=True)
class Note:
    """An observation without a score, and the source that it comes from."""

    source: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One touchpoint: how many answers in twelve months, how they come out, what is said.

    `satisfied` is today's share of top-two answers in percent; `ease` shifts effort against it.
    """

    csat: int = 0
    ces: int = 0
    nps: int = 0
    satisfied: float = 50.0
    ease: float = 0.0
    trend: float = 0.0
    events: tuple[Event, ...] = ()
    way: str = ""
    abandon: Counted | None = None
    repeat: Counted | None = None
    error: Counted | None = None
    wait: Timed | None = None
    first_response: Timed | None = None
    sentences: Sentences = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DriverText:
    """How a touchpoint pulls at the outcome: "performance", "must-have" or "delighter"."""

    weight: float
    kind: str = "performance"


@dataclass(frozen=True, kw_only=True)
class Customers:
    """Customers who answer at several touchpoints; `drivers` by title. Rules: `customers`.

    The `outcome` is the title of the touchpoint whose NPS is the overall score. Each customer
    answers a part of the touchpoints, `answers`; `mood` is the part of a feeling that is the same
    at all of them, `noise` what moves the outcome beside them.
    """

    outcome: str
    answers: float
    mood: float
    noise: float
    drivers: dict[str, DriverText]


@dataclass(frozen=True, kw_only=True)
class JourneyVoice:
    """All voices on one journey, by touchpoint title, and what they have in common.

    `weekdays` weigh Monday to Sunday, `hours` are the first and last of the day, `growth` is the
    rise of the volume over the year, `silent_days` how long ago the last answer came, `remarks`
    what people say anywhere.
    """

    segments: tuple[Slice, ...]
    ways: tuple[Way, ...]
    weekdays: tuple[float, ...]
    hours: tuple[int, int]
    remarks: Sentences
    touchpoints: dict[str, Voice]
    growth: float = 0.0
    silent_days: int = 0
    customers: Customers | None = None


def read_voice(name: str) -> JourneyVoice:
    """Return the voices of `<name>_voice.toml`."""
    table = read(f"{name}_voice")
    return JourneyVoice(
        segments=tuple(Slice(**each) for each in table.pop("segments")),
        ways=tuple(Way(**each) for each in table.pop("ways")),
        weekdays=tuple(table.pop("weekdays")),
        hours=tuple(table.pop("hours")),
        customers=_customers(table.pop("customers", None)),
        remarks={band: tuple(said) for band, said in read("remarks").items()},
        touchpoints={title: _voice(each) for title, each in table.pop("touchpoints").items()},
        **table,
    )


def _customers(table: dict[str, Any] | None) -> Customers | None:
    if table is None:
        return None
    drivers = {title: DriverText(**each) for title, each in table.pop("drivers").items()}
    return Customers(drivers=drivers, **table)


def _voice(table: dict[str, Any]) -> Voice:
    read_as: dict[str, Any] = {
        key: Counted(**table.pop(key)) for key in ("abandon", "repeat", "error") if key in table
    }
    for key in ("wait", "first_response"):
        if key in table:
            read_as[key] = Timed(**table.pop(key))
    read_as["sentences"] = {band: tuple(table.pop(band, ())) for band in BANDS}
    read_as["events"] = tuple(Event(**each) for each in table.pop("events", ()))
    read_as["notes"] = tuple(Note(**each) for each in table.pop("notes", ()))
    return Voice(**read_as, **table)
