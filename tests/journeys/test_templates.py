"""Templates: those that come along, and those that a workspace keeps for itself."""

import pytest

from journeys.maps.build import lane_keys
from journeys.models import Card, Journey, JourneyTemplate, Lane, LaneKind, Line, Role, Stage, Step
from journeys.starting.content import content_of
from journeys.starting.creating import create_journey
from journeys.starting.library import built_in
from tests.factories import (
    make_card,
    make_channel,
    make_journey,
    make_lane,
    make_member,
    make_persona,
    make_record,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_user,
    make_workspace,
)
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    workspace = make_workspace(slug="air")
    found = make_journey(workspace, title="Trip", slug="trip", goal="Arrive")
    pains = make_lane(found, kind=LaneKind.PAIN_POINTS, title="Hurts", line_below=Line.VISIBILITY)
    make_lane(found, kind=LaneKind.TOUCHPOINTS)
    notes, more_notes = (make_lane(found, kind=LaneKind.FREE_TEXT) for _ in range(2))
    step = make_step(make_stage(found, title="Fly", goal="Sit well"), title="Board")
    make_card(pains, step, text="Queue", severity=3)
    make_card(notes, step, text="First")
    make_card(more_notes, step, text="Second", persona=make_persona(workspace, slug="maya"))
    desk = make_touchpoint(
        step,
        title="Gate",
        channel=make_channel(workspace, name="Counter"),
        team=make_team(workspace, slug="ground"),
        moment_that_matters=True,
    )
    make_record(desk)
    return found


@pytest.fixture
def editor(client, journey):
    user = make_member(journey.workspace)
    client.force_login(user)
    return user


def kept(journey, by, title="Ours"):
    return JourneyTemplate.objects.create(
        workspace=journey.workspace, title=title, content=content_of(journey), by=by
    )


def test_eight_come_along():
    assert list(built_in()) == [
        "b2b-onboarding", "ecommerce-purchase", "support-case", "subscription-renewal",
        "patient-visit", "citizen-service", "service-blueprint", "blank",
    ]  # fmt: skip


@pytest.mark.parametrize("key", built_in())
def test_each_makes_a_whole_map(key):
    content = built_in()[key].content
    workspace = make_workspace()
    journey = create_journey(workspace, title="T", by=make_member(workspace), content=content)
    lanes = list(Lane.objects.filter(journey=journey))
    assert len(lanes) >= 9
    assert Stage.objects.filter(journey=journey).count() == len(content["stages"])
    assert all(stage["goal"] for stage in content["stages"])
    assert content_of(journey)["stages"] == [
        {"title": stage["title"], "goal": stage["goal"], "steps": [
            {"title": step["title"], "cards": dict(step.get("cards", {}))}
            for step in stage["steps"]
        ]}
        for stage in content["stages"]
    ]  # fmt: skip
    keys = set(lane_keys(lanes).values())
    used = {key for stage in content["stages"] for step in stage["steps"] for key in step["cards"]}
    assert used <= keys
    assert all(LaneKind(key.split(".")[0]).holds_cards for key in used)
    assert all(
        text.rstrip("”").endswith(("?", "."))
        for text in Card.objects.values_list("text", flat=True)
    )


def test_the_blueprint_has_its_three_lines_and_both_sides():
    lanes = built_in()["service-blueprint"].content["lanes"]
    assert [lane["line_below"] for lane in lanes if lane.get("line_below")] == [
        Line.INTERACTION, Line.VISIBILITY, Line.INTERNAL,
    ]  # fmt: skip
    kinds = {lane["kind"] for lane in lanes}
    assert kinds >= {"frontstage", "backstage", "systems", "physical_evidence", "doing"}


def test_a_template_that_was_kept_makes_the_same_map_without_feedback(client, journey, editor):
    response = client.post(
        "/w/air/journeys/trip/template/", {"title": "Ours", "summary": "For flights"}
    )
    assert response.url == "/w/air/journeys/new/"
    template = JourneyTemplate.objects.get()
    assert (template.by, template.summary) == (editor, "For flights")
    client.post(
        "/w/air/journeys/new/",
        {"title": "Train", "state": "current", "start": f"own-{template.pk}"},
    )
    made = Journey.objects.get(title="Train")
    assert content_of(made) == content_of(journey)
    desk = Touchpoint.objects.get(step__stage__journey=made)
    assert (desk.title, desk.channel.name, desk.team.slug) == ("Gate", "Counter", "ground")
    assert desk.moment_that_matters
    assert not desk.feedback_records.exists()
    assert set(Card.objects.filter(lane__journey=made).values_list("created_by", flat=True)) == {
        editor.pk
    }


def test_what_the_workspace_has_no_more_is_left_out(journey, editor):
    content = content_of(journey)
    other = make_workspace()
    made = create_journey(other, title="T", by=make_member(other), content=content)
    assert not Touchpoint.objects.filter(step__stage__journey=made).exists()
    assert set(Card.objects.filter(lane__journey=made).values_list("persona", flat=True)) == {None}


def test_what_is_off_the_map_is_not_kept(journey, editor):
    Step.objects.filter(title="Board").update(removed_at="2026-01-01T00:00Z")
    content = content_of(journey)
    assert content["stages"] == [{"title": "Fly", "goal": "Sit well", "steps": []}]


def test_own_templates_stand_first(client, journey, editor):
    kept(journey, editor)
    html = client.get("/w/air/journeys/new/").content.decode()
    assert html.index("Ours") < html.index("B2B onboarding")


def test_a_title_is_taken_once(client, journey, editor):
    kept(journey, editor)
    response = client.post("/w/air/journeys/trip/template/", {"title": "Ours"})
    assert response.status_code == 422
    assert "There is a template “Ours” already" in response.content.decode()


@pytest.mark.parametrize("role", Role)
def test_only_who_made_it_and_admins_delete_one(client, journey, role):
    maker = make_member(journey.workspace)
    template = kept(journey, maker)
    client.force_login(make_member(journey.workspace, role))
    offered = client.get("/w/air/journeys/new/")
    if role.edits:
        assert ("Delete it for everybody" in offered.content.decode()) is role.administers
    response = client.post(f"/w/air/templates/{template.pk}/delete/")
    assert response.status_code == (302 if role.administers else 403)
    assert JourneyTemplate.objects.exists() is not role.administers


def test_who_made_it_deletes_it(client, journey, editor):
    client.post(f"/w/air/templates/{kept(journey, editor).pk}/delete/")
    assert not JourneyTemplate.objects.exists()


def test_strangers_and_viewers_keep_out(client, journey):
    template = kept(journey, None)
    for user, status in ((make_user(), 404), (make_member(journey.workspace, Role.VIEWER), 403)):
        client.force_login(user)
        assert client.get("/w/air/journeys/trip/template/").status_code == status
        assert client.post("/w/air/journeys/trip/template/", {"title": "x"}).status_code == status
        assert client.post(f"/w/air/templates/{template.pk}/delete/").status_code == status
