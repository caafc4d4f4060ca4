"""Forgetting what has been kept as long as its source says: words, persons, webhooks' bodies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from feedback.closing.forgetting import forget_loose_cases
from feedback.models import Delivery, FeedbackRecord, Identity, Respondent, Source
from feedback.privacy.wiping import wipe_comments
from journeys.models import Workspace
from touchpoints.models import Touchpoint

BATCH = 2_000
"""Rows in one transaction: importers beside it hardly wait."""
BODIES_KEPT = timedelta(days=30)
PERSONS_KEPT_MONTHS = 6
"""How long a person is kept of whom no answer is, where no source says otherwise."""


@dataclass
class Forgotten:
    """How much was forgotten."""

    comments: int = 0
    """Blanked, or deleted with a record that said nothing else."""
    records: int = 0
    """Deleted, because they had nothing but words."""
    unlinked: int = 0
    """Answers cut loose from who gave them."""
    respondents: int = 0
    """Deleted with their identities, because no answer of theirs is left."""
    identities: int = 0
    """Deleted of respondents of whom only the wish not to be asked stays."""
    bodies: int = 0
    """Of webhooks' deliveries, blanked."""
    cases: int = 0
    """Whose customer nobody can tell any more: their words went."""

    def __str__(self) -> str:
        return (
            f"{self.comments:,} comments blanked ({self.records:,} records had nothing else), "
            f"{self.unlinked:,} answers cut loose, {self.respondents:,} respondents and "
            f"{self.identities:,} identities deleted, {self.bodies:,} deliveries blanked, "
            f"{self.cases:,} cases wiped"
        )


def forget_expired(now: datetime) -> Forgotten:
    """Forget everything whose time is over; may be stopped at any moment and called again."""
    forgotten = Forgotten()
    for workspace in Workspace.objects.all():
        _forget_comments(workspace, now, forgotten)
        _forget_links(workspace, now, forgotten)
        _forget_persons(workspace, now, forgotten)
    while cases := forget_loose_cases(now):
        forgotten.cases += cases
    _forget_bodies(now, forgotten)
    return forgotten


def months_before(now: datetime, months: int) -> datetime:
    """Return the same day of an earlier month, or its last day where it has no such day."""
    count = now.year * 12 + now.month - 1 - months
    first = now.replace(year=count // 12, month=count % 12 + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(now.day, last.day))


def _expired(workspace: Workspace, field: str, now: datetime) -> Q | None:
    """Return the condition for records that are older than their source keeps them."""
    condition = None
    for source in Source.objects.filter(workspace=workspace, **{f"{field}__isnull": False}):
        before = months_before(now, getattr(source, field))
        one = Q(source=source, occurred_at__lt=before)
        condition = one if condition is None else condition | one
    return condition


def _forget_comments(workspace: Workspace, now: datetime, forgotten: Forgotten) -> None:
    expired = _expired(workspace, "comments_kept_months", now)
    if expired is None:
        return

    def wipe(ids: list[int]) -> None:
        wiped = wipe_comments(ids)
        forgotten.comments += wiped.comments
        forgotten.records += wiped.records

    # By touchpoint and time, as the index of the comments is ordered.
    written = FeedbackRecord.objects.filter(expired).exclude(comment="").order_by("occurred_at")
    places = Touchpoint.objects.filter(step__stage__journey__workspace=workspace)
    for place in places.values_list("pk", flat=True):
        _by_batches(written.filter(touchpoint=place), wipe)


def _forget_links(workspace: Workspace, now: datetime, forgotten: Forgotten) -> None:
    expired = _expired(workspace, "identities_kept_months", now)
    if expired is None:
        return

    def unlink(ids: list[int]) -> None:
        linked = FeedbackRecord.objects.filter(pk__in=ids)
        forgotten.unlinked += linked.update(respondent=None)

    _by_batches(FeedbackRecord.objects.filter(expired, respondent__isnull=False), unlink)


def _forget_persons(workspace: Workspace, now: datetime, forgotten: Forgotten) -> None:
    kept = Source.objects.filter(workspace=workspace, identities_kept_months__isnull=False)
    months = kept.aggregate(most=Max("identities_kept_months"))["most"]
    before = months_before(now, months or PERSONS_KEPT_MONTHS)
    answers = FeedbackRecord.objects.filter(respondent=OuterRef("pk"))
    silent = (
        Respondent.objects.filter(workspace=workspace, created_at__lt=before)
        .filter(Q(invited_at__isnull=True) | Q(invited_at__lt=before))
        .filter(~Exists(answers))
    )

    def forget(ids: list[int]) -> None:
        deleted = Respondent.objects.filter(pk__in=ids).delete()[1]
        forgotten.respondents += deleted.get(Respondent._meta.label, 0)

    def forget_who_it_is(ids: list[int]) -> None:
        forgotten.identities += Identity.objects.filter(respondent__in=ids).delete()[0]

    _by_batches(silent.filter(unsubscribed_at__isnull=True), forget)
    # Their pseudonym alone remembers that they want no invitations.
    _by_batches(silent.filter(identity__isnull=False), forget_who_it_is)


def _forget_bodies(now: datetime, forgotten: Forgotten) -> None:
    def blank(ids: list[int]) -> None:
        # Why one was refused is told in words from its body.
        forgotten.bodies += Delivery.objects.filter(pk__in=ids).update(body="", reason="")

    old = Delivery.objects.filter(received_at__lt=now - BODIES_KEPT)
    _by_batches(old.exclude(body="", reason=""), blank)


def _by_batches(rows: "QuerySet[Any]", forget: Callable[[list[int]], None]) -> None:
    """Have rows forgotten, some in each transaction, until none is found any more."""
    while True:
        with transaction.atomic():
            ids = list(rows.values_list("pk", flat=True)[:BATCH])
            if not ids:
                return
            forget(ids)
