"""Handoffs at which customers wait longer than the two teams have agreed."""

from collections.abc import Iterator

from feedback.alerting.turn import Turn, Watched
from feedback.handoffs import NOBODY, Passing
from feedback.models import AlertKind
from touchpoints.models import Handoff


def wait_turns(watched: Watched) -> Iterator[Turn]:
    """Yield the handoffs whose observed wait is longer than agreed; one query."""
    handoffs = (
        Handoff.objects.current()
        .with_ends()
        .filter(
            to_touchpoint__in=list(watched.touchpoints),
            agreed_wait_minutes__isnull=False,
            observed_wait_minutes__isnull=False,
        )
        .order_by("pk")
    )
    for handoff in handoffs:
        passing = Passing(handoff, NOBODY, watched.workspace.minimum_answers)
        if passing.late:
            yield Turn(
                AlertKind.WAIT,
                watched.touchpoints[handoff.to_touchpoint_id],
                passing.sentence,
                handoff.observed_from,
                {
                    "wait": passing.wait,
                    "agreed": handoff.agreed_wait_minutes,
                    "accepted": handoff.accepted,
                    "breached": handoff.breached,
                },
                handoff=handoff,
            )
