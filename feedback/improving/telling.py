"""Tells people that work is theirs, and how it turned out."""

import logging
from datetime import datetime

from feedback.improving.before_after import before_after
from feedback.improving.verdicts import summary, worth_telling
from feedback.improving.windows import Windows
from feedback.models import Opportunity, OpportunityState
from journeys.models import User
from journeys.telling import tell

AT_ONCE = 50
"""Opportunities looked at in one go of the worker."""

logger = logging.getLogger(__name__)


def tell_owner(
    opportunity: Opportunity, owner: User | None, *, by: User, was: User | None, what: str = ""
) -> None:
    """Tell a new owner what is theirs now, unless they took it themselves."""
    if owner is None or owner in (by, was):
        return
    text = f"{by} gave you “{what or opportunity.title}”"
    if what:
        text += f" of “{opportunity.title}”"
    tell([owner], workspace=opportunity.workspace, text=text, url=opportunity.get_absolute_url())


def tell_outcomes(now: datetime) -> int:
    """Tell owners how what shipped turned out, once it can be seen; return how many were told.

    Each is told once, when all that is compared has answers enough or the windows are full.
    """
    waiting = (
        Opportunity.objects.filter(
            state=OpportunityState.SHIPPED,
            outcome_told_at__isnull=True,
            owner__isnull=False,
            shipped_on__lt=now.date(),
        )
        .select_related("workspace", "owner")
        .order_by("shipped_on", "pk")
    )
    return sum(_tell_outcome(opportunity, now) for opportunity in waiting[:AT_ONCE])


def _tell_outcome(opportunity: Opportunity, now: datetime) -> bool:
    windows = opportunity.shipped_on and Windows.around(opportunity.shipped_on, now.date())
    if not windows or opportunity.owner is None:
        return False
    touchpoints = list(opportunity.touchpoints.select_related("step__stage__journey"))
    found = before_after(touchpoints, windows, workspace=opportunity.workspace, today=now.date())
    if not worth_telling(found):
        return False
    still = Opportunity.objects.filter(pk=opportunity.pk, outcome_told_at__isnull=True)
    if not still.update(outcome_told_at=now):
        return False
    if not found.comparisons:
        return False
    text = f"How “{opportunity.title}” turned out: {summary(found)}"
    url = opportunity.get_absolute_url()
    tell([opportunity.owner], workspace=opportunity.workspace, text=text, url=url)
    return True
