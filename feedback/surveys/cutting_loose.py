"""Keeping no address for a survey that promised to know nobody, once it is written to."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from feedback.models import Identity, Invitation, Privacy, Respondent

# A letter that is on its way may still fail, and must then be found with its address.
ON_ITS_WAY = timedelta(hours=1)


@transaction.atomic
def cut_loose(invitation: Invitation, respondent: Respondent, now: datetime) -> None:
    """Forget whose an invitation was, and their address where nothing else needs it.

    Nor stays a moment that stands beside the person, too: of sending, the day is kept.
    """
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    Invitation.objects.filter(pk=invitation.pk).update(respondent=None, sent_at=day)
    needed = respondent.feedback_records.exists() or respondent.invitations.exists()
    if not needed:
        Identity.objects.filter(respondent=respondent, may_contact=False).delete()


def cut_loose_sent(now: datetime) -> None:
    """Do it for what was left by a worker that was killed after sending, before doing it itself.

    That these people were invited is noted, too: their pause begins when the letter went out.
    """
    left = (
        Invitation.objects.filter(sent_at__lt=now - ON_ITS_WAY, respondent__isnull=False)
        .exclude(survey__privacy=Privacy.IDENTIFIED)
        .select_related("respondent")
    )
    for invitation in left.iterator():
        respondent, sent_at = invitation.respondent, invitation.sent_at
        assert respondent is not None  # noqa: S101
        assert sent_at is not None  # noqa: S101
        earlier = Q(invited_at__isnull=True) | Q(invited_at__lt=sent_at)
        with transaction.atomic():
            Respondent.objects.filter(earlier, pk=respondent.pk).update(invited_at=sent_at)
            cut_loose(invitation, respondent, sent_at)
