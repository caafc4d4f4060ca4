"""Journeys, stages, steps, lanes, libraries and assessments in the admin."""

from typing import Any

import pytest
from django.test import Client

from journeys.models import (
    EmotionAssessment,
    Journey,
    LaneKind,
    Role,
    Stage,
    Step,
    Workspace,
)
from tests.factories import (
    make_channel,
    make_emotion_assessment,
    make_journey,
    make_lane,
    make_member,
    make_persona,
    make_record,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
    make_workspace,
)
from tests.journeys.admin_pages import address, errors, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def owner_client(client: Client, workspace: Workspace) -> Client:
    client.force_login(make_member(workspace, Role.OWNER))
    return client


@pytest.fixture
def journey(workspace: Workspace) -> Journey:
    return make_journey(workspace)


def revision(journey: Journey) -> int:
    journey.refresh_from_db()
    return journey.revision


def test_a_journey_is_added_with_stages_and_lanes(
    owner_client: Client, workspace: Workspace
) -> None:
    maya = make_persona(workspace)
    response = save(
        owner_client,
        address(Journey, "add"),
        workspace=workspace.pk,
        title="Business trip",
        slug="business-trip",
        personas=[maya.pk],
        **{"stages-TOTAL_FORMS": 2, "stages-0-title": "Book", "stages-1-title": "Fly"},
        **{"lanes-TOTAL_FORMS": 1, "lanes-0-kind": "doing"},
    )
    assert response.status_code == 302
    journey = Journey.objects.get(slug="business-trip")
    assert list(journey.stages.values_list("title", "position")) == [("Book", 0), ("Fly", 1)]
    assert list(journey.lanes.values_list("kind", "position")) == [("doing", 0)]
    assert list(journey.personas.all()) == [maya]


def test_one_save_raises_the_revision_once_whatever_it_changes(
    owner_client: Client, journey: Journey
) -> None:
    make_stage(journey, title="Book")
    changes = {"title": "New title", "stages-0-title": "Buy"}
    assert save(owner_client, address(journey), **changes).status_code == 302
    assert revision(journey) == 1
    save(owner_client, address(journey))
    assert revision(journey) == 1, "nothing was changed"


def test_a_revision_that_was_raised_meanwhile_is_kept(
    owner_client: Client, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form was opened at revision 0; before it is saved, somebody moves a card ten times."""
    save_before = Journey.save

    def save_late(self: Journey, *args: Any, **kwargs: Any) -> None:
        Journey.objects.filter(pk=self.pk).update(revision=10)
        save_before(self, *args, **kwargs)

    monkeypatch.setattr(Journey, "save", save_late)
    save(owner_client, address(journey), title="New title")
    assert revision(journey) == 11


def test_stages_change_places_in_one_save(owner_client: Client, journey: Journey) -> None:
    for title in ("A", "B", "C"):
        make_stage(journey, title=title)
    moves = {"stages-0-position": 2, "stages-1-position": 0, "stages-2-position": 1}
    assert save(owner_client, address(journey), **moves).status_code == 302
    assert list(journey.stages.values_list("title", flat=True)) == ["B", "C", "A"]


def test_a_stage_takes_the_place_of_one_that_goes(owner_client: Client, journey: Journey) -> None:
    for title in ("A", "B"):
        make_stage(journey, title=title)
    changes = {"stages-0-position": 1, "stages-1-DELETE": "on"}
    assert save(owner_client, address(journey), **changes).status_code == 302
    assert list(journey.stages.values_list("title", "position")) == [("A", 1)]


def test_two_stages_cannot_share_a_place(owner_client: Client, journey: Journey) -> None:
    for title in ("A", "B"):
        make_stage(journey, title=title)
    said = errors(save(owner_client, address(journey), **{"stages-1-position": 0}))
    assert "duplicate" in said


def test_a_stage_with_answers_cannot_be_deleted(owner_client: Client, journey: Journey) -> None:
    stage = make_stage(journey)
    make_record(make_touchpoint(make_step(stage)))
    said = errors(save(owner_client, address(journey), **{"stages-0-DELETE": "on"}))
    assert "cannot be deleted while there are: feedback record “Touchpoint" in said
    assert Stage.objects.filter(pk=stage.pk).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lanes-1-kind": "feeling"}, "a map has only one lane of this kind"),
        ({"lanes-1-line_below": "visibility"}, "a map has only one such line"),
    ],
)
def test_a_map_has_a_computed_lane_and_a_line_once(
    owner_client: Client, journey: Journey, change: dict[str, str], said: str
) -> None:
    make_lane(journey, kind=LaneKind.FEELING, line_below="visibility")
    make_lane(journey, kind=LaneKind.DOING)
    assert said in errors(save(owner_client, address(journey), **change))


def test_the_owner_of_a_journey_is_a_member(
    owner_client: Client, journey: Journey, workspace: Workspace
) -> None:
    outsider, member = make_user(), make_member(workspace)
    said = errors(save(owner_client, address(journey), owner=outsider.pk))
    assert "not one of the available choices" in said
    assert save(owner_client, address(journey), owner=member.pk).status_code == 302


def test_an_owner_who_left_does_not_block_the_form(
    owner_client: Client, journey: Journey, workspace: Workspace
) -> None:
    gone = make_user()
    Journey.objects.filter(pk=journey.pk).update(owner=gone)
    assert save(owner_client, address(journey), title="New title").status_code == 302
    journey.refresh_from_db()
    assert (journey.title, journey.owner) == ("New title", gone)


def test_deleting_a_journey(owner_client: Client, journey: Journey) -> None:
    make_stage(journey)
    assert owner_client.post(address(journey, "delete"), {"post": "yes"}).status_code == 302
    assert not Journey.objects.exists()


def test_what_forbids_a_deletion_is_counted_and_not_listed(
    owner_client: Client, journey: Journey, django_assert_max_num_queries: Any
) -> None:
    touchpoint = make_touchpoint(make_step(make_stage(journey)))
    make_record(touchpoint)
    owner_client.get(address(journey, "delete"))
    with django_assert_max_num_queries(40) as few:
        owner_client.get(address(journey, "delete"))
    source = make_source(journey.workspace)
    for _ in range(20):
        make_record(touchpoint, source=source)
    with django_assert_max_num_queries(len(few) + 1):  # one more, to count the rest
        html = owner_client.get(address(journey, "delete")).content.decode()
    assert "and 16 more feedback records" in html
    assert html.count("feedback record “") == 5
    owner_client.post(address(journey, "delete"), {"post": "yes"})
    journey.refresh_from_db()


def test_what_goes_along_is_counted(owner_client: Client, journey: Journey) -> None:
    stage = make_stage(journey)
    for _ in range(3):
        make_touchpoint(make_step(stage))
    html = owner_client.get(address(journey, "delete")).content.decode()
    for line in ("Stages: 1", "Steps: 3", "Touchpoints: 3"):
        assert line in html


def test_an_overdue_review_is_said_in_words(owner_client: Client, workspace: Workspace) -> None:
    make_journey(workspace, review_by="2020-01-31")
    html = owner_client.get(address(Journey, "changelist")).content.decode()
    assert "2020-01-31 overdue" in html


# --- steps ------------------------------------------------------------------------------------


def test_steps_are_kept_below_their_stage(owner_client: Client, journey: Journey) -> None:
    stage = make_stage(journey)
    row = {"steps-TOTAL_FORMS": 1, "steps-0-title": "Check-in"}
    assert save(owner_client, address(stage), **row).status_code == 302
    assert Step.objects.get(stage=stage).title == "Check-in"
    assert revision(journey) == 1


def test_moving_a_step_to_another_map_raises_both_revisions(
    owner_client: Client, workspace: Workspace, journey: Journey
) -> None:
    step = make_step(make_stage(journey))
    target = make_stage(make_journey(workspace))
    assert save(owner_client, address(step), stage=target.pk).status_code == 302
    assert (revision(journey), revision(target.journey)) == (1, 1)


def test_a_step_cannot_leave_its_workspace(client: Client, workspace: Workspace) -> None:
    other = make_workspace()
    user = make_member(workspace, Role.OWNER)
    user.memberships.create(workspace=other, role=Role.OWNER)
    client.force_login(user)
    step = make_step(make_stage(make_journey(workspace)))
    target = make_stage(make_journey(other))
    said = errors(save(client, address(step), stage=target.pk))
    assert "not one of the available choices" in said


def test_stages_and_steps_are_not_on_the_front_page(owner_client: Client) -> None:
    html = owner_client.get("/admin/").content.decode()
    assert "/admin/journeys/persona/" in html
    assert "/admin/journeys/stage/" not in html
    assert "/admin/journeys/step/" not in html


# --- assessments and libraries ------------------------------------------------------------------


def test_an_assessment_is_of_one_workspace(client: Client, workspace: Workspace) -> None:
    other = make_workspace()
    user = make_member(workspace, Role.OWNER)
    user.memberships.create(workspace=other, role=Role.OWNER)
    client.force_login(user)
    journey = make_journey(workspace)
    step, persona = make_step(make_stage(journey)), make_persona(other)
    values = {"step": step.pk, "score": 2, "assessed_on": "2026-03-10"}
    page = address(EmotionAssessment, "add")
    assert "is not part of" in errors(save(client, page, **values, persona=persona.pk))
    assert save(client, page, **values, rater=user.pk).status_code == 302
    assert revision(journey) == 1


def test_deleting_assessments_from_the_list_raises_the_revisions(
    owner_client: Client, workspace: Workspace, journey: Journey
) -> None:
    step = make_step(make_stage(journey))
    chosen = [make_emotion_assessment(step, rater=make_user()).pk for _ in range(2)]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    owner_client.post(address(EmotionAssessment, "changelist"), data)
    assert not EmotionAssessment.objects.exists()
    assert revision(journey) == 1


@pytest.mark.parametrize("make", [make_channel, make_segment])
def test_renaming_a_library_entry_reaches_every_map_of_the_workspace(
    owner_client: Client, workspace: Workspace, journey: Journey, make: Any
) -> None:
    foreign = make_journey()
    entry = make(workspace)
    assert save(owner_client, address(entry), name="Renamed").status_code == 302
    assert (revision(journey), revision(foreign)) == (1, 0)


def test_a_channel_in_use_is_not_deleted(owner_client: Client, journey: Journey) -> None:
    touchpoint = make_touchpoint(make_step(make_stage(journey)))
    owner_client.post(address(touchpoint.channel, "delete"), {"post": "yes"})
    touchpoint.channel.refresh_from_db()


def test_the_least_number_of_answers_reaches_every_map(
    owner_client: Client, workspace: Workspace, journey: Journey
) -> None:
    assert save(owner_client, address(workspace), minimum_answers=3).status_code == 302
    assert revision(journey) == 1
