""" "You told us, we did": written once, sent to each customer once, no faster than mail may go."""

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django_tasks import task

from feedback.mailing import deliver, obstacle, send_in_turn
from feedback.models import (
    Case,
    ContactWay,
    FeedbackRecord,
    FollowUp,
    FollowUpReceipt,
    Identity,
    Respondent,
)
from feedback.surveys.letters import unsubscribe_link
from journeys.models import User

ENDED = "No longer agreed to be contacted."


def recipients(note: FollowUp) -> Any:
    """Return the respondents whom a follow-up concerns and who agreed to hear back, once each.

    Of a case it is its one customer; else whoever answered at the touchpoint, about the theme.
    """
    people = Respondent.objects.filter(workspace=note.workspace_id).who_may_hear()
    if note.case_id:
        return people.filter(cases=note.case_id)
    return people.filter(pk__in=_answers(note).values("respondent"))


def _answers(note: FollowUp) -> Any:
    answers = FeedbackRecord.objects.filter(respondent__isnull=False, partial=False)
    if note.theme_id:
        answers = answers.filter(themes=note.theme_id)
    if note.touchpoint_id:
        answers = answers.filter(touchpoint=note.touchpoint_id)
    return answers if note.theme_id or note.touchpoint_id else answers.none()


@transaction.atomic
def start(note: FollowUp, *, by: User) -> int:
    """Keep a follow-up and put it in line for everybody whom it concerns; return how many."""
    note.written_by = by
    note.save()
    FollowUpReceipt.objects.bulk_create(
        FollowUpReceipt(follow_up=note, respondent_id=pk)
        for pk in recipients(note).order_by("pk").values_list("pk", flat=True)
    )
    transaction.on_commit(lambda: send_follow_up.enqueue(note.pk))
    return note.receipts.count()


@task()
def send_follow_up(note_id: int) -> int:
    """Send a minute's worth of a follow-up; return how many went out.

    What is left is another job a minute later. A receipt is marked as sent before the letter is:
    a job that breaks off, or is done twice, writes to nobody twice.
    """
    note = FollowUp.objects.select_related("workspace").filter(pk=note_id).first()
    if note is None or not note.body:
        return 0
    if problem := obstacle():
        note.receipts.waiting().update(problem=problem)
        return 0
    return send_in_turn(
        send_follow_up,
        note_id,
        note.receipts.waiting(),
        lambda receipt, connection: _send(note, receipt, connection),
    )


def letter(note: FollowUp, identity: Identity) -> EmailMessage:
    """Return the note as an e-mail to one customer, with the way to end all such mail."""
    team = " ".join(note.workspace.name.split())
    unsubscribe = unsubscribe_link(identity.respondent, "en")
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    context = {"note": note, "identity": identity, "team": team, "unsubscribe": unsubscribe}
    return EmailMessage(
        subject=" ".join(note.subject.split()),
        body=render_to_string("feedback/follow_up_mail.txt", context),
        from_email=formataddr((team, sender)),
        to=[identity.email],
        headers={
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def _send(note: FollowUp, receipt: FollowUpReceipt, connection: Any) -> bool:
    waiting = FollowUpReceipt.objects.waiting().filter(pk=receipt.pk)
    people = Respondent.objects.select_related("identity")
    respondent = people.who_may_hear().filter(pk=receipt.respondent_id or 0).first()
    if respondent is None:
        # They were erased, or asked for no more, while the note waited.
        waiting.update(problem=ENDED)
        return False
    if not waiting.update(sent_at=timezone.now()):
        return False
    if not deliver(receipt, lambda: letter(note, respondent.identity), connection):
        return False
    _tell_cases(note, respondent)
    return True


def _tell_cases(note: FollowUp, respondent: Respondent) -> None:
    """Mark the customer's cases that the note answers as told."""
    cases = Case.objects.filter(respondent=respondent, workspace=note.workspace_id)
    answered = (
        cases.filter(pk=note.case_id) if note.case_id else cases.filter(record__in=_answers(note))
    )
    for case in answered.filter(told_at__isnull=True):
        case.tell(
            ContactWay.MAIL, f"Follow-up “{note.subject}”", at=timezone.now(), by=note.written_by
        )
