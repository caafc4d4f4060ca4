"""Sending invitations in the background, no faster than the mail server likes it."""

from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from feedback import mailing
from feedback.models import Invitation, Privacy, Respondent, Survey, SurveyState
from feedback.surveys.cutting_loose import cut_loose
from feedback.surveys.letters import letter

PAUSED = "Invited to another survey meanwhile, and the pause is not over."
WORDLESS = "The survey has no words to ask with: add some under “Words and settings”."


def obstacle(survey: Survey) -> str:
    """Return why no letter of a survey can be sent, for whoever invites; "" where they can."""
    return mailing.obstacle() or ("" if survey.texts.exists() else WORDLESS)


@task()
def send_invitations(survey_id: int) -> int:
    """Send a minute's worth of a survey's waiting invitations; return how many went out.

    What is left is another job a minute later. An invitation is marked as sent before it is:
    a job that breaks off, or is done twice, invites nobody twice. Nothing is sent while the
    survey is not open.
    """
    survey = (
        Survey.objects.select_related("source__workspace")
        .prefetch_related("texts")
        .filter(pk=survey_id)
        .first()
    )
    # One moment for all: theirs would tell whose invitation is whose.
    now = timezone.now()
    if survey is None or survey.state(now) is not SurveyState.OPEN:
        return 0
    if problem := obstacle(survey):
        survey.invitations.waiting().update(problem=problem)
        return 0
    return mailing.send_in_turn(
        send_invitations,
        survey_id,
        survey.invitations.waiting(),
        lambda invitation, connection: _send(survey, invitation, connection, now),
    )


def send_when_stored(survey: Survey) -> None:
    """Start sending what waits, if anything does, once the present transaction has ended well."""
    if survey.invitations.waiting().exists():
        transaction.on_commit(lambda: send_invitations.enqueue(survey.pk))


def _send(survey: Survey, invitation: Invitation, connection: Any, now: datetime) -> bool:
    """Send one invitation; what goes wrong is written down beside it."""
    people = Respondent.objects.select_related("identity")
    respondent = people.filter(invitations=invitation).first()
    identity = getattr(respondent, "identity", None)
    if respondent is None or identity is None or respondent.unsubscribed_at:
        # They were erased, or asked for no more, while the invitation waited.
        invitation.delete()
        return False
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk)
    if survey.pauses(respondent, now):
        waiting.update(problem=PAUSED)
        return False
    secret = Invitation.new_secret()
    if not waiting.update(sent_at=now, digest=Invitation.digest_of(secret)):
        return False

    def written() -> EmailMessage:
        text = survey.text_in([invitation.language] if invitation.language else [])
        return letter(survey, text, identity, secret)

    if not mailing.deliver(invitation, written, connection):
        return False
    with transaction.atomic():
        Respondent.objects.filter(pk=respondent.pk).update(invited_at=now)
        if survey.privacy != Privacy.IDENTIFIED:
            cut_loose(invitation, respondent, now)
    return True
