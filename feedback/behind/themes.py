"""What the comments of a view are about, where enough people speak of it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.query import QuerySet

from feedback.behind.groups import PERSON, Group, in_view, view_hidden
from feedback.models import FeedbackRecord
from journeys.maps import MapFilters


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """How many people of the view speak of a theme."""

    name: str
    people: int


def theme_counts(
    written: "QuerySet[FeedbackRecord]", filters: MapFilters, limit: int
) -> tuple[ThemeCount, ...]:
    """Return the themes of `limit` people and more, the most frequent first; one query.

    As for the comments themselves, nobody outside the view may be singled out by subtraction.
    """
    rows = (
        written.filter(themes__isnull=False)
        .values("themes__name", "segment", "channel")
        .annotate(people=Count(PERSON, distinct=True))
        .values_list("themes__name", "segment__name", "channel__name", "people")
        .order_by()
    )
    groups: dict[str, dict[Group, int]] = defaultdict(dict)
    for name, segment, channel, people in rows:
        groups[name][segment or "", channel or ""] = people
    counts = (
        ThemeCount(name, sum(n for group, n in people.items() if in_view(group, filters)))
        for name, people in groups.items()
        if not view_hidden(people, filters, limit)
    )
    shown = [count for count in counts if count.people >= limit]
    return tuple(sorted(shown, key=lambda count: (-count.people, count.name)))
