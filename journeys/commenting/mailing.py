"""One e-mail for each notice, in the background, and only to those who may still read of it."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django_tasks import task

from journeys.commenting.places import Place
from journeys.mailing import AUTOMATIC, mail_once, to_mail
from journeys.models import Comment, Notice, User


@task()
def send_notices(comment_id: int) -> int:
    """Mail those who have not read of a comment yet; return how many mails went out."""
    waiting = to_mail().filter(comment=comment_id)
    return sum(_send(notice) for notice in waiting.order_by("pk"))


def _send(notice: Notice) -> bool:
    # Whoever left meanwhile, or may not see the journey any more, reads nothing of it.
    seen = Comment.objects.visible_to(notice.user).with_people()
    comment = seen.select_related("journey__workspace").filter(notices=notice).first()
    if comment is None or comment.removed_at:
        return False
    return mail_once(notice, letter(comment, notice.user))


def what_happened(comment: Comment, reader: User) -> str:
    """Return what the author did, as its reader is told: "mentioned you", "replied"."""
    if reader in comment.mentions.all():
        return "mentioned you"
    return "replied" if comment.reply_to_id else "commented"


def letter(comment: Comment, reader: User) -> EmailMessage:
    """Return the e-mail that tells one person of one comment."""
    place = Place.of(comment)
    author = comment.said_by or "A former member"
    what = what_happened(comment, reader)
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
