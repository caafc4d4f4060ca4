"""The journey as a workbook: a sheet that looks like the map, and the tidy tables behind it."""

from base64 import b64decode, b64encode
from datetime import datetime, time
from io import BytesIO
from typing import Any

from PIL import Image
from xlsxwriter import Workbook

from journeys.exchange.content import Content, picture_name
from journeys.exchange.tables import tables_of
from journeys.exports.extra_tables import extra_tables
from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions
from journeys.exports.xlsx_map import draw_map
from journeys.exports.xlsx_sheets import Sheets


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the workbook; the same bytes for the same map and date."""
    content, notes = _without_webp(material.content)
    packed = BytesIO()
    book = Workbook(packed, {"in_memory": True})
    book.set_properties({
        "title": material.map.title,
        "subject": material.map.goal,
        "created": datetime.combine(options.on, time()),
    })  # fmt: skip
    # Everything is Calibri 11 unless a format says otherwise; spreadsheets everywhere know it.
    draw_map(book, material, notes)
    sheets = Sheets(book, notes)
    for table in (*tables_of(content), *extra_tables(material, options)):
        sheets.write(table)
    book.close()
    return Rendered(packed.getvalue(), tuple(notes))


def _without_webp(content: Content) -> tuple[Content, list[str]]:
    """Return the content with pictures that a workbook can hold, and what was made of others."""
    images, called, notes = {}, {}, []
    for name, encoded in content.get("images", {}).items():
        picture = b64decode(encoded)
        if not name.endswith(".webp"):
            images[name] = encoded
            continue
        drawn = BytesIO()
        with Image.open(BytesIO(picture)) as image:
            image.save(drawn, "PNG")
        called[name] = picture_name(drawn.getvalue())
        images[called[name]] = b64encode(drawn.getvalue()).decode()
    if called:
        notes.append(f"Pictures that are WebP, stored as PNG here: {len(called)}.")
    return _renamed(content | {"images": images}, called), notes


def _renamed(value: Any, called: dict[str, str]) -> Any:
    """Return data with pictures under other names."""
    if not called:
        return value
    if isinstance(value, dict):
        return {key: _renamed(each, called) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, called) for each in value]
    return called.get(value, value) if isinstance(value, str) else value
