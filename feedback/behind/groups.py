"""Who wrote, by segment and channel, and which groups could be singled out."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import CharField, Count, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.db.models.query import QuerySet

from feedback.metrics.suppression import suppress
from feedback.models import FeedbackRecord
from journeys.maps import MapFilters

Group = tuple[str, str]
"""Segment and channel; empty where a record has none."""

Cell = tuple[str | None, str | None]
"""A group in which a part that nobody asked about is None."""


# Who wrote on two scales is one person; records without an id of their own count singly.
PERSON = Coalesce(NullIf("external_id", Value("")), Cast("pk", CharField()))


def people_by_group(written: "QuerySet[FeedbackRecord]") -> dict[Group, int]:
    """Return how many people wrote these records, by segment and channel."""
    rows = (
        written.values("segment", "channel")
        .annotate(people=Count(PERSON, distinct=True))
        .values_list("segment__name", "channel__name", "people")
        .order_by()
    )
    return {(segment or "", channel or ""): people for segment, channel, people in rows}


def in_view(group: Group, filters: MapFilters) -> bool:
    """True for a group that the filters let through."""
    segment, channel = group
    return filters.segment in ("", segment) and filters.channel in ("", channel)


def of_view(written: "QuerySet[FeedbackRecord]", filters: MapFilters) -> "QuerySet[FeedbackRecord]":
    """Return the records that the filters let through."""
    if filters.segment:
        written = written.filter(segment__name=filters.segment)
    if filters.channel:
        written = written.filter(channel__name=filters.channel)
    return written


def hidden_cells(
    groups: Mapping[Group, int], filters: MapFilters, limit: int, *, by_segment: bool
) -> set[Cell]:
    """Return the cells whose own view would be hidden, the whole being visible."""
    cells: Counter[Cell] = Counter()
    for (segment, channel), people in groups.items():
        cells[segment if by_segment else None, channel if filters.channel else None] += people
    # Nobody can ask for those of no segment alone, so they are a rest, not a cell. Of equally large
    # ones, every view must let the same one go, whatever order the database counted them in.
    known = sorted(cell for cell in cells if "" not in cell)
    sizes = {str(place): cells[cell] for place, cell in enumerate(known)}
    return {known[int(place)] for place in suppress(cells.total(), sizes, limit)}


def view_hidden(groups: Mapping[Group, int], filters: MapFilters, limit: int) -> bool:
    """True where a view must not be shown: too few people, or too few who are not in it."""
    view = (filters.segment or None, filters.channel or None)
    return view in hidden_cells(groups, filters, limit, by_segment=bool(filters.segment))
