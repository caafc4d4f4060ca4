"""Which part of one map is which part of another: of two versions, or of two journeys.

Within one journey parts are known by their ids. Between two they belong together where one was
copied from the other or both from a third, else where they say the same in the same place. Each
way takes one pass over the rows.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from journeys.editing.parts import Part, parts
from journeys.editing.snapshots import Content
from journeys.models import Journey

Matches = dict[str, dict[int, int]]
"""Name of a part -> id of a row before -> id of the same row after."""

Row = dict[str, Any]
Key = Callable[[Row], Hashable]
"""What two rows share that are the same; None where that cannot be said."""

# What makes two parts in the same place the same.
IDENTITY = ("kind", "title", "text", "persona_id", "rater_id")


def match_versions(before: Content, after: Content) -> Matches:
    """Match two states of one journey."""
    ids = {
        name: ({row["id"] for row in before.get(name, [])}, after.get(name, [])) for name in parts()
    }
    return {
        name: {row["id"]: row["id"] for row in new if row["id"] in old}
        for name, (old, new) in ids.items()
    }


def match_journeys(before: Content, after: Content, *, journeys: Iterable[Journey]) -> Matches:
    """Match the maps of two journeys."""
    both = [journey.pk for journey in journeys]
    found: Matches = {}
    for part in parts().values():
        old, new = before.get(part.name, []), after.get(part.name, [])
        pairs = found[part.name] = {}
        if not part.removal:
            pairs |= {a["id"]: b["id"] for a, b in zip(old, new, strict=True)}
            continue
        origin = _origins(part, both)
        _pair(pairs, old, new, _own, _original(origin))
        _pair(pairs, old, new, _original(origin), _own)
        _pair(pairs, old, new, _root(origin), _root(origin))
        _pair(pairs, old, new, _place_before(part, found), _place_after(part))
    return found


def _pair(pairs: dict[int, int], old: list[Row], new: list[Row], left: Key, right: Key) -> None:
    """Pair those that have the same key and no partner yet, each with the first that is free."""
    taken = set(pairs.values())
    free: dict[Hashable, list[int]] = defaultdict(list)
    for row in reversed(new):
        if row["id"] not in taken:
            free[right(row)].append(row["id"])
    for row in old:
        key = left(row)
        if row["id"] not in pairs and key is not None and free[key]:
            pairs[row["id"]] = free[key].pop()


def _origins(part: Part, journeys: list[int]) -> dict[int, int]:
    rows = [row for pk in journeys for row in part.rows(pk).values_list("pk", "copy_of")]
    return {pk: original for pk, original in rows if original is not None}


def _own(row: Row) -> Hashable:
    pk: int = row["id"]
    return pk


def _original(origin: dict[int, int]) -> Key:
    return lambda row: origin.get(row["id"])


def _root(origin: dict[int, int]) -> Key:
    def root(row: Row) -> Hashable:
        pk: int = row["id"]
        seen = {pk}
        while (pk := origin.get(pk, pk)) not in seen:
            seen.add(pk)
        return pk

    return root


def _place_before(part: Part, found: Matches) -> Key:
    """Say where a row stands in the ids of the map after; None where that is not there."""

    def place(row: Row) -> Hashable:
        homes = [found[name].get(row[column]) for column, name in part.references().items()]
        return None if None in homes else (*homes, *_identity(part, row))

    return place


def _place_after(part: Part) -> Key:
    return lambda row: (*(row[column] for column in part.references()), *_identity(part, row))


def _identity(part: Part, row: Row) -> list[Any]:
    return [row.get(column) for column in IDENTITY if column in part.columns]
