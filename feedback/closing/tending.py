"""What happens to cases with time: they escalate, and customers answer again."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from feedback.models import Case, EntryKind, FeedbackRecord
from journeys.models import Role, User
from journeys.telling import tell

AT_A_TIME = 500
WAITED = timedelta(days=365)
"""How long after a case opened a later answer of the customer is looked for."""


def escalate(now: datetime) -> int:
    """Tell somebody higher up of cases that nobody resolved in time; return how many."""
    late = Case.objects.unresolved().filter(escalates_at__lte=now, escalated_at__isnull=True)
    found = late.select_related("workspace", "team", "owner", "rule__escalate_to")
    return sum(_escalate(case, now) for case in found.order_by("pk")[:AT_A_TIME])


@transaction.atomic
def _escalate(case: Case, now: datetime) -> bool:
    mine = Case.objects.unresolved().filter(pk=case.pk, escalated_at__isnull=True)
    if not mine.update(escalated_at=now):
        return False
    days = (now - case.opened_at).days
    higher = [case.rule.escalate_to] if case.rule and case.rule.escalate_to else _heads(case)
    people = {*higher, *(case.team.members.all() if case.team else [])}
    if case.owner:
        people.add(case.owner)
    waited = "1 day" if days == 1 else f"{days} days"
    case.note(EntryKind.ESCALATED, f"Not resolved after {waited}", by=None)
    text = f"{case} is not resolved after {waited}."
    tell(people, workspace=case.workspace, text=text, url=case.get_absolute_url())
    return True


def _heads(case: Case) -> list[User]:
    administering = Role.administering()
    return list(
        User.objects.filter(
            memberships__workspace=case.workspace_id, memberships__role__in=administering
        )
    )


def take_recoveries(now: datetime) -> int:
    """Take a customer's next answer at the same touchpoint as the recovery score.

    It counts if it was given after the customer was contacted, or after the case was resolved
    where nobody could be. Returns how many were taken.
    """
    since = Coalesce("contacted_at", "resolved_at")
    later = (
        FeedbackRecord.objects.filter(
            respondent=OuterRef("respondent"),
            touchpoint=OuterRef("record__touchpoint"),
            metric=OuterRef("metric"),
            occurred_at__gt=OuterRef("handled_at"),
            partial=False,
        )
        .order_by("occurred_at", "pk")
        .values("score")[:1]
    )
    waiting = (
        Case.objects.filter(opened_at__gte=now - WAITED, recovery_score__isnull=True)
        .filter(respondent__isnull=False, record__isnull=False)
        .annotate(handled_at=since)
        .filter(handled_at__isnull=False)
        .annotate(later=Subquery(later))
        .filter(later__isnull=False)
    )
    found: list[Any] = list(waiting.order_by("pk")[:AT_A_TIME])
    for case in found:
        case.recover(case.later, "A later answer of the customer", by=None)
    return len(found)
