"""Teams, touchpoints and handoffs in the admin."""

from typing import Any

import pytest
from django.test import Client

from journeys.models import Journey, Role, Workspace
from tests.factories import (
    make_channel,
    make_handoff,
    make_journey,
    make_member,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_workspace,
)
from tests.journeys.admin_pages import address, errors, save
from touchpoints.models import Handoff, Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey() -> Journey:
    return make_journey()


@pytest.fixture
def owner_client(client: Client, journey: Journey) -> Client:
    client.force_login(make_member(journey.workspace, Role.OWNER))
    return client


def touchpoint_on(journey: Journey, **values: Any) -> Touchpoint:
    return make_touchpoint(make_step(make_stage(journey)), **values)


def revision(journey: Journey) -> int:
    journey.refresh_from_db()
    return journey.revision


def test_a_touchpoint_is_added_and_raises_the_revision(
    owner_client: Client, journey: Journey
) -> None:
    step, channel = make_step(make_stage(journey)), make_channel(journey.workspace)
    values = {"step": step.pk, "channel": channel.pk, "title": "Check-in"}
    assert save(owner_client, address(Touchpoint, "add"), **values).status_code == 302
    assert Touchpoint.objects.get().title == "Check-in"
    assert revision(journey) == 1


def test_a_touchpoint_moved_to_another_map_raises_both_revisions(
    owner_client: Client, journey: Journey
) -> None:
    touchpoint = touchpoint_on(journey)
    target = make_step(make_stage(make_journey(journey.workspace)))
    assert save(owner_client, address(touchpoint), step=target.pk).status_code == 302
    assert (revision(journey), revision(target.stage.journey)) == (1, 1)


def test_a_touchpoint_is_of_one_workspace(client: Client, journey: Journey) -> None:
    other = make_workspace(name="Other")
    user = make_member(journey.workspace, Role.OWNER)
    user.memberships.create(workspace=other, role=Role.OWNER)
    client.force_login(user)
    step, channel = make_step(make_stage(journey)), make_channel(other, name="Fax")
    values = {"step": step.pk, "channel": channel.pk, "title": "Check-in"}
    said = errors(save(client, address(Touchpoint, "add"), **values))
    assert f"“Fax” is not part of {journey.workspace}" in said


def test_suggestions_say_where_a_touchpoint_stands(client: Client, journey: Journey) -> None:
    """Several maps may have a "Check-in"; who has several workspaces reads which."""
    user = make_member(journey.workspace, Role.OWNER)
    client.force_login(user)
    stage = make_stage(journey, title="Airport")
    make_touchpoint(make_step(stage, title="Kerb"), title="Check-in")
    source = {"app_label": "touchpoints", "model_name": "handoff", "field_name": "to_touchpoint"}
    found = client.get("/admin/autocomplete/", source | {"term": "check"}).json()["results"]
    assert [each["text"] for each in found] == [f"{journey} › Airport › Kerb › Check-in"]
    user.memberships.create(workspace=make_workspace(), role=Role.OWNER)
    found = client.get("/admin/autocomplete/", source | {"term": "check"}).json()["results"]
    assert found[0]["text"].endswith(f"› Check-in ({journey.workspace})")


def test_renaming_a_team_reaches_the_maps_on_which_it_stands(
    owner_client: Client, journey: Journey
) -> None:
    team = make_team(journey.workspace)
    touchpoint_on(journey, team=team)
    receiving = touchpoint_on(make_journey(journey.workspace), team=None)
    handoff = make_handoff(touchpoint_on(make_journey(journey.workspace)), receiving, to_team=team)
    without = make_journey(journey.workspace)
    assert save(owner_client, address(team), name="Renamed").status_code == 302
    ends = [end.step.stage.journey for end in (handoff.from_touchpoint, handoff.to_touchpoint)]
    assert [revision(each) for each in (journey, *ends, without)] == [1, 1, 1, 0]


def test_a_team_with_touchpoints_is_not_deleted(owner_client: Client, journey: Journey) -> None:
    touchpoint = touchpoint_on(journey)
    owner_client.post(address(touchpoint.team, "delete"), {"post": "yes"})
    touchpoint.team.refresh_from_db()


def handoff_values(journey: Journey) -> dict[str, Any]:
    first, second = touchpoint_on(journey), touchpoint_on(journey)
    return {
        "from_touchpoint": first.pk,
        "from_team": first.team.pk,
        "to_touchpoint": second.pk,
        "to_team": second.team.pk,
    }


def test_a_handoff_is_added(owner_client: Client, journey: Journey) -> None:
    values = handoff_values(journey)
    assert save(owner_client, address(Handoff, "add"), **values).status_code == 302
    assert revision(journey) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"released": 3, "accepted": 4}, "More than released (3)."),
        ({"released": 3, "returned": 4}, "More than released (3)."),
        ({"released": 9, "accepted": 3, "breached": 4}, "More than accepted (3)."),
        ({"explained_again": 4, "explained_again_asked": 3}, "More than explained again asked"),
        (
            {"observed_from": "2026-03-10", "observed_until": "2026-03-09"},
            "Before the first day.",
        ),
    ],
)
def test_counts_that_cannot_be_are_refused_in_words(
    owner_client: Client, journey: Journey, change: dict[str, Any], said: str
) -> None:
    page = address(Handoff, "add")
    assert said in errors(save(owner_client, page, **handoff_values(journey), **change))
    assert not Handoff.objects.exists()


@pytest.mark.parametrize("end", ["touchpoint", "team"])
def test_a_handoff_to_itself_is_refused(owner_client: Client, journey: Journey, end: str) -> None:
    values = handoff_values(journey)
    values[f"to_{end}"] = values[f"from_{end}"]
    said = errors(save(owner_client, address(Handoff, "add"), **values))
    assert f"Choose another {end}" in said


def test_a_handoff_between_workspaces_is_refused(client: Client, journey: Journey) -> None:
    other: Workspace = make_workspace()
    user = make_member(journey.workspace, Role.OWNER)
    user.memberships.create(workspace=other, role=Role.OWNER)
    client.force_login(user)
    away = touchpoint_on(make_journey(other))
    values = handoff_values(journey) | {"to_touchpoint": away.pk, "to_team": away.team.pk}
    assert "is not part of" in errors(save(client, address(Handoff, "add"), **values))
