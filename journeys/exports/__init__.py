"""Files made from a map. A format is one small module that draws what was gathered before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings

from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions
from journeys.maps.drawing import Drawing
from journeys.maps.filters import MapFilters
from journeys.models import Journey


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished file."""

    filename: str
    content_type: str
    content: bytes
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is made; `key` names it in addresses, commands and the API."""

    key: str
    label: str
    extension: str
    content_type: str
    render: Callable[[Material, ExportOptions], Rendered]
    group: str = "data"
    """What it is good for: print · slides · data · text."""
    ending: str = ""
    """What is put behind the journey's name in the file's: "-personas"."""
    whole: bool = False
    """It reads Material.content; without it, nobody fetches that."""
    draw: Callable[[Material, ExportOptions], Drawing] | None = None
    """The pages that `render` paints, for a preview of them; None where it paints none."""
    gather: Callable[[Journey, MapFilters, ExportOptions], Mapping[str, Any]] | None = None
    """Fetches what Material does not have anyway, as its `extra`; `render` asks no database."""


@cache
def formats() -> dict[str, Format]:
    """Return all formats by key: FORMATS of every module in the setting JOURNEY_EXPORTS."""
    found = (each for path in settings.JOURNEY_EXPORTS for each in import_module(path).FORMATS)
    return {each.key: each for each in found}


def export(material: Material, key: str, options: ExportOptions) -> Exported:
    """Return a file; raises KeyError for a format that nobody offers."""
    kind = formats()[key]
    made = kind.render(material, options)
    name = f"{material.map.slug}{kind.ending}.{kind.extension}"
    return Exported(name, kind.content_type, made.content, made.notes)
