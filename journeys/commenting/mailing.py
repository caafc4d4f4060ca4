"""One e-mail for each notice, in the background, and only to those who may still read of it."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from journeys.commenting.places import Place
from journeys.models import Comment, Notice, User
from journeys.models.notices import NoticeQuerySet

AUTOMATIC = {"Auto-Submitted": "auto-generated"}
CONSOLE = "django.core.mail.backends.console.EmailBackend"

logger = logging.getLogger(__name__)


def can_mail() -> bool:
    """True where a mail server is set. The backend that prints is for developing only."""
    return settings.DEBUG or settings.EMAIL_BACKEND != CONSOLE


@task()
def send_notices(comment_id: int) -> int:
    """Mail those who have not read of a comment yet; return how many mails went out."""
    waiting = to_mail().filter(comment=comment_id)
    return sum(_send(notice) for notice in waiting.order_by("pk"))


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


def _send(notice: Notice) -> bool:
    # Whoever left meanwhile, or may not see the journey any more, reads nothing of it.
    seen = Comment.objects.visible_to(notice.user).with_people()
    comment = seen.select_related("journey__workspace").filter(notices=notice).first()
    if comment is None or comment.removed_at:
        return False
    return mail_once(notice, letter(comment, notice.user))


def letter(comment: Comment, reader: User) -> EmailMessage:
    """Return the e-mail that tells one person of one comment."""
    place = Place.of(comment)
    mentions = reader in comment.mentions.all()
    author = comment.author or "A former member"
    what = "mentioned you" if mentions else "replied"
    context = {
        "comment": comment,
        "reader": reader,
        "place": place,
        "said": f"{author} {what}",
        "link": f"{settings.SITE_URL}{place.url}#comment-{comment.pk}",
        "notices": f"{settings.SITE_URL}{reverse('journeys:notice_list')}",
    }
    return EmailMessage(
        subject=" ".join(f"{author} {what}: {place.journey}".split()),
        body=render_to_string("journeys/comment_mail.txt", context),
        to=[reader.email],
        headers=AUTOMATIC,
    )
