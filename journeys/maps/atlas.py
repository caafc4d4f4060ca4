"""The atlas: a headline for each of many journeys, asked of the same sources as the maps.

A module of JOURNEY_MAP_SOURCES takes part by offering
`summarize_journeys(journeys, *, filters) -> dict[int, Headline]`, keyed by the journeys' ids.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Protocol

from django.conf import settings

from journeys.maps.filters import MapFilters
from journeys.maps.grid import Metric
from journeys.models import Journey


@dataclass(frozen=True, slots=True)
class Headline:
    """A journey in a few figures, and the day of its newest evidence, whatever the period."""

    metrics: tuple[Metric, ...] = ()
    latest_evidence: date | None = None

    def metric(self, key: str) -> Metric:
        """Return the figure of that name, or a dash where no source gave it."""
        return next((metric for metric in self.metrics if metric.key == key), Metric(key, key))

    def __add__(self, other: "Headline") -> "Headline":
        """Return what two sources said of the same journey."""
        days = [day for day in (self.latest_evidence, other.latest_evidence) if day is not None]
        return Headline((*self.metrics, *other.metrics), max(days, default=None))


class Summarize(Protocol):
    """What a source offers to the atlas."""

    def __call__(
        self, journeys: Sequence[Journey], *, filters: MapFilters
    ) -> dict[int, Headline]: ...


def headlines(journeys: Sequence[Journey], *, filters: MapFilters) -> dict[int, Headline]:
    """Return the headline of every journey by its id; one without any figures has an empty one.

    The journeys must lie in one workspace, because what may be shown is decided there; raises
    ValueError otherwise. Takes the same number of queries for one journey as for fifty.
    """
    if len({journey.workspace_id for journey in journeys}) > 1:
        raise ValueError("Ask for the headlines of one workspace at a time.")
    found = {journey.pk: Headline() for journey in journeys}
    for summarize in _sources() if journeys else ():
        for pk, headline in summarize(journeys, filters=filters).items():
            found[pk] += headline
    return found


@cache
def _sources() -> tuple[Summarize, ...]:
    modules = (import_module(path) for path in settings.JOURNEY_MAP_SOURCES)
    offered: list[Callable[..., dict[int, Headline]] | None] = [
        getattr(module, "summarize_journeys", None) for module in modules
    ]
    return tuple(summarize for summarize in offered if summarize is not None)
