"""Deciding whom to invite: nobody who does not want it, and nobody twice within the pause."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import SystemRandom
from typing import TypeVar

from django.db import transaction

from feedback.models import Erasure, Identity, Invitation, Respondent, Survey
from feedback.privacy.respondents import respondent_key
from feedback.surveys.people import Person

AT_A_TIME = 500

_T = TypeVar("_T")


@dataclass(slots=True)
class Invited:
    """How many will get an e-mail, and why others will not."""

    to_send: int = 0
    paused: int = 0
    unsubscribed: int = 0
    forgotten: int = 0
    waiting: int = 0


@transaction.atomic
def invite(
    survey: Survey, people: Iterable[Person], *, now: datetime, expires_at: datetime | None
) -> Invited:
    """Put invitations for the people in line, to be sent by e-mail, or none.

    Left out is who unsubscribed, who was erased on request, who was invited to any survey of the
    workspace within the survey's pause, and who waits for an invitation to this one already.
    """
    found = Invited()
    for some in _cut(list(people)):
        _invite_some(survey, some, found, now=now, expires_at=expires_at)
    return found


def _invite_some(
    survey: Survey,
    people: list[Person],
    found: Invited,
    *,
    now: datetime,
    expires_at: datetime | None,
) -> None:
    workspace = survey.source.workspace
    by_key = {respondent_key(workspace, person.email): person for person in people}
    forgotten = set(
        Erasure.objects.filter(workspace=workspace, key__in=by_key).values_list("key", flat=True)
    )
    found.forgotten += len(forgotten)
    wanted = {key: person for key, person in by_key.items() if key not in forgotten}
    Respondent.objects.bulk_create(
        (Respondent(workspace=workspace, key=key) for key in wanted), ignore_conflicts=True
    )
    respondents = Respondent.objects.filter(workspace=workspace, key__in=wanted)
    waiting = set(
        survey.invitations.waiting()
        .filter(respondent__in=respondents)
        .values_list("respondent", flat=True)
    )
    chosen = []
    for respondent in respondents:
        if respondent.unsubscribed_at:
            found.unsubscribed += 1
        elif survey.pauses(respondent, now):
            found.paused += 1
        elif respondent.pk in waiting:
            found.waiting += 1
        else:
            chosen.append(respondent)
    found.to_send += len(chosen)
    Identity.objects.bulk_create(
        (
            Identity(
                respondent=respondent,
                email=wanted[respondent.key].email,
                name=wanted[respondent.key].name,
            )
            for respondent in chosen
        ),
        ignore_conflicts=True,
    )
    # In the order of the people, the invitations of an anonymous survey would tell whose they are.
    SystemRandom().shuffle(chosen)
    Invitation.objects.bulk_create(
        Invitation(
            survey=survey,
            respondent=respondent,
            # Of a secret that nobody has: the one in the e-mail is made when it is sent.
            digest=Invitation.digest_of(Invitation.new_secret()),
            language=wanted[respondent.key].language,
            expires_at=expires_at,
        )
        for respondent in chosen
    )


def _cut(rows: Sequence[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(rows), AT_A_TIME):
        yield list(rows[start : start + AT_A_TIME])
