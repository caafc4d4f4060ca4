"""Copies of a journey: what comes along, what stays, what is linked to what."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from feedback.models import FeedbackRecord
from journeys.editing.parts import parts
from journeys.models import Card, Change, EmotionAssessment, Journey, LaneKind, Role, Stage
from journeys.starting.content import content_of
from journeys.starting.duplicating import duplicate
from tests.factories import (
    NOON,
    make_card,
    make_handoff,
    make_journey,
    make_lane,
    make_member,
    make_persona,
    make_record,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/w/air/journeys/trip/duplicate/"


@pytest.fixture
def journey():
    workspace = make_workspace(slug="air")
    found = make_journey(workspace, title="Trip", slug="trip", goal="Arrive")
    found.personas.add(make_persona(workspace))
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.DOING, LaneKind.HANDOFFS, LaneKind.FEELING):
        make_lane(found, kind=kind)
    ends = []
    for title in ("Book", "Fly"):
        step = make_step(make_stage(found, title=title), title=f"{title} it")
        make_card(found.lanes.get(kind="doing"), step, text=f"Does {title}")
        ends.append(make_touchpoint(step, title=f"Desk {title}"))
        EmotionAssessment.objects.create(
            step=step, rater=make_user(), score=-1, assessed_on=NOON.date()
        )
    make_handoff(*ends, what_moves="Bag", agreed_wait_minutes=10)
    make_record(ends[0])
    return found


@pytest.fixture
def editor(client, journey):
    user = make_member(journey.workspace)
    client.force_login(user)
    return user


def rows(journey):
    """Return every part's current rows of a journey, by the part's name."""
    return {
        name: list(part.current(journey.pk))
        for name, part in parts().items()
        if part.model is not Journey
    }


@pytest.mark.parametrize("state", ["current", "future"])
def test_everything_on_the_map_comes_along(client, journey, editor, state):
    response = client.post(ADDRESS, {"title": "Trip again", "state": state})
    copy = Journey.objects.get(title="Trip again")
    assert response.url == copy.get_absolute_url()
    assert (copy.owner, copy.goal, copy.state) == (editor, "Arrive", state)
    assert list(copy.personas.all()) == list(journey.personas.all())
    assert content_of(copy) == content_of(journey)
    originals, copied = rows(journey), rows(copy)
    for name, found in copied.items():
        left_out = state == "future" and name == "feeling"
        assert [row.copy_of for row in found] == ([] if left_out else originals[name])
    handoff = copied["handoff"][0]
    assert (handoff.what_moves, handoff.agreed_wait_minutes) == ("Bag", 10)
    assert handoff.from_touchpoint == copied["touchpoint"][0]
    assert copy.compares_with == (journey if state == "future" else None)


def test_feedback_stays_and_the_page_says_so(client, journey, editor):
    assert "Feedback stays with this journey" in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {"title": "Again", "state": "future"})
    answers = FeedbackRecord.objects.values_list("touchpoint__step__stage__journey", flat=True)
    assert list(answers) == [journey.pk]


def test_the_original_is_left_as_it_was_and_the_copy_has_no_log(journey, editor):
    before = json.dumps(content_of(journey), cls=DjangoJSONEncoder)
    revision = journey.revision
    copy = duplicate(journey, title="Again", state="future", by=editor)
    journey.refresh_from_db()
    assert json.dumps(content_of(journey), cls=DjangoJSONEncoder) == before
    assert (journey.revision, copy.revision) == (revision, 1)
    assert not Change.objects.exists()


def test_what_is_off_the_map_stays_behind(journey, editor):
    Stage.objects.filter(title="Fly").update(removed_at=NOON)
    copy = duplicate(journey, title="Again", state="current", by=editor)
    assert [stage.title for stage in Stage.objects.filter(journey=copy)] == ["Book"]
    assert Card.objects.filter(lane__journey=copy).count() == 1
    assert rows(copy)["handoff"] == []


def test_a_title_is_offered_for_each_state(client, journey, editor):
    assert 'value="Trip, future state"' in client.get(ADDRESS).content.decode()
    assert 'value="Trip, copy"' in client.get(f"{ADDRESS}?state=current").content.decode()


@pytest.mark.parametrize("values", [{"title": ""}, {"title": "x", "state": "past"}])
def test_a_copy_needs_a_title_and_a_state(client, journey, editor, values):
    assert client.post(ADDRESS, values).status_code == 422
    assert Journey.objects.count() == 1


def test_strangers_and_viewers_keep_out(client, journey):
    for user, status in ((make_user(), 404), (make_member(journey.workspace, Role.VIEWER), 403)):
        client.force_login(user)
        assert client.get(ADDRESS).status_code == status
        assert client.post(ADDRESS, {"title": "x", "state": "current"}).status_code == status
    assert Journey.objects.count() == 1
