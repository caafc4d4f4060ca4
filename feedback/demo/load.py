"""Builds the demo workspace, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction

from feedback.alerting.watching import watch_workspace
from feedback.demo.cases import create_cases
from feedback.demo.content import read_map
from feedback.demo.evidence import create_evidence
from feedback.demo.libraries import create_libraries
from feedback.demo.maps import create_map
from feedback.demo.opportunities import create_opportunities
from feedback.demo.outcomes import create_outcomes
from feedback.demo.themes import create_themes
from feedback.demo.voices import read_voice
from feedback.models import FeedbackRecord, Observation, Survey, Webhook
from journeys.models import Membership, Workspace
from journeys.planner import refresh_statistics
from touchpoints.models import Handoff, Touchpoint

SLUG = "demo"
# With this one the planned changes of the last quarter stand out, and hardly anything else does.
SEED = 43

# In this order, because a future state refers to its current one. True: it has answers.
JOURNEYS = {
    "b2b_software": True,
    "b2b_software_future": False,
    "business_trip": True,
    "delayed_baggage": True,
    "group_booking": False,
}
# The one with opportunities.
ACTED_ON = "b2b_software"

# Whose unhappy customers get an answer.
LOOPED = "b2b_software"


class SlugTaken(Exception):
    """A workspace of real data stands where the demo would go."""


@dataclass(frozen=True)
class Loaded:
    """The demo workspace, and whether this call built it."""

    workspace: Workspace
    created: bool
    journeys: int = 0
    touchpoints: int = 0
    answers: int = 0


@transaction.atomic
def load_demo(*, today: date, fresh: bool = False, seed: int = SEED) -> Loaded:
    """Build the demo workspace with a year of evidence up to the day before `today`.

    One that is there already stays as it is; with `fresh` it is replaced, with whatever was done
    in it, and keeps only its members. Raises SlugTaken, and changes nothing, when a workspace
    that is not simulated has the demo's address.
    """
    workspace = Workspace.objects.filter(slug=SLUG).first()
    members: list[Membership] = []
    if workspace:
        if not workspace.simulated:
            raise SlugTaken(f"The workspace “{workspace}” at /{SLUG}/ is not the demo.")
        if not fresh:
            return Loaded(workspace, created=False)
        members = list(workspace.memberships.all())
        _delete(workspace)
    library = create_libraries(slug=SLUG)
    _readmit(members, library.workspace)
    answers = points = 0
    looped: dict[str, Touchpoint] = {}
    for name, has_voice in JOURNEYS.items():
        text = read_map(name)
        touchpoints = create_map(text, library, today=today, seed=seed)
        points += len(touchpoints)
        if name == LOOPED and has_voice:
            looped = touchpoints
        if has_voice:
            answers += create_evidence(
                read_voice(name), text.slug, touchpoints, library, today=today, seed=seed
            )
        if name == ACTED_ON:
            create_opportunities(name, text.slug, touchpoints, library, today=today)
    create_outcomes(library, today=today, seed=seed)
    if looped:
        create_cases(library, looped, today=today, seed=seed)
    create_themes(library.workspace)
    refresh_statistics(apps.get_models())
    watch_workspace(library.workspace, datetime.combine(today, time(12), UTC), tells=False)
    return Loaded(library.workspace, True, len(JOURNEYS), points, answers)


def _delete(workspace: Workspace) -> None:
    """Delete from the answers down, because nothing may be deleted under them."""
    path = "step__stage__journey__workspace"
    names = list(workspace.personas.exclude(photo="").values_list("photo", flat=True))
    FeedbackRecord.objects.filter(**{f"touchpoint__{path}": workspace}).delete()
    Observation.objects.filter(**{f"touchpoint__{path}": workspace}).delete()
    Survey.objects.filter(source__workspace=workspace).delete()
    Webhook.objects.filter(source__workspace=workspace).delete()
    Handoff.objects.filter(**{f"from_touchpoint__{path}": workspace}).delete()
    Touchpoint.objects.filter(**{path: workspace}).delete()
    workspace.delete()
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))


def _readmit(members: Iterable[Membership], workspace: Workspace) -> None:
    known = set(workspace.memberships.values_list("user", flat=True))
    Membership.objects.bulk_create(
        Membership(workspace=workspace, user_id=member.user_id, role=member.role)
        for member in members
        if member.user_id not in known
    )
