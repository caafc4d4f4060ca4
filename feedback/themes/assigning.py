"""Comments get their themes when they come in, and again when an admin changes keywords."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Max, QuerySet
from django_tasks import task

from feedback.models import FeedbackRecord, Source, Theme
from feedback.themes.matching import Matcher

# SQLite takes some thousand parameters per query, in its oldest supported version 999.
BATCH = 900
AT_ONCE = 100
"""Comments that get their themes in the very transaction that writes them; more wait."""
IDS_PER_JOB = 900

_Links = FeedbackRecord.themes.through


def newest_record() -> int:
    """Return the id of the newest record, or 0: what is written from now on has a higher one."""
    return FeedbackRecord.objects.aggregate(newest=Max("pk"))["newest"] or 0


def themes_follow(source_id: int, *, after: int, changed: Sequence[str] = ()) -> None:
    """Let themes follow the comments that were just written, in the caller's transaction.

    `after` is what `newest_record` returned before they were written; `changed` are the external
    ids of records that were there already. Many wait for the background worker; none do where
    the workspace keeps no themes.
    """
    themes = Theme.objects.filter(workspace__sources=source_id).order_by()
    workspace_id = themes.values_list("workspace", flat=True).first()
    if workspace_id is None:
        return
    until = newest_record()
    written = _between(source_id, after, until).exclude(comment="")
    if until > after and written[: AT_ONCE + 1].count() <= AT_ONCE:
        _assign(workspace_id, written)
    elif until > after:
        assign_between.enqueue(source_id, after, until)
    if len(changed) <= AT_ONCE:
        _assign(workspace_id, _of_ids(source_id, changed))
        return
    for start in range(0, len(changed), IDS_PER_JOB):
        assign_changed.enqueue(source_id, list(changed[start : start + IDS_PER_JOB]))


@task(priority=-20)
def assign_between(source_id: int, after: int, until: int) -> None:
    """Give the comments of a source within a range of ids their themes."""
    if source := Source.objects.filter(pk=source_id).first():
        _assign(source.workspace_id, _between(source_id, after, until).exclude(comment=""))


@task(priority=-20)
def assign_changed(source_id: int, external_ids: list[str]) -> None:
    """Give the comments of a source with these external ids their themes."""
    if source := Source.objects.filter(pk=source_id).first():
        _assign(source.workspace_id, _of_ids(source_id, external_ids))


@task(priority=-20)
def assign_all(workspace_id: int) -> None:
    """Give all comments of a workspace the themes of its present keywords."""
    _Links.objects.filter(theme__workspace=workspace_id, feedbackrecord__comment="").delete()
    commented = FeedbackRecord.objects.exclude(comment="")
    _assign(workspace_id, commented.filter(source__workspace=workspace_id))


def _between(source_id: int, after: int, until: int) -> "QuerySet[FeedbackRecord]":
    return FeedbackRecord.objects.filter(source=source_id, pk__gt=after, pk__lte=until)


def _of_ids(source_id: int, external_ids: Collection[str]) -> "QuerySet[FeedbackRecord]":
    # Excluding the empty id lets both databases use the partial index of the constraint.
    found = FeedbackRecord.objects.filter(source=source_id, external_id__in=external_ids)
    return found.exclude(external_id="")


def _assign(workspace_id: int, records: "QuerySet[FeedbackRecord]") -> None:
    """Give records of one workspace their themes, a batch in each transaction."""
    last: int | None = 0
    while last is not None:
        last = _assign_batch(workspace_id, records.filter(pk__gt=last).order_by("pk")[:BATCH])


@transaction.atomic
def _assign_batch(workspace_id: int, records: "QuerySet[FeedbackRecord]") -> int | None:
    """Give a batch its themes; return its last id, or None where there was none.

    The keywords are read for every batch, so that of two jobs the later keywords win.
    """
    batch = list(records.select_for_update().values_list("pk", "comment"))
    if not batch:
        return None
    themes = Theme.objects.filter(workspace=workspace_id).order_by()
    matcher = Matcher.of(themes.values_list("pk", "keywords"))
    wanted = {(pk, theme) for pk, comment in batch for theme in matcher.themes_of(comment)}
    links = _Links.objects.filter(feedbackrecord__in=[pk for pk, _ in batch])
    held = {
        (record, theme): pk
        for pk, record, theme in links.values_list("pk", "feedbackrecord_id", "theme_id")
    }
    gone = [pk for link, pk in held.items() if link not in wanted]
    for start in range(0, len(gone), BATCH):
        _Links.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    _Links.objects.bulk_create(
        [
            _Links(feedbackrecord_id=record, theme_id=theme)
            for record, theme in sorted(wanted - held.keys())
        ],
        ignore_conflicts=True,
    )
    return batch[-1][0]
