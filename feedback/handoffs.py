"""How well a handoff goes: the counts on it, turned into a quality and into words."""

from collections.abc import Callable, Set

from feedback.metrics.handoff import HandoffQuality, handoff_quality
from feedback.metrics.rate import Rate
from feedback.metrics.severity import Wait
from feedback.wording import COMPONENT_WORDS, minutes_text
from journeys.maps.grid import Link, Metric
from touchpoints.models import Handoff


def quality_of(handoff: Handoff) -> HandoffQuality:
    """Return a handoff's quality, 0 to 100, from whatever was counted on it."""
    waited, agreed = handoff.observed_wait_minutes, handoff.agreed_wait_minutes
    return handoff_quality(
        wait=Wait(waited, agreed, handoff.accepted)
        if waited is not None and agreed is not None and handoff.accepted
        else None,
        breach=_rate(handoff.breached, handoff.accepted if agreed is not None else 0),
        dropoff=_rate(handoff.never_accepted, handoff.released),
        reexplain=_rate(handoff.explained_again, handoff.explained_again_asked),
        bounce=_rate(handoff.returned, handoff.released),
    )


def _rate(hits: int, base: int) -> Rate | None:
    return Rate(hits, base) if base else None


def quality_metric(handoff: Handoff) -> Metric:
    """Return the quality in words: smooth, workable or disjointed."""
    found = quality_of(handoff)
    if found.quality is None:
        return Metric("handoff", "Handoff quality", n_text="nobody counted")
    worst = COMPONENT_WORDS.get(found.largest or "", "")
    return Metric(
        key="handoff",
        label="Handoff quality",
        text=f"{found.quality:.0f}",
        value=found.quality,
        n=handoff.released,
        n_text=f"n {handoff.released:,}",
        base="ok",
        note=" · ".join(
            part
            for part in (
                found.band or "",
                f"mostly {worst}" if worst else "",
                f"{found.coverage:.0%} of the formula has data" if found.coverage < 1 else "",
            )
            if part
        ),
    )


def handoff_link(handoff: Handoff, column: Callable[[int], int], taken: Set[int]) -> Link:
    """Return the handoff as it stands on the map.

    `column` gives a step's place; a handoff bridges into the next column, unless that column is
    `taken` by handoffs of its own.
    """
    quality = quality_metric(handoff)
    waited, agreed = handoff.observed_wait_minutes, handoff.agreed_wait_minutes
    start, end = handoff.from_touchpoint.step_id, handoff.to_touchpoint.step_id
    return Link(
        id=handoff.pk,
        from_label=str(handoff.from_team),
        to_label=str(handoff.to_team),
        to_step=handoff.to_touchpoint.step.title,
        bridges=column(end) - column(start) == 1 and column(end) not in taken,
        what_moves=handoff.what_moves,
        wait=waited,
        wait_text=minutes_text(waited),
        agreed_text="" if agreed is None else minutes_text(agreed),
        return_rate=handoff.return_rate,
        late=waited is not None and agreed is not None and waited > agreed,
        tone=quality_of(handoff).band or "",
        quality=quality,
        title=sentence(handoff),
    )


def sentence(handoff: Handoff) -> str:
    """Say it from the customer's side: "Customer waits 22 min between Ground and Cabin"."""
    waited, agreed = handoff.observed_wait_minutes, handoff.agreed_wait_minutes
    if waited is None:
        return f"{handoff.from_team} hands over to {handoff.to_team}; nobody timed it"
    said = (
        f"Customer waits {minutes_text(waited)} between {handoff.from_team} and {handoff.to_team}"
    )
    return said if agreed is None else f"{said}, agreed {minutes_text(agreed)}"
