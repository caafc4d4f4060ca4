"""From tables back to a journey's data, each value with the cell that it came from."""

import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from journeys.exchange.content import Content
from journeys.exchange.problems import FileRefused, Path, meant, shown
from journeys.exchange.sheets import IMAGES, JOURNEY, OWNER, Heading, Sheet, sheets
from journeys.exchange.tables import rows_by_id, words_shown

MADE_ANEW = {"map", "metrics", "comments"}
"""Sheets that an export adds for people, and that nothing is read from."""
MOST_COLUMNS = 100
"""Of a sheet."""
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Formula:
    """What stands in a cell that computes its value."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as it was read: each row with its number in the file."""

    name: str
    rows: list[tuple[int, list[Any]]]
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    """By the number of the row in which they stand."""
    epoch: date = date(1899, 12, 30)
    """The day 0 of dates that are numbers."""
    file: str = ""
    """Where each sheet is a file of its own: its name."""

    def __str__(self) -> str:
        return self.file or f"Sheet “{self.name}”"

    def at(self, number: int, heading: Heading | None = None) -> str:
        """Return where a row stands, in words: sheet, row and column, or file, line and column."""
        row = f"{self}, {'line' if self.file else 'row'} {number}"
        return f"{row}, column “{heading.title}”" if heading else row


@dataclass(slots=True)
class Found:
    """A journey's data, not checked yet, and how to say where something of it stands."""

    content: Content
    place: Callable[[Path], str]
    notes: list[str] = field(default_factory=list)


def content_from(grids: list[Grid]) -> Found:
    """Return the journey that sheets hold. Raises FileRefused with every cell that is odd."""
    reading = _Reading({grid.name.strip().casefold(): grid for grid in grids})
    if JOURNEY.casefold() not in reading.grids:
        raise FileRefused(
            f"This is no journey: it has no sheet “{JOURNEY}”. Export one to see what is needed."
        )
    for sheet in sheets():
        reading.take(sheet)
    if reading.problems:
        raise FileRefused(*reading.problems)
    found = Found(reading.content, reading.place)
    found.notes += reading.unread()
    found.notes += reading.contradictions()
    return found


class _Reading:
    """A journey's data while it is put together from sheets."""

    def __init__(self, grids: dict[str, Grid]) -> None:
        self.grids = grids
        self.content: Content = {"journey": {}, "libraries": {}, "images": {}}
        self.problems: list[str] = []
        self._where: dict[Path, tuple[Sheet, Grid, int]] = {}
        self._people: list[tuple[Grid, int, dict[str, Any], dict[Heading, Any]]] = []

    def take(self, sheet: Sheet) -> None:
        """Read one sheet into the data; a sheet that is not there has no rows."""
        if sheet.name not in {JOURNEY, IMAGES} and not sheet.owner:
            self._rows(sheet)
        grid = self.grids.get(sheet.name.casefold())
        if grid is None or not grid.rows:
            return
        (_, first), *rest = grid.rows
        columns = self._columns(sheet, grid, first)
        filled = [(number, cells) for number, cells in rest if any(_is_filled(c) for c in cells)]
        if sheet.name == JOURNEY and len(filled) != 1:
            self.problems.append(f"{grid}: it must have one row, and has {len(filled)}.")
        for number, cells in filled:
            if any(_is_filled(cell) for cell in cells[len(first) :]):
                self.problems.append(f"{grid.at(number)}: a cell stands beside the last column.")
            self._row(sheet, grid, number, dict(zip(columns, cells, strict=False)))

    def _columns(self, sheet: Sheet, grid: Grid, first: list[Any]) -> list[Heading | None]:
        """Return what each column is, by its heading."""
        known = {heading.title.casefold(): heading for heading in sheet.headings}
        found: list[Heading | None] = []
        for cell in first:
            title = str(cell or "").strip()
            heading = known.get(title.casefold())
            if title and heading is None:
                near = meant(title, [each.title for each in sheet.headings])
                self.problems.append(f"{grid}: the column {shown(title)} is not known{near}.")
            elif heading in found and heading:
                self.problems.append(f"{grid}: the column “{title}” is there twice.")
            found.append(heading)
        for heading in sheet.headings:
            if heading.required and heading not in found:
                self.problems.append(f"{grid}: the column “{heading.title}” is missing.")
        return found

    def _row(self, sheet: Sheet, grid: Grid, number: int, cells: dict[Heading | None, Any]) -> None:
        values: dict[str, Any] = {}
        people: dict[Heading, Any] = {}
        for heading, cell in cells.items():
            if not _is_filled(cell):
                continue
            if heading is None or isinstance(cell, Formula):
                why = "has no heading" if heading is None else "computes: put its value there"
                self.problems.append(f"{grid.at(number, heading)}: the cell {why}.")
            elif heading.shows:
                people[heading] = cell
            elif heading.key:
                values[heading.key] = _value(heading, cell, grid.epoch)
        self._put(sheet, grid, number, values)
        if people:
            self._people.append((grid, number, values, people))

    def _put(self, sheet: Sheet, grid: Grid, number: int, values: dict[str, Any]) -> None:
        if sheet.name == JOURNEY:
            self.content["schema"] = values.pop("schema", None)
            self.content["journey"] = values
            self._where[("journey",)] = self._where[("schema",)] = (sheet, grid, number)
        elif sheet.name == IMAGES:
            self._put_picture(sheet, grid, number, str(values.get("name", "")))
        elif sheet.owner:
            self._put_below(sheet, grid, number, values)
        else:
            rows = self._rows(sheet)
            self._where[(*sheet.path, len(rows))] = (sheet, grid, number)
            rows.append(values)

    def _rows(self, sheet: Sheet) -> list[Any]:
        """Return the list of the data in which a sheet's rows stand."""
        *outer, key = sheet.path
        home = self.content[outer[0]] if outer else self.content
        rows: list[Any] = home.setdefault(key, [])
        return rows

    def _put_picture(self, sheet: Sheet, grid: Grid, number: int, name: str) -> None:
        picture = grid.pictures.get(number)
        if picture is None:
            self.problems.append(f"{grid.at(number)}: the picture {shown(name)} is missing.")
            return
        self._where["images", name] = (sheet, grid, number)
        self.content["images"][name] = b64encode(picture).decode()

    def _put_below(self, sheet: Sheet, grid: Grid, number: int, values: dict[str, Any]) -> None:
        owner = values.pop(OWNER, None)
        outer, key, below = sheet.path
        for index, entry in enumerate(self.content[outer].get(key, ())):
            if entry.get(sheet.owner) == owner:
                rows = entry.setdefault(below, [])
                self._where[outer, key, index, below, len(rows)] = (sheet, grid, number)
                rows.append(values.get(sheet.single) if sheet.single else values)
                return
        self.problems.append(
            f"{grid.at(number)}: there is no {shown(owner)} in the table “{key.capitalize()}”."
        )

    def place(self, path: Path) -> str:
        """Return where a part of the data stands: sheet “Cards”, row 5, column “Text”."""
        for length in range(len(path), 0, -1):
            if path[:length] not in self._where:
                continue
            sheet, grid, number = self._where[path[:length]]
            key = sheet.single or (path[length] if length < len(path) else path[-1])
            return grid.at(number, next((each for each in sheet.headings if each.key == key), None))
        return ""

    def unread(self) -> Iterator[str]:
        """Yield which sheets nothing was read from; the map is for people, and goes without say."""
        known = {sheet.name.casefold() for sheet in sheets()}
        for key, grid in self.grids.items():
            if key in MADE_ANEW - {"map"}:
                yield f"The sheet “{grid.name}” is made by the server: it was not read."
            elif key not in known | MADE_ANEW:
                yield f"The sheet {shown(grid.name)} is none of a journey’s: it was not read."

    def contradictions(self) -> Iterator[str]:
        """Yield where the words beside a number are not those of the row that it names."""
        by_id = rows_by_id(self.content)
        odd: dict[tuple[str, Heading], list[str]] = defaultdict(list)
        for grid, number, values, people in self._people:
            for heading, cell in people.items():
                said = words_shown(heading, values, by_id)
                if said and said.strip() != str(cell).strip():
                    odd[grid.name, heading].append(grid.at(number, heading))
        for places in odd.values():
            more = f", and in {len(places) - 1} rows more" if len(places) > 1 else ""
            yield (
                f"{places[0]}{more}: the words are not those of the row whose number stands "
                "beside them. The numbers count."
            )


def _is_filled(cell: Any) -> bool:
    return cell is not None and cell != ""


def _value(heading: Heading, cell: Any, epoch: date) -> Any:
    """Return a cell as the data holds it; what cannot be one stays as it is, to be refused."""
    if heading.labels:
        known = {
            each.casefold(): value for value, label in heading.labels for each in (value, label)
        }
        return known.get(str(cell).strip().casefold(), cell)
    return _KINDS[heading.kind](cell, epoch)


def _text(cell: Any, epoch: date) -> Any:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _whole(cell: Any, epoch: date) -> Any:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str) and re.fullmatch(r"[-+]?\d{1,18}", cell.strip()):
        return int(cell)
    return cell


def _number(cell: Any, epoch: date) -> Any:
    try:
        return cell if isinstance(cell, bool) else float(cell)
    except (ValueError, OverflowError):
        return cell


def _flag(cell: Any, epoch: date) -> Any:
    return _FLAGS.get(_text(cell, epoch).strip().casefold(), cell)


def _date(cell: Any, epoch: date) -> Any:
    end = (date.max - epoch).days + 1
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell < end:
        return (epoch + timedelta(days=int(cell))).isoformat()
    return str(cell).strip()


def _list(cell: Any, epoch: date) -> list[str]:
    return [line.strip() for line in _text(cell, epoch).splitlines() if line.strip()]


_KINDS: dict[str, Callable[[Any, date], Any]] = {
    "text": _text, "whole": _whole, "number": _number, "flag": _flag, "date": _date,
    "list": _list, "picture": _text,
}  # fmt: skip
