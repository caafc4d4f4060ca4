"""The map as one HTML page that opens anywhere: no script, and nothing to fetch."""

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from PIL import Image

from journeys.exports.material import Material, Remark, Rendered
from journeys.exports.options import ExportOptions
from journeys.maps import JourneyMap
from journeys.maps.grid import Card
from journeys.maps.outline import outline

_THEME = re.compile(r"@layer theme {\n.*?^}\n", re.DOTALL | re.MULTILINE)
_SYMBOL = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)
_Place = tuple[str, int | None, int | None]


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the page as UTF-8 text."""
    found = material.map
    context = {
        "map": found,
        "personas": material.personas,
        "outline": outline(found),
        "conversations": _conversations(material.remarks),
        "options": options,
        "column_count": sum(stage.width for stage in found.stages),
        "shots": {pk: _size(content) for pk, content in material.pictures.items()},
    }
    page = str(render_to_string("journeys/exports/map.html", context))
    drawings = f'<svg class="drawings" aria-hidden="true">{"".join(_drawings(material))}</svg>'
    # Templates hold no styles, and what is drawn often stands in the page once.
    page = page.replace("</head>", f"<style>{stylesheet()}</style>\n</head>", 1)
    page = page.replace("<body>", f"<body>\n{drawings}", 1)
    return Rendered(page.encode())


@cache
def stylesheet() -> str:
    """Return the theme of the pages, and what a map in a file needs of its own."""
    theme = _THEME.search(_static("css/app.css"))
    return (theme[0] if theme else "") + _static("css/map-file.css")


def _static(name: str) -> str:
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(name)
    return Path(path).read_text(encoding="utf-8")


def _size(content: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(content)) as image:
        return image.size


def _drawings(material: Material) -> Iterator[str]:
    """Yield pictures and icons, each once: table and story both refer to them."""
    for pk, content in material.pictures.items():
        sort = "jpeg" if content.startswith(b"\xff\xd8") else "png"
        width, height = _size(content)
        data = f"data:image/{sort};base64,{b64encode(content).decode()}"
        yield f'<image id="shot-{pk}" width="{width}" height="{height}" href="{data}"/>'
    wanted = _icons(material.map)
    if wanted:
        for symbol in _SYMBOL.finditer(_static("img/icons.svg")):
            if symbol[1] in wanted:
                yield symbol[0].replace('id="', 'id="icon-', 1)


def _icons(found: JourneyMap) -> set[str]:
    items = (item for lane in found.lanes for cell in lane.cells for item in cell.items)
    return {item.icon for item in items if isinstance(item, Card)} - {""}


def _conversations(remarks: tuple[Remark, ...]) -> list[tuple[_Place, list[Remark]]]:
    """Return what was said at each place: (its name, lane, step), and the remarks in order."""

    def place(remark: Remark) -> _Place:
        return remark.place, remark.lane_id, remark.step_id

    # Sorting keeps replies behind what they reply to.
    by_place = sorted(remarks, key=lambda each: (each.lane_id or 0, each.step_id or 0))
    return [(key, list(said)) for key, said in groupby(by_place, key=place)]
