"""Forgetting one person: their identity, their words, and whatever still leads to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from feedback.closing.forgetting import wipe_cases, wipe_mentions
from feedback.models import (
    BatchState,
    Delivery,
    Erasure,
    FeedbackRecord,
    FollowUpReceipt,
    Identity,
    ImportBatch,
    Invitation,
    Observation,
    Respondent,
)
from feedback.privacy.erasure_log import Entry, append, entries
from feedback.privacy.person import Person
from feedback.privacy.traces import Traces, traces_of
from feedback.privacy.wiping import wipe_comments
from feedback.recording.statements import lock_touchpoints
from journeys.auditing import audit
from journeys.models import AuditKind, User, Workspace


class ImportRuns(Exception):
    """A file that names the person is being imported, and would bring them back."""


@dataclass(frozen=True)
class Effect:
    """What an erasure does, or would do."""

    identities: int = 0
    comments: int = 0
    answers_unlinked: int = 0
    answers_deleted: int = 0
    invitations: int = 0
    deliveries: int = 0
    files: int = 0
    cases: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)


def foresee(person: Person) -> Effect:
    """Return what erasing the person would do, and change nothing."""
    traces = traces_of(person)
    kept = _kept(traces.own, person.workspace.minimum_answers)
    written = FeedbackRecord.objects.filter(pk__in=traces.own | traces.mentions)
    alone = FeedbackRecord.objects.filter(pk__in=traces.mentions, score__isnull=True)
    return Effect(
        identities=len(traces.identities),
        comments=written.exclude(comment="").count(),
        answers_unlinked=len(kept),
        answers_deleted=len(traces.own) - len(kept) + alone.count(),
        invitations=len(traces.invitations),
        deliveries=len(traces.deliveries),
        files=len(traces.imports),
        cases=len(traces.cases),
    )


@transaction.atomic
def erase(person: Person, *, by: User | None = None) -> tuple[Erasure, Effect]:
    """Erase a person from a workspace, and note that it was done but not who it was.

    Answers stay only where nobody can tell any more whose they were: without respondent, id and
    words, at noon of their day, and among at least the workspace's minimum of answers to the same
    question by the same segment over the same channel on that day. All others are deleted; the
    counts follow by themselves. Raises ImportRuns where a file that names the person is at work.
    """
    effect = _erase(person)
    erasure = Erasure.objects.create(
        workspace=person.workspace, key=person.keys[0], requested_by=by, **_noted(effect)
    )
    audit(
        AuditKind.ERASURE,
        f"Erased a customer. Comments: {erasure.comments:,}; answers: {erasure.answers_deleted:,} "
        f"deleted, {erasure.answers_unlinked:,} kept without a trace of the person.",
        by=by,
        workspace=person.workspace,
        erasure=erasure.pk,
    )
    append(Entry.of(erasure))
    return erasure, effect


def erase_again() -> list[tuple[Entry, Effect]]:
    """Do every logged erasure once more, as is due after a restore; what came later stays.

    Each is a transaction of its own. Returns what each found.
    """
    done = []
    for entry in entries():
        workspace = Workspace.objects.filter(pk=entry.workspace_id).first()
        if workspace is None:
            continue
        with transaction.atomic():
            effect = _erase(Person(workspace, (entry.key,), until=entry.erased_at))
            noted = Erasure.objects.filter(workspace=workspace, key=entry.key)
            if not noted.filter(erased_at__gte=entry.erased_at).exists():
                missing = Erasure.objects.create(workspace=workspace, key=entry.key)
                Erasure.objects.filter(pk=missing.pk).update(erased_at=entry.erased_at)
        done.append((entry, effect))
    audit(AuditKind.ERASURE, f"Repeated {len(done):,} erasures after a restore.", by=None)
    return done


def _noted(effect: Effect) -> dict[str, int]:
    return {
        "identities": effect.identities,
        "comments": effect.comments,
        "answers_unlinked": effect.answers_unlinked,
        "answers_deleted": effect.answers_deleted,
    }


def _erase(person: Person) -> Effect:
    traces = traces_of(person)
    files = ImportBatch.objects.select_for_update().filter(pk__in=traces.imports)
    if any(BatchState(batch.state).working for batch in files):
        raise ImportRuns("A file that names this person is being imported: wait, or cancel it.")
    answered = FeedbackRecord.objects.filter(pk__in=traces.own | traces.mentions)
    # Else an importer and this could each hold counts that the other needs.
    lock_touchpoints(answered.order_by().values_list("touchpoint", flat=True).distinct())
    kept = _kept(traces.own, person.workspace.minimum_answers)
    # While the cases still know their answers.
    wipe_cases(traces.cases, now=timezone.now())
    wipe_mentions(traces.case_entries)
    wiped = wipe_comments(traces.own | traces.mentions)
    unlinked = {"respondent": None, "external_id": "", "language": ""}
    _blur(FeedbackRecord.objects.filter(pk__in=kept), **unlinked)
    _, deleted = FeedbackRecord.objects.filter(pk__in=traces.own - kept).delete()
    _blur(Observation.objects.filter(pk__in=traces.observations), external_id="")
    invitations, _ = Invitation.objects.filter(pk__in=traces.invitations).delete()
    _forget_person(traces)
    deliveries = Delivery.objects.filter(pk__in=traces.deliveries).update(body="", reason="")
    for batch in files:
        _delete_files(batch)
    return Effect(
        identities=len(traces.identities),
        comments=wiped.comments,
        answers_unlinked=len(kept),
        answers_deleted=deleted.get(FeedbackRecord._meta.label, 0) + wiped.records,
        invitations=invitations,
        deliveries=deliveries,
        files=len(files),
        cases=len(traces.cases),
    )


def _kept(own: Collection[int], minimum: int) -> set[int]:
    """Return the scored answers that drown among enough others of their day."""
    kept = set()
    for record in FeedbackRecord.objects.filter(pk__in=own, score__isnull=False):
        day = record.occurred_at.astimezone(UTC).date()
        alike = FeedbackRecord.objects.between(day, day).filter(
            touchpoint=record.touchpoint_id,
            metric=record.metric,
            partial=record.partial,
            segment=record.segment_id,
            channel=record.channel_id,
        )
        if alike.exclude(pk__in=own).count() + 1 >= minimum:
            kept.add(record.pk)
    return kept


def _blur(rows: "QuerySet[Any]", **values: Any) -> None:
    """Give the rows these values, and let their times tell no more than the day."""
    for pk, occurred_at, recorded_at in rows.values_list("pk", "occurred_at", "recorded_at"):
        times = {"occurred_at": _noon(occurred_at), "recorded_at": _noon(recorded_at)}
        rows.model._default_manager.filter(pk=pk).update(**values, **times)


def _noon(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(12), UTC)


def _forget_person(traces: Traces) -> None:
    """Delete identities and pseudonyms; only who wants no invitations keeps a bare pseudonym."""
    Identity.objects.filter(pk__in=traces.identities).delete()
    FollowUpReceipt.objects.filter(respondent__in=traces.respondents).update(respondent=None)
    respondents = Respondent.objects.filter(pk__in=traces.respondents)
    newer = FeedbackRecord.objects.filter(respondent__in=traces.respondents)
    respondents.filter(unsubscribed_at__isnull=True).exclude(
        pk__in=newer.values("respondent")
    ).delete()
    respondents.update(invited_at=None)


def _delete_files(batch: ImportBatch) -> None:
    """Delete what was uploaded and what problems quote of it; the counts of the import stay."""
    for field in (batch.file, batch.problems):
        if field:
            transaction.on_commit(partial(field.storage.delete, str(field.name)))
    batch.forget_quotes()
    batch.file = batch.problems = ""
    batch.save(update_fields=["file", "problems", "check_report", "report"])
