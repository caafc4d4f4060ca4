"""One customer's answers across touchpoints and journeys, under a pseudonym."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from feedback.models import Case, FeedbackRecord, Observation, Respondent
from feedback.privacy.respondents import respondent_key
from journeys.models import Workspace
from journeys.models.workspaces import Visitor

SHORT = 8
"""Characters of a key that tell customers apart on a page."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that a customer said or went through, or that was done for them."""

    at: datetime
    record: FeedbackRecord | None = None
    observation: Observation | None = None
    case: Case | None = None
    what: str = ""


def customers(user: Visitor, workspace: Workspace) -> "QuerySet[Respondent]":
    """Return the customers of a workspace of whom there is something to see."""
    answered = FeedbackRecord.objects.filter(respondent=OuterRef("pk"))
    cases = Case.objects.filter(respondent=OuterRef("pk"))
    return (
        Respondent.objects.visible_to(user)
        .filter(workspace=workspace)
        .filter(Exists(answered) | Exists(cases))
    )


def customer_of(user: Visitor, workspace: Workspace, email: str) -> Respondent | None:
    """Return who answered under an address, or under its pseudonym."""
    key = respondent_key(workspace, email)
    known = Q(key=key) | Q(identity__email__iexact=email.strip())
    return customers(user, workspace).filter(known).order_by("pk").first()


def answers_of(respondent: Respondent) -> "QuerySet[FeedbackRecord]":
    """Return a customer's answers with their places, the newest first."""
    return (
        FeedbackRecord.objects.filter(respondent=respondent)
        .select_related("source", "channel", "segment", "touchpoint__step__stage__journey")
        .order_by("-occurred_at", "-pk")
    )


def moments_around(respondent: Respondent, answers: list[FeedbackRecord]) -> list[Moment]:
    """Return a page of answers with what was observed in the same responses, and their cases.

    The newest first; three queries, however many answers.
    """
    moments = [Moment(record.occurred_at, record=record) for record in answers]
    ids = {(each.source_id, each.external_id) for each in answers if each.external_id}
    observed = Observation.objects.filter(
        source__in={source for source, _ in ids}, external_id__in={name for _, name in ids}
    ).select_related("touchpoint__step__stage__journey")
    moments += [
        Moment(each.occurred_at, observation=each, what=_observed(each))
        for each in observed
        if (each.source_id, each.external_id) in ids
    ]
    cases = Case.objects.filter(respondent=respondent, record__in=answers)
    for case in cases.select_related("workspace", "owner", "team"):
        moments += [
            Moment(at, case=case, what=what)
            for at, what in (
                (case.opened_at, "opened"),
                (case.contacted_at, "customer contacted"),
                (case.resolved_at, "resolved"),
                (case.told_at, "customer told what was done"),
                (case.closed_at, "closed"),
            )
            if at
        ]
    return sorted(moments, key=lambda each: each.at, reverse=True)


def _observed(each: Observation) -> str:
    kind = each.get_kind_display()
    if each.seconds is not None:
        return f"{kind}: {each.seconds / 60:,.0f} min"
    return kind if each.hit else f"{kind}: no"
