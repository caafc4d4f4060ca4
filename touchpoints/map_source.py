"""The touchpoint and handoff lanes."""

from django.urls import reverse

from journeys.maps.build import MapDraft, map_address
from journeys.maps.grid import Card
from touchpoints.below import below, touchpoints_of
from touchpoints.models import Handoff, Side, Touchpoint


def contribute(draft: MapDraft) -> None:
    """Put the touchpoints on the map and leave them, and the handoffs, for later sources."""
    touchpoints, handoffs, inside = _rows(draft)
    draft.shared |= {"touchpoints": touchpoints, "handoffs": handoffs, "below": inside}
    evidence, note = (
        reverse(f"feedback:{name}", args=[draft.journey.workspace.slug, 0])
        for name in ("touchpoint_evidence", "note_create")
    )
    address = map_address(draft.journey.workspace.slug, draft.journey.slug)
    draft.add_urls["touchpoints"] = f"{address}touchpoints/new/?step="
    draft.add_urls["handoffs"] = f"{address}handoffs/new/?step="
    query = draft.filters.query()
    for touchpoint in touchpoints:
        place = f"/{touchpoint.pk}/"
        card = _card(
            touchpoint,
            url=f"{evidence.replace('/0/', place)}?{query}",
            note_url=f"{note.replace('/0/', place)}?{query}",
        )
        draft.put("touchpoints", touchpoint.step_id, card)


def _rows(draft: MapDraft) -> tuple[list[Touchpoint], list[Handoff], dict[int, list[Touchpoint]]]:
    if draft.kept is not None:
        kept = draft.kept["touchpoint"]
        return sorted(kept, key=lambda each: (each.position, each.pk)), draft.kept["handoff"], {}
    journeys = touchpoints_of([draft.journey.pk, *(step.opens_id for step in draft.steps)])
    touchpoints = journeys.get(draft.journey.pk, [])
    return touchpoints, _handoffs(touchpoints), below(draft.steps, touchpoints, journeys)


def _handoffs(touchpoints: list[Touchpoint]) -> list[Handoff]:
    """Return the handoffs between what is on the map, without asking for their ends again."""
    ends = {touchpoint.pk: touchpoint for touchpoint in touchpoints}
    handoffs = list(
        Handoff.objects.between(ends).select_related("from_team", "to_team").order_by("pk")
    )
    for handoff in handoffs:
        handoff.from_touchpoint = ends[handoff.from_touchpoint_id]
        handoff.to_touchpoint = ends[handoff.to_touchpoint_id]
    return handoffs


def _card(touchpoint: Touchpoint, *, url: str, note_url: str) -> Card:
    team = touchpoint.team
    backstage = touchpoint.side == Side.BACKSTAGE
    return Card(
        id=touchpoint.pk,
        text=touchpoint.title,
        detail=f"{touchpoint.channel.name} · {team.name}" if team else touchpoint.channel.name,
        badge="backstage" if backstage else "",
        badge_title="The customer does not see this" if backstage else "",
        hue=team.hue if team else None,
        icon=touchpoint.icon,
        starred=touchpoint.moment_that_matters,
        url=url,
        note_url=note_url.rstrip("?"),
    )
