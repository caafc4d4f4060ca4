"""What differs between two maps, in words: added, removed, moved, reworded, set otherwise.

It stands in groups, one for each stage and step in the order of the map.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from statistics import fmean
from typing import Any

from journeys.editing.edit import shortened
from journeys.editing.matching import Matches
from journeys.editing.naming import Named
from journeys.editing.parts import Part, parts
from journeys.editing.snapshots import Content

TEXTS = ("title", "goal", "text", "what_moves")
# How people judged a step is told as one mean, not vote by vote.
FEELING = "feeling"
KINDS = ("added", "removed", "moved", "reworded", "changed")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stands in both texts, or only in the old ("del") or new one ("ins")."""

    text: str
    only: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """Something about a part that was set otherwise."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one part: the sentence, its texts old and new, and what was set."""

    kinds: tuple[str, ...]
    words: str
    texts: tuple[tuple[str, tuple[Piece, ...]], ...] = ()
    details: tuple[Detail, ...] = ()


@dataclass
class Group:
    """What differs in one column, or in what stands around the columns."""

    title: str
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """All that differs, and how much of each kind."""

    groups: tuple[Group, ...]
    counts: tuple[tuple[str, int], ...]


def compare(before: Content, after: Content, matches: Matches) -> Difference:
    """Return what became of the parts of one map in another."""
    groups = _Comparison(Named(before), Named(after), matches).groups()
    counts = Counter(kind for group in groups for entry in group.entries for kind in entry.kinds)
    return Difference(groups, tuple((kind, counts[kind]) for kind in KINDS if counts[kind]))


class _Comparison:
    def __init__(self, before: Named, after: Named, matches: Matches) -> None:
        self.before, self.after, self.matches = before, after, matches
        self.found: dict[tuple[str, int], list[Entry]] = defaultdict(list)

    def groups(self) -> tuple[Group, ...]:
        for part in parts().values():
            if part.name == FEELING:
                self._compare_feelings()
            else:
                self._compare_part(part)
        around = [("journey", "The journey"), ("lane", "Lanes")]
        titled = [(name, pk, title) for name, title in around for pk in self._ids(name)]
        groups: dict[str, Group] = {}
        for name, pk, title in [*titled, *self._columns()]:
            if entries := self.found.get((name, pk)):
                groups.setdefault(title, Group(title)).entries.extend(entries)
        return tuple(groups.values())

    def _ids(self, name: str) -> list[int]:
        return [key[1] for key in self.found if key[0] == name]

    def _columns(self) -> list[tuple[str, int, str]]:
        """Return the columns of both maps in order; one that went has its id with a minus."""
        columns = [(name, pk, self.after.column(name, pk)) for name, pk in self.after.columns()]
        place = {(name, pk): index for index, (name, pk, _) in enumerate(columns)}
        gone: dict[int, list[tuple[str, int, str]]] = defaultdict(list)
        last = -1
        for name, pk in self.before.columns():
            now = self.matches[name].get(pk)
            if now is None:
                gone[last].append((name, -pk, f"{self.before.column(name, pk)} (removed)"))
            else:
                last = place[name, now]
        merged = gone[-1]
        for index, column in enumerate(columns):
            merged += [column, *gone[index]]
        return merged

    def _compare_part(self, part: Part) -> None:
        pairs = self.matches[part.name]
        reordered = self._reordered(part)
        for pk, row in self.before.rows[part.name].items():
            if pk in pairs:
                entry = self._pair(
                    part, row, self.after.rows[part.name][pairs[pk]], pk in reordered
                )
                if entry:
                    self._put(self.after, part, pairs[pk], entry)
            else:
                place = self.before.place(part, row)
                words = (
                    f"{self.before.called(part, row)} removed{f' from {place}' if place else ''}"
                )
                self._put_gone(part, pk, Entry(("removed",), words))
        for pk in self.after.rows[part.name].keys() - set(pairs.values()):
            row = self.after.rows[part.name][pk]
            place = self.after.place(part, row)
            words = f"{self.after.called(part, row)} added{f' to {place}' if place else ''}"
            self._put(self.after, part, pk, Entry(("added",), words))

    def _put(self, side: Named, part: Part, pk: int, entry: Entry) -> None:
        self.found[side.home(part, side.rows[part.name][pk])].append(entry)

    def _put_gone(self, part: Part, pk: int, entry: Entry) -> None:
        name, home = self.before.home(part, self.before.rows[part.name][pk])
        self.found[name, self.matches[name].get(home, -home)].append(entry)

    def _pair(self, part: Part, old: Any, new: Any, reordered: bool) -> Entry | None:
        called = self.after.called(part, new)
        texts = tuple(
            (self.after.label(part, column), tuple(pieces(old[column] or "", new[column] or "")))
            for column in part.columns
            if column in TEXTS and old.get(column, "") != new.get(column, "")
        )
        moved = self._moved(part, old, new) or (" moved in its order" if reordered else "")
        details = tuple(self._details(part, old, new))
        said = {"moved": moved, "reworded": " reworded" if texts else "", "changed": ""}
        kinds = [kind for kind, words in said.items() if words]
        if details:
            kinds.append("changed")
            said["changed"] = "" if moved or texts else " changed"
        if not kinds:
            return None
        words = " and".join(words for words in said.values() if words)
        return Entry(tuple(kinds), f"{called}{words}", texts, details)

    def _moved(self, part: Part, old: Any, new: Any) -> str:
        differing = [
            (column, name)
            for column, name in part.references().items()
            if self.matches[name].get(old[column]) != new[column]
        ]
        if not differing:
            return ""
        ways = (
            " at ".join(side.name(name, row[column]) for column, name in differing)
            for side, row in ((self.before, old), (self.after, new))
        )
        return " moved from {} to {}".format(*ways)

    def _details(self, part: Part, old: Any, new: Any) -> Iterator[Detail]:
        places = {*part.references(), *TEXTS, "position", "journey_id", "created_by_id"}
        for column in part.columns:
            if column not in places and old.get(column) != new.get(column):
                yield Detail(
                    self.after.label(part, column),
                    self.before.value(part, column, old.get(column)),
                    self.after.value(part, column, new.get(column)),
                )

    def _reordered(self, part: Part) -> set[int]:
        """Return the ids before of those that others of the same place overtook."""
        if not part.within:
            return set()
        homes: dict[tuple[Any, ...], list[tuple[tuple[int, int], int]]] = defaultdict(list)
        for pk, row in self.before.ordered(part):
            now = self.matches[part.name].get(pk)
            if now is not None and not self._moved(part, row, self.after.rows[part.name][now]):
                new = self.after.rows[part.name][now]
                home = tuple(new[column] for column in part.within)
                homes[home].append(((new["position"], now), pk))
        return {pk for rows in homes.values() for pk in _out_of_order(rows)}

    def _compare_feelings(self) -> None:
        before, after = self.before.feelings(), self.after.feelings()
        steps = self.matches["step"]
        then = {steps[pk]: votes for pk, votes in before.items() if pk in steps}
        for pk in dict.fromkeys([*then, *after]):
            old, new = then.get(pk, []), after.get(pk, [])
            if sorted(old) != sorted(new):
                detail = Detail("Assessed feeling", _mean(old), _mean(new))
                words = f"Assessment of {self.after.name('step', pk)} changed"
                self.found["step", pk].append(Entry(("changed",), words, details=(detail,)))


def _mean(votes: Sequence[float]) -> str:
    if not votes:
        return "not assessed"
    return f"{fmean(votes):+.1f} by {len(votes)}".replace("-", "−")


def _out_of_order(rows: Sequence[tuple[tuple[int, int], int]]) -> set[int]:
    """Return the fewest that must have moved: all but a longest rising run of the new places."""
    tails: list[tuple[int, int]] = []
    ends: list[int] = []
    came_from: list[int] = []
    for index, (place, _) in enumerate(rows):
        at = bisect_left(tails, place)
        came_from.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [index]
    stays = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        stays.add(index)
        index = came_from[index]
    return {pk for index, (_, pk) in enumerate(rows) if index not in stays}


def pieces(old: str, new: str) -> Iterator[Piece]:
    """Yield both texts as one, word by word."""
    left, right = _words(old), _words(new)
    for way, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if way == "equal":
            yield Piece("".join(left[a:b]))
            continue
        if a < b:
            yield Piece("".join(left[a:b]), "del")
        if c < d:
            yield Piece("".join(right[c:d]), "ins")


def _words(text: str) -> list[str]:
    words = [f"{word} " for word in shortened(text, 2000).split(" ")]
    words[-1] = words[-1].removesuffix(" ")
    return words
