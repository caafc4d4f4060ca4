"""Which touchpoint of one side is which of the other."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from touchpoints.models import Touchpoint

Key = Callable[[Touchpoint], Hashable]


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs of A and B in the order of B's map, how they were found, and who found none."""

    pairs: tuple[tuple[Touchpoint, Touchpoint], ...]
    only_a: tuple[Touchpoint, ...]
    only_b: tuple[Touchpoint, ...]


def match(a: Sequence[Touchpoint], b: Sequence[Touchpoint]) -> Matched:
    """Pair the touchpoints of two sides, each with one at most.

    The same touchpoint first; then copies of each other or of a third; then those that say the same
    at the same step, or only at the same step in the same channel, or only say the same in the same
    channel. A pair is made only where nobody else on either side could be meant.
    """
    origin = {each.pk: each.copy_of_id for each in (*a, *b)}
    partner: dict[int, Touchpoint] = {}
    for key in (_own, _root(origin), _place_and_title, _place, _title):
        left = _unique([each for each in a if each.pk not in partner], key)
        taken = {each.pk for each in partner.values()}
        right = _unique([each for each in b if each.pk not in taken], key)
        partner |= {left[name].pk: right[name] for name in left.keys() & right.keys()}
    first = {partner[each.pk].pk: each for each in a if each.pk in partner}
    return Matched(
        pairs=tuple((first[each.pk], each) for each in b if each.pk in first),
        only_a=tuple(each for each in a if each.pk not in partner),
        only_b=tuple(each for each in b if each.pk not in first),
    )


def _unique(touchpoints: Sequence[Touchpoint], key: Key) -> dict[Hashable, Touchpoint]:
    found = Counter(key(each) for each in touchpoints)
    return {key(each): each for each in touchpoints if found[key(each)] == 1}


def _own(touchpoint: Touchpoint) -> Hashable:
    return touchpoint.pk


def _root(origin: Mapping[int, int | None]) -> Key:
    def root(touchpoint: Touchpoint) -> Hashable:
        pk, seen = touchpoint.pk, {touchpoint.pk}
        while (before := origin.get(pk)) is not None and before not in seen:
            seen.add(before)
            pk = before
        return pk

    return root


def _place_and_title(touchpoint: Touchpoint) -> Hashable:
    return _place(touchpoint), _title(touchpoint)


def _place(touchpoint: Touchpoint) -> Hashable:
    return touchpoint.step.title.casefold(), touchpoint.channel_id


def _title(touchpoint: Touchpoint) -> Hashable:
    return touchpoint.title.casefold(), touchpoint.channel_id
