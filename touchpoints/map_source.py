"""The touchpoint and handoff lanes."""

from django.urls import reverse

from journeys.maps.build import MapDraft
from journeys.maps.grid import Card
from touchpoints.models import Handoff, Side, Touchpoint


def contribute(draft: MapDraft) -> None:
    """Put the touchpoints on the map and leave them, and the handoffs, for later sources."""
    touchpoints = list(
        Touchpoint.objects.current()
        .filter(step__stage__journey=draft.journey)
        .select_related("channel", "team")
        .order_by("position", "pk")
    )
    draft.shared["touchpoints"] = touchpoints
    draft.shared["handoffs"] = list(
        Handoff.objects.filter(from_touchpoint__step__stage__journey=draft.journey)
        .select_related("from_touchpoint", "to_touchpoint__step", "from_team", "to_team")
        .order_by("pk")
    )
    address = reverse("feedback:touchpoint_evidence", args=[draft.journey.workspace.slug, 0])
    query = draft.filters.query()
    for touchpoint in touchpoints:
        draft.put("touchpoints", touchpoint.step_id, _card(touchpoint, address, query))


def _card(touchpoint: Touchpoint, address: str, query: str) -> Card:
    team = touchpoint.team
    backstage = touchpoint.side == Side.BACKSTAGE
    return Card(
        id=touchpoint.pk,
        text=touchpoint.title,
        detail=f"{touchpoint.channel.name} · {team.name}" if team else touchpoint.channel.name,
        badge="backstage" if backstage else "",
        badge_title="The customer does not see this" if backstage else "",
        hue=team.hue if team else None,
        starred=touchpoint.moment_that_matters,
        url=f"{address.replace('/0/', f'/{touchpoint.pk}/')}?{query}",
    )
