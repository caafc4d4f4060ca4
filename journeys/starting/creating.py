"""A new journey, from texts: in one transaction, so that half a map is never left behind."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify

from journeys.models import Journey, JourneyState, Persona, User, Workspace
from journeys.starting.content import Content, write_content

# Addresses below the list of journeys that are pages of their own.
RESERVED = {"new"}
LONGEST_SLUG = 160


@transaction.atomic
def create_journey(
    workspace: Workspace,
    *,
    title: str,
    by: User,
    goal: str = "",
    state: str = JourneyState.CURRENT,
    personas: Iterable[Persona] = (),
    content: Content | None = None,
) -> Journey:
    """Make a journey owned by who makes it, with a map of these texts if there are any."""
    journey = begin_journey(workspace, title=title, goal=goal, state=state, owner=by)
    journey.personas.set(personas)
    if content is not None:
        write_content(journey, content, by=by)
    return journey


def begin_journey(
    workspace: Workspace, *, title: str, goal: str, state: str, owner: User | None
) -> Journey:
    """Make an empty journey with an address of its own, made from its title.

    Runs in the transaction of whoever calls it. Two people cannot be given the same address: they
    wait for one another at the workspace.
    """
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    return Journey.objects.create(
        workspace=workspace,
        title=title,
        slug=free_slug(workspace, title),
        goal=goal,
        state=state,
        owner=owner,
    )


def free_slug(workspace: Workspace, title: str) -> str:
    """Return an address for a title that no journey of the workspace has: "trip", "trip-2"."""
    base = slugify(title)[: LONGEST_SLUG - 5].strip("-") or "journey"
    taken = RESERVED | set(
        Journey.objects.filter(workspace=workspace, slug__startswith=base).values_list(
            "slug", flat=True
        )
    )
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
