"""One page of the atlas: which journeys, in which order, in which words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.dateformat import format as format_date

from journeys.maps.atlas import Headline, headlines
from journeys.maps.atlas_filters import COLUMNS, FIGURES, NO_OWNER, AtlasFilters
from journeys.maps.build import age_text
from journeys.maps.filters import MapFilters, Period
from journeys.maps.grid import Metric, Option
from journeys.models import Journey, JourneyState, Persona, User, Workspace
from journeys.models.workspaces import Visitor

ROWS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A journey in the atlas."""

    title: str
    url: str
    personas: str
    state: str
    compares: bool
    """True for a journey that redesigns another one."""
    owner: User | None
    figures: tuple[Metric, ...]
    """One for each of FIGURES."""
    evidence_text: str
    lacks_evidence: bool
    """True without any evidence, but for a future state, which nobody can have met yet."""
    review_text: str
    """Empty while the promised review is not overdue."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: its name, and the address that sorts by it."""

    key: str
    label: str
    number: bool
    hint: str
    order: str
    """What aria-sort takes: "ascending", "descending", or empty for another column."""
    query: str


@dataclass(frozen=True, slots=True)
class AtlasPage:
    """One page of the atlas, and what stands around it."""

    rows: tuple[Row, ...]
    heads: tuple[Head, ...]
    states: tuple[Option, ...]
    owners: tuple[Option, ...]
    total: int
    """All journeys of the workspace."""
    matching: int
    page: int
    pages: int
    period_text: str
    notices: tuple[str, ...]


def atlas_page(
    workspace: Workspace, *, user: Visitor, filters: AtlasFilters, today: date
) -> AtlasPage:
    """Return the page of a workspace's journeys that the filters ask for.

    Takes the same number of queries for one journey as for fifty. The figures are those of the
    last 90 days; they are asked for the journeys of the page, and for all that match only where
    the order depends on them.
    """
    everything = _all_journeys(workspace, user)
    kept = [journey for journey in everything if filters.keeps(journey)]
    view = MapFilters(period=Period.until(today), compare=False)
    key = filters.sort.removeprefix("-")
    found: dict[int, Headline] = {}
    if key in (*FIGURES, "freshness"):
        found = headlines(kept, filters=view)
    ordered = _ordered(kept, filters.sort, found)
    pages = max(1, -(-len(ordered) // ROWS_PER_PAGE))
    page = min(filters.page, pages)
    shown = ordered[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]
    prefetch_related_objects(shown, "personas")
    found = found or headlines(shown, filters=view)
    owners = _owners(everything, filters.owner)
    return AtlasPage(
        rows=tuple(_row(journey, found[journey.pk], today) for journey in shown),
        heads=tuple(_heads(filters)),
        states=tuple(
            Option(value, label, value == filters.state) for value, label in JourneyState.choices
        ),
        owners=owners,
        total=len(everything),
        matching=len(kept),
        page=page,
        pages=pages,
        period_text=view.period.label.lower(),
        notices=tuple(_notices(filters, owners, pages)),
    )


def _all_journeys(workspace: Workspace, user: Visitor) -> list[Journey]:
    journeys = list(
        Journey.objects.visible_to(user).filter(workspace=workspace).select_related("owner")
    )
    for journey in journeys:
        journey.workspace = workspace
    # By Unicode and not by the database's collation, so that both databases agree.
    return sorted(journeys, key=lambda journey: (journey.title.casefold(), journey.pk))


def _ordered(journeys: Sequence[Journey], sort: str, found: dict[int, Headline]) -> list[Journey]:
    """Return the journeys in the order asked for; what is not known comes last either way."""
    value = _value_of(sort.removeprefix("-"), found)
    known = [journey for journey in journeys if value(journey) is not None]
    unknown = [journey for journey in journeys if value(journey) is None]
    return [*sorted(known, key=value, reverse=sort.startswith("-")), *unknown]


def _value_of(key: str, found: dict[int, Headline]) -> Callable[[Journey], Any]:
    if key == "title":
        return lambda journey: journey.title.casefold()
    if key == "owner":
        return lambda journey: str(journey.owner).casefold() if journey.owner else None
    if key == "freshness":
        return lambda journey: found[journey.pk].latest_evidence
    return lambda journey: found[journey.pk].metric(key).value


def _row(journey: Journey, headline: Headline, today: date) -> Row:
    return Row(
        title=journey.title,
        url=reverse("journeys:journey_map", args=[journey.workspace.slug, journey.slug]),
        personas=_persona_text(list(journey.personas.all())),
        state=journey.state,
        compares=journey.compares_with_id is not None,
        owner=journey.owner,
        figures=tuple(headline.metric(key) for key in FIGURES),
        evidence_text=age_text(headline.latest_evidence, today),
        lacks_evidence=headline.latest_evidence is None and journey.state != JourneyState.FUTURE,
        review_text=_review_text(journey, today),
    )


def _persona_text(personas: Sequence[Persona]) -> str:
    """Return "Maya, frequent flyer", "Ana and Luis" or "Ana, Luis and 2 more"."""
    if len(personas) == 1:
        return ", ".join(filter(None, [personas[0].name, personas[0].role]))
    names = [persona.name for persona in personas]
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _review_text(journey: Journey, today: date) -> str:
    if journey.review_by is None or not journey.is_review_overdue(today):
        return ""
    form = "j M" if journey.review_by.year == today.year else "j M Y"
    return f"review was due {format_date(journey.review_by, form)}"


def _heads(filters: AtlasFilters) -> list[Head]:
    key, down = filters.sort.removeprefix("-"), filters.sort.startswith("-")
    heads = []
    for column in COLUMNS:
        order, following = "", column.first
        if column.key == key:
            order, following = ("descending", key) if down else ("ascending", f"-{key}")
        query = filters.query(sort=following, page=1)
        heads.append(Head(column.key, column.label, column.number, column.hint, order, query))
    return heads


def _owners(journeys: Sequence[Journey], chosen: str) -> tuple[Option, ...]:
    people = {journey.owner_id: journey.owner for journey in journeys if journey.owner}
    options = [Option(str(pk), str(owner), str(pk) == chosen) for pk, owner in people.items()]
    options.sort(key=lambda option: option.label.casefold())
    if len(people) and any(journey.owner_id is None for journey in journeys):
        options.append(Option(NO_OWNER, "nobody", chosen == NO_OWNER))
    return tuple(options)


def _notices(filters: AtlasFilters, owners: Sequence[Option], pages: int) -> list[str]:
    notices = []
    if filters.owner not in {"", NO_OWNER, *(option.value for option in owners)}:
        notices.append("Nobody with that number owns a journey here, so nothing matches.")
    if filters.page > pages:
        notices.append(f"There is no page {filters.page}; this is the last one.")
    return notices
