"""Fetching what a file is made of, in a fixed number of queries."""

from collections.abc import Collection, Iterable
from io import BytesIO

from django.core.files.storage import default_storage
from PIL import Image

from journeys.exchange.content import content_of
from journeys.exports.material import Material, PersonaCard, Remark, Trait
from journeys.exports.options import ExportOptions
from journeys.maps import JourneyMap, build_map
from journeys.maps.filters import MapFilters
from journeys.maps.grid import Card as CardItem
from journeys.maps.unmeasured import without_metrics
from journeys.models import Card, Comment, Journey, Persona

_LISTS = (("Goals", "goals"), ("Needs", "needs"), ("Pain points", "pain_points"))


def gather(
    journey: Journey, *, filters: MapFilters, options: ExportOptions, whole: bool = True
) -> Material:
    """Return what a file about a journey that somebody may see can hold.

    `whole` says whether its portable content is wanted, too.
    """
    found = build_map(journey, filters=filters)
    shown = {lane.id for lane in found.lanes}
    left_out = [pk for pk in journey.lanes.values_list("pk", flat=True) if pk not in shown]
    return Material(
        map=found if options.metrics else without_metrics(found),
        pictures=_pictures(found),
        personas=tuple(persona_card(each) for each in _personas(journey)),
        remarks=tuple(_remarks(journey, left_out)) if options.comments else (),
        content=content_of(journey, without=left_out) if whole else {},
    )


def _pictures(found: JourneyMap) -> dict[int, bytes]:
    """Return the pictures of the cards that are shown: what stays behind is in no file."""
    items = (item for lane in found.lanes for cell in lane.cells for item in cell.items)
    shown = [item.id for item in items if isinstance(item, CardItem) and item.image_url]
    names = Card.objects.filter(pk__in=shown).values_list("pk", "image")
    pictures = ((pk, picture(name)) for pk, name in names)
    return {pk: content for pk, content in pictures if content}


def picture(name: str) -> bytes:
    """Return a stored picture as PNG or JPEG; nothing where its file is gone."""
    try:
        with default_storage.open(name, "rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return b""
    with Image.open(BytesIO(content)) as image:
        if image.format in {"PNG", "JPEG"}:
            return content
        drawn = BytesIO()
        image.save(drawn, "PNG")
        return drawn.getvalue()


def _personas(journey: Journey) -> Iterable[Persona]:
    found = journey.personas.select_related("segment").order_by("name", "pk")
    return found.prefetch_related("preferred_channels", "traits")


def persona_card(persona: Persona) -> PersonaCard:
    """Return a persona with everything that is known of it, and nothing that is not."""
    channels = ", ".join(channel.name for channel in persona.preferred_channels.all())
    facts = (
        ("Age", persona.age_range),
        ("Occupation", persona.occupation),
        ("Location", persona.location),
        ("Household", persona.household),
        ("Preferred channels", channels),
        ("Segment", persona.segment.name if persona.segment else ""),
    )
    lists = [(title, _lines(getattr(persona, name))) for title, name in _LISTS]
    lists.append(("Buying behaviour", _lines(persona.buying_behaviour)))
    return PersonaCard(
        slug=persona.slug,
        name=persona.name,
        role=persona.role,
        quote=persona.quote,
        summary=persona.summary,
        facts=tuple((label, value) for label, value in facts if value),
        lists=tuple((title, lines) for title, lines in lists if lines),
        traits=tuple(
            Trait(each.name, each.low_label, each.high_label, each.score)
            for each in persona.traits.all()
        ),
        photo=picture(persona.photo.name) if persona.photo.name else b"",
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _remarks(journey: Journey, left_out: Collection[int]) -> Iterable[Remark]:
    """Yield what was said, but not about lanes that stay behind."""
    said = Comment.objects.filter(journey=journey, removed_at=None).with_people().order_by("pk")
    said = said.exclude(lane__in=left_out)
    replies: dict[int, list[Comment]] = {}
    for each in said:
        if each.reply_to_id:
            replies.setdefault(each.reply_to_id, []).append(each)
    for first in (each for each in said if not each.reply_to_id):
        for each in (first, *replies.get(first.pk, ())):
            yield Remark(
                place=_place(first),
                author=each.said_by,
                at=each.at,
                text=each.text,
                resolved=first.resolved_at is not None,
                is_reply=each is not first,
                lane_id=first.lane_id,
                step_id=first.step_id,
            )


def _place(comment: Comment) -> str:
    if comment.lane and comment.step:
        return f"{comment.lane} at {comment.step}"
    return str(comment.lane or comment.step or "The whole journey")
