"""How one tool writes its files: by which columns it is known, and what each of them is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from feedback.imports.mappings.mapping import HeaderNames, Unit
from feedback.imports.proposals.proposal import Role
from feedback.models import SourceKind

HeaderRows: TypeAlias = Sequence[Sequence[str]]
"""The first rows of a file as they stand there; behind the header come answers."""


def plain(name: str) -> str:
    """Return a column's name so that case, blanks, hyphens and underscores make no difference."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What columns of these names (as `plain` gives them), or of this pattern, are.

    Of several columns for the same role that a file can hold once, the one named first that is
    filled counts: order says which is better. The other fields go into the proposal as they are.
    """

    role: Role
    names: tuple[str, ...] = ()
    pattern: str = ""
    """Of the whole name as it stands in the file, whatever its case."""
    reason: str
    private: bool = False
    metric: str = ""
    words: tuple[tuple[str, int], ...] = ()
    not_applicable: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    unit: Unit = Unit.SECONDS
    skip_blank: bool = False

    def rank(self, name: str) -> int | None:
        """Return how good a column is for it, 0 being best, or None for other columns."""
        if plain(name) in self.names:
            return self.names.index(plain(name))
        if self.pattern and re.fullmatch(self.pattern, name.strip(), re.IGNORECASE | re.DOTALL):
            return len(self.names)
        return None


def _utc(_: HeaderRows) -> str:
    return "UTC"


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolLayout:
    """A tool's way of writing files.

    `fits` looks at the first rows. `known` says what its own columns are; other columns are
    questions that somebody wrote, and are judged by their content, unless `closed`.
    """

    key: str
    name: str
    kind: SourceKind = SourceKind.SURVEY
    fits: Callable[[HeaderRows], bool]
    header_rows: int = 1
    header_names: HeaderNames = HeaderNames.FIRST
    footer: bool = False
    known: tuple[Known, ...] = ()
    by_position: tuple[Known, ...] = ()
    """Instead of `known`, where the names are translated: what the first columns are."""
    closed: bool = False
    own_ids: bool = True
    """False where the ids of one form or survey may be those of another too, or are missing."""
    month_first: bool | None = None
    """What the tool always writes, where it does; None asks."""
    timezone: Callable[[HeaderRows], str] = _utc
    """The zone of its times, as far as the header says."""


def has(*signatures: set[str], row: int = 0) -> Callable[[HeaderRows], bool]:
    """Return a test for a header row that holds all the (plain) names of one of the sets."""

    def fits(rows: HeaderRows) -> bool:
        names = {plain(name) for name in rows[row]} if len(rows) > row else set()
        return any(signature <= names for signature in signatures)

    return fits


def private(*names: str, pattern: str = "") -> Known:
    """Return columns that are never read, because they tell who or where somebody is."""
    return Known(
        role=Role.IGNORE,
        names=names,
        pattern=pattern,
        reason="says who or where somebody is: never read.",
        private=True,
    )


def left_out(*names: str, pattern: str = "", reason: str = "no answer of a customer.") -> Known:
    """Return columns of the tool's own that no map needs."""
    return Known(role=Role.IGNORE, names=names, pattern=pattern, reason=reason)


def the_id(*names: str, pattern: str = "") -> Known:
    """Return the column that tells the answers apart."""
    reason = "the answer's own id, so that it is never counted twice."
    return Known(role=Role.ID, names=names, pattern=pattern, reason=reason)


def the_time(*names: str, pattern: str = "", skip_blank: bool = False) -> Known:
    """Return the column that says when the answer was given, the best first."""
    reason = "when the answer was given."
    return Known(role=Role.TIME, names=names, pattern=pattern, reason=reason, skip_blank=skip_blank)


def the_person(*names: str, pattern: str = "") -> Known:
    """Return the column that says who answered."""
    reason = "who answered: kept as a pseudonym that nobody can turn back."
    return Known(role=Role.RESPONDENT, names=names, pattern=pattern, reason=reason)


def the_language(*names: str) -> Known:
    """Return the column of the answer's language."""
    return Known(role=Role.LANGUAGE, names=names, reason="the language of the answer.")


def finished(*names: str, values: tuple[str, ...]) -> Known:
    """Return the column that says whether somebody came to the end; no values: if it is filled."""
    reason = "tells finished answers from broken-off ones, which are kept but not counted."
    return Known(role=Role.PARTIAL, names=names, values=values, reason=reason)
