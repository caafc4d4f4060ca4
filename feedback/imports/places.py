"""Finding the touchpoint that a name in a file or a mapping means."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from feedback.imports.problems import BadCell
from journeys.models import Journey
from touchpoints.models import Touchpoint, TouchpointQuerySet

NAMED = 12


def folded(text: str) -> str:
    """Return a title so that case and runs of blanks make no difference."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Place:
    """A touchpoint of the journey, by its words."""

    touchpoint_id: int
    channel_id: int
    title: str
    step: str
    channel: str

    def __str__(self) -> str:
        return f'"{self.title}" (step "{self.step}", {self.channel})'


@dataclass(frozen=True, slots=True)
class OffMap:
    """A touchpoint that is off the map, by itself or with its step, and since which day."""

    title: str
    on: date


def _place(touchpoint: Touchpoint) -> Place:
    step, channel = touchpoint.step, touchpoint.channel
    return Place(touchpoint.pk, channel.pk, touchpoint.title, step.title, channel.name)


def former_places(touchpoints: TouchpointQuerySet) -> dict[str, list[Place | OffMap]]:
    """Return where the feedback of touchpoints off the map goes, if anywhere, by journey's slug.

    Each stands under its title; whatever went last comes last.
    """
    gone = touchpoints.off_map().select_related(
        "step__stage__journey", "merged_into__step__stage", "merged_into__channel"
    )
    dated = [(touchpoint.off_map_since, touchpoint.pk, touchpoint) for touchpoint in gone]
    former: dict[str, list[Place | OffMap]] = defaultdict(list)
    for since, _, touchpoint in sorted(dated):
        assert since is not None  # noqa: S101  (it is off the map)
        slug = touchpoint.step.stage.journey.slug
        former[slug].append(_former_place(touchpoint, since.date()))
    return former


def _former_place(touchpoint: Touchpoint, since: date) -> Place | OffMap:
    into = touchpoint.merged_into
    if into is not None and into.off_map_since is None:
        return replace(_place(into), title=touchpoint.title)
    return OffMap(touchpoint.title, since)


class Places:
    """The touchpoints of one journey, found by title, else by step."""

    def __init__(self, places: Iterable[Place], former: Iterable[Place | OffMap] = ()) -> None:
        self.all = tuple(places)
        self._by_title: dict[str, list[Place]] = defaultdict(list)
        self._by_step: dict[str, list[Place]] = defaultdict(list)
        for place in self.all:
            self._by_title[folded(place.title)].append(place)
            self._by_step[folded(place.step)].append(place)
        self._former = {folded(place.title): place for place in former}

    @classmethod
    def of(cls, journey: Journey) -> Self:
        """Read the touchpoints of a journey, in two queries."""
        of_journey = Touchpoint.objects.filter(step__stage__journey=journey)
        on_map = of_journey.on_map()
        former = former_places(of_journey).get(journey.slug, [])
        return cls((_place(touchpoint) for touchpoint in on_map), former)

    def find(self, title: str, *, step: str = "", channel: str = "") -> Place:
        """Return the one touchpoint of that title, or the one whose step has it.

        The title of a merged one means where its feedback went.

        Where several fit, `step` and `channel` decide. Raises BadCell when none or several
        are left; its message completes the title.
        """
        found = self._by_title.get(folded(title)) or self._by_step.get(folded(step or title), [])
        former = None if found else self._former.get(folded(title))
        if isinstance(former, OffMap):
            raise BadCell(f"is off the map since {former.on}; restore it, or name another.")
        if former:
            return former
        if not found:
            raise BadCell(f"is not a touchpoint of the journey; it has {self._named()}.")
        for key, wanted in (("step", step), ("channel", channel)):
            if len(found) > 1 and wanted:
                fitting = [p for p in found if folded(getattr(p, key)) == folded(wanted)]
                if not fitting:
                    raise BadCell(f'is not a touchpoint with the {key} "{wanted}".')
                found = fitting
        if len(found) > 1:
            raise BadCell(f"may mean {' or '.join(map(str, found))}; say which.")
        return found[0]

    def _named(self) -> str:
        titles = [place.title for places in self._by_title.values() for place in places]
        more = f" and {len(titles) - NAMED} more" if len(titles) > NAMED else ""
        return ", ".join(titles[:NAMED]) + more if titles else "none yet"
