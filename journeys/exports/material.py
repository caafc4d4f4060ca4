"""What files are made of, fetched before anybody draws: whoever draws asks the database nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journeys.maps import JourneyMap


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment; replies follow what they reply to."""

    place: str
    """In words: "Doing at Check in", "The whole journey"."""
    author: str
    at: datetime
    text: str
    resolved: bool
    is_reply: bool
    lane_id: int | None = None
    step_id: int | None = None


@dataclass(frozen=True, slots=True)
class Trait:
    """A persona's place between two poles, 1 to 5."""

    name: str
    low: str
    high: str
    score: int


@dataclass(frozen=True, slots=True)
class PersonaCard:
    """A persona, whole."""

    slug: str
    name: str
    role: str
    quote: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    """(label, value): age range, occupation, location, household, preferred channels, segment."""
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    """(heading, lines): goals, needs, pain points, buying behaviour."""
    traits: tuple[Trait, ...]
    photo: bytes = b""
    """PNG or JPEG; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Material:
    """One journey, with everything that any format needs."""

    map: JourneyMap
    pictures: dict[int, bytes] = field(default_factory=dict)
    """Card id -> its picture as PNG or JPEG."""
    personas: tuple[PersonaCard, ...] = ()
    remarks: tuple[Remark, ...] = ()
    content: dict[str, Any] = field(default_factory=dict)
    """The journey as journeys.exchange writes it: what comes back whole."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What Format.gather fetched for one format alone."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file's content, and what the person who takes it away should know."""

    content: bytes
    notes: tuple[str, ...] = ()
    """In sentences: characters that could not be drawn, what the format cannot hold."""
