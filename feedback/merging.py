"""Merging a touchpoint into another: all its feedback goes there, and nothing of it is lost."""

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import MD5, Cast, Concat, Length
from django.utils import timezone

from feedback.models import (
    FrictionAssessment,
    FrictionInput,
    Observation,
    Survey,
)
from feedback.recording.statements import lock_touchpoints
from journeys.models import Journey
from touchpoints.models import Handoff, Touchpoint

LONGEST_ID = 150
"""Characters of an id to which the mark of a merged touchpoint can still be added."""


class CannotMerge(Exception):
    """Two touchpoints cannot become one; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge moved, and how it settled what both touchpoints had."""

    records: int
    records_marked: int
    """Of the records: those whose response had answered the same at the other touchpoint too."""
    observations: int
    observations_marked: int
    friction_days: int
    friction_days_added: int
    """Of the days: those that both had counted, and that were added up."""
    assessments: int
    assessments_replaced: int
    """Of the votes: those of people who had voted on both; the later vote is kept."""
    surveys: int
    handoffs: int
    handoffs_left: int
    """Handoffs between the two, or that the other has too: they stay behind, off the map."""


@dataclass(frozen=True, slots=True)
class AtStake:
    """What a merge would move."""

    records: int
    observations: int
    friction_days: int
    assessments: int
    surveys: int
    handoffs: int


def at_stake(gone: Touchpoint) -> AtStake:
    """Count what hangs on a touchpoint."""
    return AtStake(
        records=gone.feedback_records.count(),
        observations=gone.observations.count(),
        friction_days=gone.friction_inputs.count(),
        assessments=gone.friction_assessments.count(),
        surveys=gone.surveys.count(),
        handoffs=_handoffs(gone).count(),
    )


@transaction.atomic
def merge_touchpoints(gone: Touchpoint, into: Touchpoint) -> Merged:
    """Move everything from one touchpoint to another, archive it, and note where it went.

    Both maps' revisions rise. Where one response answered the same question at both, both answers
    are kept: the moved one's id gets the mark "~", the number of the touchpoint it was given at
    and its own. Merged once more into the same, it sends along what arrived since. Raises
    CannotMerge for touchpoints that cannot become one.
    """
    journeys = Journey.objects.filter(stages__steps__touchpoints__in=[gone, into])
    with ExitStack() as stack:
        for journey in journeys.distinct().order_by("pk"):
            stack.enter_context(journey.changing())
        # An importer that holds counts of one, and needs those of the other, is let through first.
        lock_touchpoints([gone.pk, into.pk])
        gone.refresh_from_db()
        into.refresh_from_db()
        _refuse(gone, into)
        records = _move(gone.feedback_records.all(), gone, into, same=("source", "metric"))
        observations = _move(gone.observations.all(), gone, into, same=("source", "kind"))
        friction_days, added = _add_friction_days(gone, into)
        assessments, replaced = _move_assessments(gone, into)
        handoffs, left = _move_handoffs(gone, into)
        merged = Merged(
            *records,
            *observations,
            friction_days,
            added,
            assessments,
            replaced,
            surveys=Survey.objects.filter(touchpoint=gone).update(touchpoint=into),
            handoffs=handoffs,
            handoffs_left=left,
        )
        into.opportunities.add(*gone.opportunities.all())
        Touchpoint.objects.filter(merged_into=gone).update(merged_into=into)
        Touchpoint.objects.filter(pk=gone.pk).update(
            archived_at=gone.archived_at or timezone.now(), merged_into=into
        )
    gone.refresh_from_db()
    return merged


def _refuse(gone: Touchpoint, into: Touchpoint) -> None:
    if gone.pk == into.pk:
        raise CannotMerge("A touchpoint cannot be merged into itself.")
    if gone.step.stage.journey.workspace_id != into.step.stage.journey.workspace_id:
        raise CannotMerge(f"“{into}” is in another workspace.")
    if gone.merged_into not in (None, into):
        raise CannotMerge(f"“{gone}” was merged into “{gone.merged_into}” already.")
    if into.off_map_since is not None:
        raise CannotMerge(f"“{into}” is off the map: restore it first, or choose another.")


def _move(
    rows: "QuerySet[Any]", gone: Touchpoint, into: Touchpoint, *, same: tuple[str, str]
) -> tuple[int, int]:
    """Move records or observations; return how many, and how many had a twin and got a mark."""
    twins = rows.model._default_manager.filter(
        touchpoint=into,
        external_id=OuterRef("external_id"),
        **{name: OuterRef(name) for name in same},
    )
    mark = Concat(Value(f"~{gone.pk}-"), Cast("pk", CharField()))
    short = Case(
        When(Q(length__lte=LONGEST_ID), then=F("external_id")),
        default=MD5("external_id"),
        output_field=CharField(),
    )
    marked = (
        rows.exclude(external_id="")
        .filter(Exists(twins))
        .annotate(length=Length("external_id"))
        .update(external_id=Concat(short, mark), touchpoint=into)
    )
    return rows.update(touchpoint=into) + marked, marked


def _add_friction_days(gone: Touchpoint, into: Touchpoint) -> tuple[int, int]:
    there = {(day.kind, day.day): day for day in FrictionInput.objects.filter(touchpoint=into)}
    added = []
    for day in FrictionInput.objects.filter(touchpoint=gone):
        if known := there.get((day.kind, day.day)):
            known.hits += day.hits
            known.base += day.base
            added.append(known)
            day.delete()
    FrictionInput.objects.bulk_update(added, ["hits", "base"])
    moved = FrictionInput.objects.filter(touchpoint=gone).update(touchpoint=into)
    return moved + len(added), len(added)


def _move_assessments(gone: Touchpoint, into: Touchpoint) -> tuple[int, int]:
    there = {
        vote.rater_id: vote
        for vote in FrictionAssessment.objects.filter(touchpoint=into, rater__isnull=False)
    }
    replaced = 0
    votes = FrictionAssessment.objects.filter(touchpoint=gone)
    count = votes.count()
    for vote in votes:
        if known := there.get(vote.rater_id):
            earlier = vote if vote.assessed_on <= known.assessed_on else known
            earlier.delete()
            replaced += 1
    votes.update(touchpoint=into)
    return count, replaced


def _handoffs(touchpoint: Touchpoint) -> "QuerySet[Handoff]":
    return Handoff.objects.filter(Q(from_touchpoint=touchpoint) | Q(to_touchpoint=touchpoint))


def _move_handoffs(gone: Touchpoint, into: Touchpoint) -> tuple[int, int]:
    """Move handoffs; return how many, and how many had no place at the other touchpoint.

    One whose pair is handed over there already stays behind with its written counts, but what was
    observed and is asked about it goes on with the other.
    """
    moved = left = 0
    for handoff in _handoffs(gone):
        ends = {
            end: into if getattr(handoff, f"{end}_id") == gone.pk else getattr(handoff, end)
            for end in ("from_touchpoint", "to_touchpoint")
        }
        # Of those that were removed from the map, a pair may have any number.
        current = Handoff.objects.filter(removed_at__isnull=True)
        known = None if handoff.removed_at else current.filter(**ends).first()
        if known:
            Observation.objects.filter(handoff=handoff).update(handoff=known)
            Survey.objects.filter(handoff=handoff).update(handoff=known)
        if known or ends["from_touchpoint"] == ends["to_touchpoint"]:
            left += 1
            continue
        Handoff.objects.filter(pk=handoff.pk).update(**ends)
        moved += 1
    return moved, left
