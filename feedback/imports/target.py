"""What an import goes to: the journey with its touchpoints, the source, the names of slices."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from feedback.imports.building import build_journey
from feedback.imports.mappings.mapping import Mapping
from feedback.imports.names import Names
from feedback.imports.places import Places
from feedback.imports.problems import BadMapping
from feedback.models import Source
from journeys.models import Channel, Journey, Segment, Workspace


@dataclass(frozen=True, slots=True)
class Target:
    """Everything in the database that an import must know; `built` if the journey is new."""

    workspace: Workspace
    journey: Journey
    built: bool
    source: Source
    places: Places
    segments: Names[Segment]
    channels: Names[Channel]


def prepare_target(workspace: Workspace, slug: str, mapping: Mapping, *, keep: bool) -> Target:
    """Find journey and source, making what is missing; unless `keep`, all of it is taken back.

    What is found then serves to check a file: its ids are those of nobody. Raises BadMapping.
    """
    with transaction.atomic():
        # Two who build the same journey follow each other.
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        journey = Journey.objects.filter(workspace=workspace, slug=slug).first()
        built = journey is None
        if journey is None:
            journey = _built(workspace, slug, mapping)
        target = Target(
            workspace=workspace,
            journey=journey,
            built=built,
            source=_source(workspace, mapping),
            places=Places.of(journey),
            segments=Names(Segment, workspace),
            channels=Names(Channel, workspace),
        )
        transaction.set_rollback(not keep)
    return target


def _built(workspace: Workspace, slug: str, mapping: Mapping) -> Journey:
    try:
        validate_slug(slug)
    except ValidationError:
        raise BadMapping(
            f'"{slug}" cannot stand in the address of a journey; use letters, digits and hyphens.'
        ) from None
    return build_journey(workspace, slug, mapping)


def _source(workspace: Workspace, mapping: Mapping) -> Source:
    sources = Source.objects.filter(workspace=workspace, name=mapping.source)
    source = sources.select_related("survey").first()
    if source is not None and hasattr(source, "survey"):
        raise BadMapping(
            f'source.name: "{source.name}" is a survey of this site, which takes answers itself.'
        )
    if source is None:
        source = Source(workspace=workspace, name=mapping.source, kind=mapping.source_kind)
        try:
            source.clean_fields()
        except ValidationError as error:
            raise BadMapping(f"source.name: {' '.join(error.messages)}") from None
        source.save()
    elif source.kind != mapping.source_kind:
        raise BadMapping(
            f'source.kind: in this workspace "{source.name}" is of the kind "{source.kind}", '
            f'not "{mapping.source_kind}".'
        )
    return source
