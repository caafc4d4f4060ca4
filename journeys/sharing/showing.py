"""The map of a link, built like every other one and redacted, and kept like every other one."""

from datetime import date
from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.db.models import Q
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from journeys.maps import JourneyMap, build_map
from journeys.maps.filters import MapFilterForm, MapFilters
from journeys.maps.outline import outline
from journeys.models import ShareLink, User
from journeys.sharing.guests import open_places
from journeys.sharing.names import Words, name_hider, personas_named
from journeys.sharing.redaction import Shown, shared_map


def address_of(token: str) -> str:
    """Return the path of a link's map; what belongs to it has its addresses below."""
    return reverse("journeys:shared_map", args=[token])


def filters_of(link: ShareLink, today: date) -> MapFilters:
    """Return the filters of the view that was shared; its period ends today."""
    return MapFilterForm(QueryDict(link.query), today=today).filters


def names_hidden(link: ShareLink) -> Words | None:
    """Return what takes names out of a text, in four queries; None where they are shown."""
    if not link.hides_names:
        return None
    home = link.journey.workspace
    here = list(link.journey.personas.values_list("name", flat=True))
    others = home.personas.exclude(journeys=link.journey).values_list("name", flat=True)
    personas = personas_named(dict.fromkeys([*here, *others]))
    concerned = Q(memberships__workspace=home) | Q(comments__journey__workspace=home)
    concerned |= Q(owned_journeys__workspace=home)
    people = User.objects.filter(concerned).distinct().values_list("name", flat=True)
    spared = home.segments.values_list("name", flat=True)
    return name_hider(personas, list(people), spared=list(spared))


def words_of(link: ShareLink) -> Words:
    """Return what of a text a visitor may read."""
    return Shown(
        lanes=frozenset(), quotes=not link.hides_quotes, hide_names=names_hidden(link)
    ).words


def drawn_map(
    link: ShareLink,
    token: str,
    template: str,
    today: date,
    *,
    as_story: bool = False,
    talking: bool = False,
) -> tuple[str, SafeString]:
    """Return the map's title and the map as HTML, the same for all who have the link.

    With `talking`, conversations can be begun and read from it. It is kept for MAP_CACHE_SECONDS,
    under a key of its own: no member and no other link gets it.
    """
    journey = link.journey
    asked = (template, as_story, link.pk, link.changed_at, journey.pk, journey.revision, today)
    key = f"shared:{sha256(repr(asked).encode()).hexdigest()}"
    drawn: tuple[str, SafeString] | None = caches["pages"].get(key)
    if drawn is None:
        found, context = map_and_context(link, token, today, talking=talking)
        drawn = found.title, render_to_string(template, context | {"as_story": as_story})
        caches["pages"].set(key, drawn, settings.MAP_CACHE_SECONDS)
    return drawn


def map_and_context(
    link: ShareLink, token: str, today: date, *, talking: bool
) -> tuple[JourneyMap, dict[str, object]]:
    """Return the map that a visitor sees, and all that the templates draw."""
    filters = filters_of(link, today)
    address = address_of(token)
    found = shared_map(
        build_map(link.journey, filters=filters),
        Shown(
            lanes=frozenset(link.shown_lanes().values_list("pk", flat=True)),
            figures=link.shows_figures,
            quotes=not link.hides_quotes,
            hide_names=names_hidden(link),
            pictures=address,
            comments=open_places(link) if talking else {},
        ),
    )
    return found, {
        "map": found,
        "outline": outline(found),
        "column_count": sum(stage.width for stage in found.stages),
        "filters": filters,
        "map_address": address,
        "may_edit": False,
        "guest": talking,
        "link": link,
    }
