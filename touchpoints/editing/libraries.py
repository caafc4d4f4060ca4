"""Channels and teams that somebody names while they edit: known ones are found, others made."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.text import slugify

from journeys.models import Channel, Workspace
from touchpoints.models import HUES, Team

_Named = TypeVar("_Named", bound=Model)


def find_named(rows: Iterable[_Named], name: str) -> _Named | None:
    """Return the row of that name, whatever its case and blanks.

    Compared here and not by the database, because SQLite knows capitals of ASCII only.
    """
    wanted = _folded(name)
    return next((row for row in rows if _folded(str(row)) == wanted), None)


def channel_named(workspace: Workspace, name: str) -> Channel:
    """Return the workspace's channel of that name, made where there is none."""
    known = find_named(workspace.channels.all(), name)
    return known or Channel.objects.create(workspace=workspace, name=name)


def team_named(workspace: Workspace, name: str) -> Team:
    """Return the workspace's team of that name, made where there is none."""
    teams = list(Team.objects.filter(workspace=workspace))
    known = find_named(teams, name)
    if known is None:
        known = new_team(workspace, name, teams)
        known.save()
    return known


def new_team(workspace: Workspace, name: str, others: list[Team]) -> Team:
    """Return a team that is not saved yet, with a slug and, while there are some, a hue of its own.

    `others` are all teams of the workspace.
    """
    taken = {team.slug for team in others}
    slug = base = slugify(name)[:70] or "team"
    number = 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    used = [team.hue for team in others]
    hue = min(range(HUES), key=lambda hue: (used.count(hue), hue))
    return Team(workspace=workspace, name=name, slug=slug, hue=hue)


def _folded(text: Any) -> str:
    return " ".join(str(text).split()).casefold()
