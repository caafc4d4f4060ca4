"""What the people of benchmarks/load.py click on: the demo, and journeys of 150 cards."""

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from journeys.maps import MapFilters, Period, build_map
from journeys.models import Card, Journey, LaneKind, Membership, Role, Step, User, Workspace
from tests import factories as make
from touchpoints.models import Touchpoint

JOURNEYS = 15


def prepare(people: int) -> dict[str, Any]:
    """Make the journeys and the people; return addresses, ids, sessions and a token."""
    workspace = Workspace.objects.get(slug="demo")
    for number in range(JOURNEYS):
        journey = make.make_journey(workspace, slug=f"load-{number}")
        kinds = [kind for kind in LaneKind if kind.holds_cards][:5]
        lanes = [make.make_lane(journey, kind=kind) for kind in kinds]
        make.make_lane(journey, kind=LaneKind.TOUCHPOINTS)
        steps = [make.make_step(make.make_stage(journey)) for _ in range(6) for _ in range(5)]
        for step in steps:
            for lane in lanes:
                make.make_card(lane, step)
        for step in steps[::3]:
            make.make_touchpoint(step)
    sessions, users = [], []
    for number in range(people):
        user = User.objects.create(email=f"load-{number}@example.com", name=f"Person {number}")
        Membership.objects.create(workspace=workspace, user=user, role=Role.EDITOR)
        client = Client()
        client.force_login(user)
        sessions.append(client.cookies["sessionid"].value)
        users.append(user)
    found = {
        "journeys": [_described(each) for each in Journey.objects.filter(workspace=workspace)],
        "touchpoints": list(
            Touchpoint.objects.filter(step__stage__journey__workspace=workspace).values_list(
                "pk", flat=True
            )
        ),
        "sessions": sessions,
        "token": make.make_api_token(users[0], workspace),
    }
    connection.close()
    return found


def _described(journey: Journey) -> dict[str, Any]:
    cards = Card.objects.current().filter(lane__journey=journey)
    steps = Step.objects.current().filter(stage__journey=journey)
    return {
        "path": f"/w/{journey.workspace.slug}/journeys/{journey.slug}/",
        "lanes": sorted(set(cards.values_list("lane", flat=True))),
        "steps": list(steps.values_list("pk", flat=True)),
        "cards": list(cards.values_list("pk", flat=True)),
    }


def figures() -> None:
    """Print for every map its address and, as one line, all that it shows."""
    for journey in Journey.objects.order_by("pk"):
        filters = MapFilters(period=Period.until(timezone.localdate(), "all"))
        # Without the places in memory of what has no words of its own.
        shown = re.sub(r" at 0x[0-9a-f]+", "", repr(build_map(journey, filters=filters)))
        print(journey.get_absolute_url(), shown)
