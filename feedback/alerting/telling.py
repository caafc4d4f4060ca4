"""Telling who answers for a touchpoint: the team's members, else the owner of the journey.

A watch sends each team one message, however many alerts it opened.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django_tasks import task

from feedback.models import Alert
from journeys.mailing import AUTOMATIC, can_mail
from journeys.models import User, Workspace
from journeys.telling import short, tell
from touchpoints.models import Team

logger = logging.getLogger(__name__)


def tell_teams(workspace: Workspace, opened: Sequence[Alert], woken: Sequence[Alert] = ()) -> None:
    """Tell each team what turned for the worse, and which of the snoozed lasts."""
    ids = [alert.pk for alert in (*opened, *woken)]
    by_team: dict[int | None, list[Alert]] = defaultdict(list)
    for alert in Alert.objects.filter(pk__in=ids).with_places().order_by("pk"):
        by_team[alert.team_id].append(alert)
    teams = Team.objects.filter(pk__in=[pk for pk in by_team if pk]).prefetch_related("members")
    known = {team.pk: team for team in teams}
    for team_id, alerts in by_team.items():
        team = known.get(team_id or 0)
        members = list(team.members.all()) if team else []
        people = members or _owners(alerts)
        url = address(workspace, alerts, team)
        told = tell(people, workspace=workspace, text=sentence(alerts), url=url)
        if team and team.contact and not _reads(members, team.contact, told):
            ids = [alert.pk for alert in alerts]
            _mail_when_stored(team.pk, ids, url)


def sentence(alerts: Sequence[Alert]) -> str:
    """Return what a notice says: the one alert, or how many there are and where."""
    if len(alerts) == 1:
        return alerts[0].says
    places = ", ".join(dict.fromkeys(str(alert.touchpoint) for alert in alerts))
    return short(f"{len(alerts)} alerts: {places}")


def address(workspace: Workspace, alerts: Sequence[Alert], team: Team | None) -> str:
    """Return the path of the page that explains one alert, or lists several of a team."""
    if len(alerts) == 1:
        return alerts[0].get_absolute_url()
    listed = reverse("feedback:alert_list", args=[workspace.slug])
    return f"{listed}?{urlencode({'team': team.slug})}" if team else listed


@task()
def mail_contact(team_id: int, alert_ids: list[int], url: str) -> int:
    """Mail a team's own address what turned for the worse; return how many mails went out."""
    team = Team.objects.select_related("workspace").filter(pk=team_id).exclude(contact="").first()
    alerts = list(Alert.objects.filter(pk__in=alert_ids).with_places().order_by("pk"))
    if team is None or not alerts or not can_mail():
        return 0
    context = {"team": team, "alerts": alerts, "link": f"{settings.SITE_URL}{url}"}
    letter = EmailMessage(
        subject=" ".join(sentence(alerts).split()),
        body=render_to_string("feedback/alert_mail.txt", context),
        to=[team.contact],
        headers=AUTOMATIC,
    )
    try:
        letter.send()
    except Exception as error:
        # What servers answer, and so a traceback, may quote the address.
        logger.warning("Team %s could not be mailed: %s.", team_id, type(error).__name__)
        return 0
    return 1


def _mail_when_stored(team_id: int, ids: list[int], url: str) -> None:
    if can_mail():
        transaction.on_commit(lambda: mail_contact.enqueue(team_id, ids, url))


def _owners(alerts: Iterable[Alert]) -> list[User]:
    owners = (alert.touchpoint.step.stage.journey.owner for alert in alerts)
    return [owner for owner in owners if owner is not None]


def _reads(members: Iterable[User], contact: str, told: int) -> bool:
    """True where the team's address is that of a member who was told."""
    same = (member.email.lower() == contact.lower() for member in members if member.is_active)
    return bool(told) and any(same)
