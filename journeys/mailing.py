"""E-mail to members: whether there is a server for it, and each notice at most once."""

import json
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task

from journeys.models import Notice
from journeys.models.notices import NoticeQuerySet
from journeys.sealing import seal, unseal

AUTOMATIC = {"Auto-Submitted": "auto-generated"}
CONSOLE = "django.core.mail.backends.console.EmailBackend"

logger = logging.getLogger(__name__)


def can_mail() -> bool:
    """True where a mail server is set. The backend that prints is for developing only."""
    return settings.DEBUG or settings.EMAIL_BACKEND != CONSOLE


def to_mail() -> NoticeQuerySet:
    """Return the notices that their readers want by e-mail, too; none without a mail server."""
    if not can_mail():
        return Notice.objects.none()
    waiting = Notice.objects.unread().filter(mailed_at__isnull=True)
    return waiting.filter(user__is_active=True, user__notice_mails=True).select_related("user")


def mail_once(notice: Notice, letter: EmailMessage) -> bool:
    """Mail a notice and return whether it went out.

    It is marked as mailed before it is: a job that is done twice mails nobody twice.
    """
    mine = Notice.objects.unread().filter(pk=notice.pk, mailed_at__isnull=True)
    if not mine.update(mailed_at=timezone.now()):
        return False
    try:
        letter.send()
    except Exception as error:  # One mail's trouble, of whatever kind, is not the others'.
        # What servers answer, and so a traceback, may quote the address.
        logger.warning("Notice %s could not be mailed: %s.", notice.pk, type(error).__name__)
        return False
    return True


def mail_secretly(letter: EmailMessage) -> None:
    """Mail a letter that holds a secret, such as a link that signs in, in the background.

    It waits sealed, since the table of jobs is no place for secrets. No answer takes longer
    because there is somebody to write to.
    """
    sealed = seal(json.dumps({"to": letter.to, "subject": letter.subject, "body": letter.body}))
    send_letter.enqueue(sealed)


@task()
def send_letter(sealed: str) -> bool:
    """Mail a sealed letter; return whether it went out."""
    letter = EmailMessage(**json.loads(unseal(sealed)), headers=AUTOMATIC)
    try:
        letter.send()
    except Exception as error:
        # What servers answer, and so a traceback, may quote the address.
        logger.warning("A letter about signing in could not be mailed: %s.", type(error).__name__)
        return False
    return True
