"""Tells members of a workspace what happened to their work: in the app, and by e-mail."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django_tasks import task

from journeys.mailing import AUTOMATIC, mail_once, to_mail
from journeys.models import Notice, User, Workspace

LONGEST = 300
"""Characters of a notice's sentence."""


def tell(people: Iterable[User], *, workspace: Workspace, text: str, url: str) -> int:
    """Tell them in a sentence, with a path of this site; return how many were told.

    Whoever is no member of the workspace is left out. What is too long for a notice is cut. E-mails
    follow in the background.
    """
    text = short(text)
    with transaction.atomic():
        notices = Notice.objects.tell(people, workspace=workspace, text=text, url=url)
        ids = [notice.pk for notice in notices]
        if ids:
            transaction.on_commit(lambda: send_told.enqueue(ids))
    return len(ids)


def short(text: str) -> str:
    """Return a sentence as long as a notice may be; one that is cut says so."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]} …"


@task()
def send_told(ids: list[int]) -> int:
    """Mail those who have not read what they were told; return how many mails went out."""
    waiting = to_mail().filter(pk__in=ids, workspace__isnull=False).select_related("workspace")
    return sum(_send(notice) for notice in waiting.order_by("pk"))


def _send(notice: Notice) -> bool:
    # Whoever left meanwhile reads nothing of it.
    if not Notice.objects.visible_to(notice.user).filter(pk=notice.pk).exists():
        return False
    context = {
        "notice": notice,
        "link": f"{settings.SITE_URL}{notice.url}",
        "notices": f"{settings.SITE_URL}{reverse('journeys:notice_list')}",
    }
    letter = EmailMessage(
        subject=" ".join(notice.text.split()),
        body=render_to_string("journeys/notice_mail.txt", context),
        to=[notice.user.email],
        headers=AUTOMATIC,
    )
    return mail_once(notice, letter)
