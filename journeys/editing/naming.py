"""A map's content with words for everything in it: what a part is called, and where it stands."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db import models

from journeys.editing.edit import shortened
from journeys.editing.parts import Part, parts
from journeys.editing.snapshots import Content, named
from journeys.models import LaneKind

Row = dict[str, Any]


class Named:
    """The rows of a content by their ids, in words; libraries are fetched once for all rows."""

    def __init__(self, content: Content) -> None:
        self.rows: dict[str, dict[int, Row]] = {
            name: {row["id"]: row for row in content.get(name, [])} for name in parts()
        }

    @cached_property
    def _libraries(self) -> dict[tuple[str, str], dict[int, str]]:
        """Return the names of what rows refer to, by part and column."""
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        columns = {}
        for part in parts().values():
            for each in part.libraries():
                columns[part.name, each.attname] = each.related_model
                ids = {row.get(each.attname) for row in self.rows[part.name].values()}
                wanted[each.related_model] |= {pk for pk in ids if pk is not None}
        names = {
            model: {pk: str(row) for pk, row in model._base_manager.in_bulk(ids).items()}
            for model, ids in wanted.items()
        }
        return {column: names[model] for column, model in columns.items()}

    def name(self, part: str, pk: int) -> str:
        """Return what a part is called, shortened."""
        row = self.rows[part].get(pk)
        if row is None:
            return "something that is gone"
        if part == "lane":
            return str(row["title"] or LaneKind(row["kind"]).label)
        words = named(parts()[part], row)
        return shortened(" ".join(words.split())) or self._between(parts()[part], row)

    def _between(self, part: Part, row: Row) -> str:
        return " → ".join(
            self.name(name, row[column]) for column, name in part.references().items()
        )

    def called(self, part: Part, row: Row) -> str:
        """Return its sort and its words: Card “Waits at the gate”."""
        return f"{part.noun.capitalize()} “{self.name(part.name, row['id'])}”"

    def place(self, part: Part, row: Row) -> str:
        """Return in what it stands: "Doing at Search"; empty for what stands in nothing."""
        places = part.references().items()
        if len({name for _, name in places}) < len(places):
            return self._between(part, row) if named(part, row) else ""
        return " at ".join(self.name(name, row[column]) for column, name in places)

    def label(self, part: Part, column: str) -> str:
        """Return what a column is called."""
        field: Any = part.model._meta.get_field(column)
        return str(field.verbose_name).capitalize()

    def value(self, part: Part, column: str, value: Any) -> str:
        """Return a column's value as people read it."""
        if value is None or value == "":
            return "none"
        if (part.name, column) in self._libraries:
            return self._libraries[part.name, column].get(value, "deleted")
        field: Any = part.model._meta.get_field(column)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)

    def home(self, part: Part, row: Row) -> tuple[str, int]:
        """Return the column of the map in which a row stands, else the sort of thing it is."""
        if part.name in ("step", "stage", "lane", "journey"):
            return part.name, row["id"]
        column, name = next(
            (column, name) for column, name in part.references().items() if name != "lane"
        )
        return self.home(parts()[name], self.rows[name][row[column]])

    def ordered(self, part: Part) -> list[tuple[int, Row]]:
        """Return the rows of a part by their positions."""
        return sorted(self.rows[part.name].items(), key=lambda each: (each[1]["position"], each[0]))

    def columns(self) -> Iterator[tuple[str, int]]:
        """Yield each stage, followed by its steps, as they stand on the map."""
        steps: dict[int, list[int]] = defaultdict(list)
        for pk, row in self.ordered(parts()["step"]):
            steps[row["stage_id"]].append(pk)
        for pk, _ in self.ordered(parts()["stage"]):
            yield "stage", pk
            for step in steps[pk]:
                yield "step", step

    def column(self, name: str, pk: int) -> str:
        """Return the heading of a column: "Book" or "Book: Search"."""
        if name == "stage":
            return self.name(name, pk)
        return f"{self.name('stage', self.rows['step'][pk]['stage_id'])}: {self.name(name, pk)}"

    def feelings(self) -> dict[int, list[float]]:
        """Return all judgements of each step."""
        found: dict[int, list[float]] = defaultdict(list)
        for row in self.rows["feeling"].values():
            found[row["step_id"]].append(row["score"])
        return found
