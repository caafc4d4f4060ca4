"""The touchpoint and handoff lanes."""

from django.urls import reverse

from journeys.maps.build import MapDraft, map_address
from journeys.maps.grid import Card
from touchpoints.models import Handoff, Side, Touchpoint


def contribute(draft: MapDraft) -> None:
    """Put the touchpoints on the map and leave them, and the handoffs, for later sources."""
    touchpoints, handoffs = _rows(draft)
    draft.shared |= {"touchpoints": touchpoints, "handoffs": handoffs}
    evidence, note = (
        reverse(f"feedback:{name}", args=[draft.journey.workspace.slug, 0])
        for name in ("touchpoint_evidence", "note_create")
    )
    draft.add_urls["touchpoints"] = (
        f"{map_address(draft.journey.workspace.slug, draft.journey.slug)}touchpoints/new/?step="
    )
    query = draft.filters.query()
    for touchpoint in touchpoints:
        place = f"/{touchpoint.pk}/"
        card = _card(
            touchpoint,
            url=f"{evidence.replace('/0/', place)}?{query}",
            note_url=f"{note.replace('/0/', place)}?{query}",
        )
        draft.put("touchpoints", touchpoint.step_id, card)


def _rows(draft: MapDraft) -> tuple[list[Touchpoint], list[Handoff]]:
    if draft.kept is not None:
        kept = draft.kept["touchpoint"]
        return sorted(kept, key=lambda each: (each.position, each.pk)), draft.kept["handoff"]
    touchpoints = (
        Touchpoint.objects.current()
        .filter(step__stage__journey=draft.journey)
        .select_related("channel", "team")
        .order_by("position", "pk")
    )
    handoffs = (
        Handoff.objects.current()
        .filter(from_touchpoint__step__stage__journey=draft.journey)
        .select_related("from_touchpoint", "to_touchpoint__step", "from_team", "to_team")
        .order_by("pk")
    )
    return list(touchpoints), list(handoffs)


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
