"""Sending invitations in the background, no faster than the mail server likes it."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone
from django_tasks import task, task_backends

from feedback.models import Invitation, Privacy, Respondent, Survey, SurveyState
from feedback.privacy.masking import masked
from feedback.surveys.cutting_loose import cut_loose
from feedback.surveys.letters import letter

LONGEST_PROBLEM = 200
PAUSED = "Invited to another survey meanwhile, and the pause is not over."
NO_SERVER = (
    "No mail server is set, so nothing can be sent. Whoever runs this server sets EMAIL_HOST: "
    "docs/settings.md, under “E-mail”, says how."
)
WORDLESS = "The survey has no words to ask with: add some under “Words and settings”."
CONSOLE = "django.core.mail.backends.console.EmailBackend"

logger = logging.getLogger(__name__)


def obstacle(survey: Survey) -> str:
    """Return why no letter of a survey can be sent, for whoever invites; "" where they can.

    The backend that prints is for developing only: a log is no place for addresses, nor for
    links that take one answer.
    """
    if settings.EMAIL_BACKEND == CONSOLE and not settings.DEBUG:
        return NO_SERVER
    return "" if survey.texts.exists() else WORDLESS


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
    invitations = survey.invitations.waiting().order_by("pk")
    batch = list(invitations[: settings.INVITATIONS_PER_MINUTE])
    connection = get_connection()
    sent = 0
    try:
        for invitation in batch:
            sent += _send(survey, invitation, connection, now)
    finally:
        with suppress(Exception):
            connection.close()
    if survey.invitations.waiting().exists():
        later = send_invitations
        if task_backends["default"].supports_defer:
            later = later.using(run_after=timezone.now() + timedelta(minutes=1))
        later.enqueue(survey_id)
    return sent


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
    try:
        text = survey.text_in([invitation.language] if invitation.language else [])
        mail = letter(survey, text, identity, secret)
        mail.connection = connection
        mail.send()
    except Exception as error:  # One letter's trouble, of whatever kind, is not the others'.
        with suppress(Exception):
            connection.close()
        # What servers answer, and so a traceback, may quote the address.
        kind = type(error).__name__
        logger.warning("Invitation %s could not be sent: %s.", invitation.pk, kind)
        problem = masked(f"{kind}: {error}")[:LONGEST_PROBLEM]
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=None, problem=problem)
        return False
    with transaction.atomic():
        Respondent.objects.filter(pk=respondent.pk).update(invited_at=now)
        if survey.privacy != Privacy.IDENTIFIED:
            cut_loose(invitation, respondent, now)
    return True
