"""Letters to customers, sent in the background, no faster than the mail server likes it."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Model, QuerySet
from django.utils import timezone
from django_tasks import task_backends

from feedback.privacy.masking import masked
from journeys.mailing import can_mail

LONGEST_PROBLEM = 200
NO_SERVER = (
    "No mail server is set, so nothing can be sent. Whoever runs this server sets EMAIL_HOST: "
    "docs/settings.md, under “E-mail”, says how."
)

logger = logging.getLogger(__name__)

_Row = TypeVar("_Row", bound=Model)


def obstacle() -> str:
    """Return why nothing can be sent from this server; "" where it can.

    The backend that prints is for developing only: a log is no place for addresses, nor for
    links that take one answer.
    """
    return "" if can_mail() else NO_SERVER


def send_in_turn(
    job: Any, of: int, waiting: QuerySet[_Row], send: Callable[[_Row, Any], bool]
) -> int:
    """Send a minute's worth of what waits; return how many went out.

    `send` gets a row and the connection, and marks the row as sent before it is: a job that breaks
    off, or is done twice, writes to nobody twice. The rest is the same job `of` a minute later.
    """
    batch = list(waiting.order_by("pk")[: settings.INVITATIONS_PER_MINUTE])
    connection = get_connection()
    try:
        sent = sum(send(row, connection) for row in batch)
    finally:
        with suppress(Exception):
            connection.close()
    if waiting.exists():
        later = job
        if task_backends["default"].supports_defer:
            later = later.using(run_after=timezone.now() + timedelta(minutes=1))
        later.enqueue(of)
    return sent


def deliver(row: Model, letter: Callable[[], EmailMessage], connection: Any) -> bool:
    """Send the letter of a row that is marked as sent; return whether it went out.

    What goes wrong, be it in writing the letter, is written down in the row, unsent again.
    """
    try:
        mail = letter()
        mail.connection = connection
        mail.send()
    except Exception as error:  # One letter's trouble, of whatever kind, is not the others'.
        with suppress(Exception):
            connection.close()
        # What servers answer, and so a traceback, may quote the address.
        kind = type(error).__name__
        logger.warning("%s %s could not be sent: %s.", row._meta.object_name, row.pk, kind)
        problem = masked(f"{kind}: {error}")[:LONGEST_PROBLEM]
        rows = type(row)._default_manager.filter(pk=row.pk)
        rows.update(sent_at=None, problem=problem)
        return False
    return True
