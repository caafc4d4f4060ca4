"""What all journeys of the demo share: people, personas, teams, channels, segments, sources."""

from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.utils.text import slugify

from feedback.demo.content import read
from feedback.demo.portraits import Portrait, draw
from feedback.models import Source
from journeys.models import (
    Channel,
    Membership,
    Persona,
    PersonaTrait,
    Role,
    Segment,
    User,
    Workspace,
)
from touchpoints.models import Team


@dataclass(frozen=True, kw_only=True)
class Libraries:
    """The workspace's rows by the names that the TOML files use (personas: slug, people: key)."""

    workspace: Workspace
    people: dict[str, User]
    channels: dict[str, Channel]
    segments: dict[str, Segment]
    teams: dict[str, Team]
    sources: dict[str, Source]
    personas: dict[str, Persona]


def create_libraries(*, slug: str) -> Libraries:
    """Create the workspace, marked as simulated, and everything that its journeys refer to."""
    table = read("workspace")
    workspace = Workspace.objects.create(name=table["name"], slug=slug, simulated=True)
    channels = [Channel(workspace=workspace, name=name) for name in table["channels"]]
    segments = [Segment(workspace=workspace, name=name) for name in table["segments"]]
    teams = [
        Team(workspace=workspace, slug=slugify(each["name"]), **each) for each in table["teams"]
    ]
    sources = [Source(workspace=workspace, **each) for each in table["sources"]]
    library = Libraries(
        workspace=workspace,
        people=_people(workspace, table["people"]),
        channels={row.name: row for row in Channel.objects.bulk_create(channels)},
        segments={row.name: row for row in Segment.objects.bulk_create(segments)},
        teams={row.name: row for row in Team.objects.bulk_create(teams)},
        sources={row.name: row for row in Source.objects.bulk_create(sources)},
        personas={},
    )
    for each in table["personas"]:
        library.personas[each["slug"]] = _persona(library, each)
    return library


def _people(workspace: Workspace, tables: list[dict[str, str]]) -> dict[str, User]:
    """Create who rates and owns: inactive, without a password, at an address without mail."""
    people: dict[str, User] = {}
    for each in tables:
        email = f"{each['key']}@demo.invalid"
        person = User.objects.filter(email=email).first()
        people[each["key"]] = person or User.objects.create_user(
            email, name=each["name"], is_active=False
        )
    Membership.objects.bulk_create(
        Membership(workspace=workspace, user=people[each["key"]], role=Role(each["role"]))
        for each in tables
    )
    return people


def _persona(library: Libraries, table: dict[str, Any]) -> Persona:
    channels = [library.channels[name] for name in table.pop("channels")]
    traits, portrait = table.pop("traits"), table.pop("portrait", None)
    for key in ("goals", "needs", "pain_points"):
        table[key] = "\n".join(table.get(key, ()))
    segment = library.segments[table.pop("segment")] if "segment" in table else None
    persona = Persona(workspace=library.workspace, segment=segment, **table)
    if portrait:
        picture = ContentFile(draw(Portrait(**portrait)))
        persona.photo.save(f"demo-{persona.slug}.png", picture, save=False)
    persona.save()
    persona.preferred_channels.set(channels)
    PersonaTrait.objects.bulk_create(
        PersonaTrait(persona=persona, position=position, **trait)
        for position, trait in enumerate(traits)
    )
    return persona
