"""Taking the words out of records: what says nothing without them goes altogether."""

from collections.abc import Collection
from typing import NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from feedback.models import FeedbackRecord

GONE = "A record whose words were deleted"


class Wiped(NamedTuple):
    """How many comments went, and how many records went with theirs."""

    comments: int
    records: int


def wipe_comments(ids: Collection[int]) -> Wiped:
    """Blank the comments of records; delete those without a score. To be called in a transaction.

    The words also go from the admin's history, which quotes what was changed.
    """
    written = FeedbackRecord.objects.filter(pk__in=ids).exclude(comment="")
    comments = written.count()
    forget_history(ids)
    _, deleted = written.filter(score__isnull=True).delete()
    FeedbackRecord.themes.through.objects.filter(feedbackrecord_id__in=ids).delete()
    written.update(comment="", language="")
    return Wiped(comments, deleted.get(FeedbackRecord._meta.label, 0))


def forget_history(ids: Collection[int]) -> None:
    """Take out of the admin's history what it quotes of records; who changed them when stays."""
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(FeedbackRecord),
        object_id__in=[str(pk) for pk in ids],
    ).update(object_repr=GONE, change_message="")
