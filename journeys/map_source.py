"""The map's own lanes: written cards, and how each step is judged to feel."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePath
from statistics import fmean

from django.db.models import Q

from journeys.maps.build import MapDraft, map_address
from journeys.maps.grid import Card as CardItem
from journeys.models import Card, EmotionAssessment, LaneKind

SEVERITIES = ("cosmetic", "minor", "moderate", "major", "blocks people")


def contribute(draft: MapDraft) -> None:
    """Offer the filters' choices, fill the written lanes, leave the assessed feelings."""
    workspace = draft.journey.workspace
    draft.segments = list(workspace.segments.values_list("name", flat=True))
    draft.channels = list(workspace.channels.values_list("name", flat=True))
    draft.personas = dict(draft.journey.personas.values_list("slug", "name"))
    _name_unknown_choices(draft)
    put_cards(draft)
    draft.shared["assessed_feelings"] = _assessed_feelings(draft)


def _name_unknown_choices(draft: MapDraft) -> None:
    filters = draft.filters
    for what, asked, known in (
        ("segment", filters.segment, draft.segments),
        ("channel", filters.channel, draft.channels),
        ("persona", filters.persona, draft.personas),
    ):
        if asked and asked not in known:
            draft.notices.append(f"There is no {what} “{asked}” here, so nothing matches it.")


def put_cards(draft: MapDraft, **only: object) -> None:
    """Fill the written lanes, or of them only what the lookups name."""
    address = map_address(draft.journey.workspace.slug, draft.journey.slug)
    kinds = {lane.pk: lane.kind for lane in draft.lanes}
    for card in _cards(draft, only):
        persona = card.persona
        if persona and draft.filters.persona and persona.slug != draft.filters.persona:
            continue
        draft.put_in(card.lane_id, card.step_id, _item(card, kinds[card.lane_id], address))


def _cards(draft: MapDraft, only: dict[str, object]) -> Iterable[Card]:
    if draft.kept is not None:
        return sorted(draft.kept["card"], key=lambda card: (card.position, card.pk))
    there = Card.objects.crossing(draft.lanes, draft.steps).filter(**only)
    return there.select_related("persona").order_by("position", "pk")


def _item(card: Card, kind: str, address: str) -> CardItem:
    badge = title = tone = ""
    if kind == LaneKind.PAIN_POINTS and card.severity is not None:
        badge, tone = f"{card.severity}", f"sev-{card.severity}"
        title = f"Severity {card.severity} of 4: {SEVERITIES[card.severity]}"
    if kind == LaneKind.OPPORTUNITIES and card.impact and card.effort:
        badge = f"{card.impact}×{card.effort}"
        title = f"Impact {card.impact} of 5, effort {card.effort} of 5"
    return CardItem(
        id=card.pk,
        text=f"“{card.text}”" if kind == LaneKind.THINKING else card.text,
        badge=badge,
        badge_title=title,
        tone=tone,
        persona=card.persona.name if card.persona else "",
        image_url=_image_url(card, address),
    )


def _image_url(card: Card, address: str) -> str:
    """Return where the picture on the card is; another picture has another address."""
    name = card.image.name
    return f"{address}cards/{card.pk}/image/?{PurePath(name).stem}" if name else ""


def _assessed_feelings(draft: MapDraft) -> dict[int, tuple[float, int]]:
    """Return the mean judgement and the number of raters of each judged step."""
    scores: dict[int, list[float]] = defaultdict(list)
    raters: dict[int, set[int]] = defaultdict(set)
    for pk, step_id, rater_id, score in _assessments(draft):
        scores[step_id].append(score)
        # A vote whose rater is gone is still one person's.
        raters[step_id].add(rater_id or -pk)
    return {pk: (fmean(values), len(raters[pk])) for pk, values in scores.items()}


def _assessments(draft: MapDraft) -> Iterable[tuple[int, int, int | None, float]]:
    if draft.kept is not None:
        return ((row.pk, row.step_id, row.rater_id, row.score) for row in draft.kept["feeling"])
    assessments = EmotionAssessment.objects.of_steps(draft.steps)
    if draft.filters.persona:
        assessments = assessments.filter(
            Q(persona__slug=draft.filters.persona) | Q(persona__isnull=True)
        )
    return assessments.order_by().values_list("pk", "step_id", "rater_id", "score")
