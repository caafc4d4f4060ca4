"""The map: asked once (`build`), held in plain dataclasses (`grid`), drawn by everybody else."""

from journeys.maps.build import MapDraft, build_map
from journeys.maps.filters import MapFilters, Period
from journeys.maps.grid import JourneyMap

__all__ = ["JourneyMap", "MapDraft", "MapFilters", "Period", "build_map"]
