"""Assessing how a step feels: by a form, or by the handle on the map."""

import pytest

from journeys.editing.reversing import redo, undo
from journeys.models import EmotionAssessment, LaneKind, Role
from tests.factories import (
    make_emotion_assessment,
    make_journey,
    make_lane,
    make_member,
    make_persona,
    make_stage,
    make_step,
    make_workspace,
)
from tests.journeys.test_editing import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    found = make_journey(make_workspace(slug="air"), slug="trip")
    make_lane(found, kind=LaneKind.FEELING)
    return found


@pytest.fixture
def step(journey):
    return make_step(make_stage(journey), title="Board")


@pytest.fixture
def user(journey):
    return make_member(journey.workspace)


@pytest.fixture
def editor(client, user):
    client.force_login(user)
    return client


def address(step):
    return f"/w/air/journeys/trip/steps/{step.pk}/feeling/"


def test_the_form_names_the_scores_and_shows_ones_own(editor, user, step):
    make_emotion_assessment(step, rater=user, score=-0.5)
    page = editor.get(address(step)).content.decode()
    assert "delight" in page
    assert "anger" in page
    assert '<option value="-0.5" selected>' in page


def test_judged_for_all_and_for_one_persona(editor, user, journey, step):
    journey.personas.add(make_persona(journey.workspace, slug="maya"))
    editor.post(address(step), {"score": "2", "persona": ""})
    editor.post(address(step), {"score": "-1.5", "persona": "maya"})
    found = EmotionAssessment.objects.order_by("pk").values_list("score", "persona__slug")
    assert list(found) == [(2, None), (-1.5, "maya")]
    assert editor.post(address(step), {"score": "1", "persona": "nobody"}).status_code == 422
    assert editor.post(address(step), {"score": "3"}).status_code == 422


def test_without_a_score_it_asks_and_an_empty_one_withdraws(editor, user, step):
    make_emotion_assessment(step, rater=user)
    assert "How it feels" in editor.post(address(step), {"title": "Board"}).content.decode()
    assert EmotionAssessment.objects.current().exists()
    editor.post(address(step), {"score": ""})
    assert not EmotionAssessment.objects.current().exists()


def test_undo_and_redo_lead_back_and_forth_exactly(editor, user, journey, step):
    before = seen(journey)
    editor.post(address(step), {"score": "1"})
    after = seen(journey)
    undo(journey, by=user)
    assert seen(journey) == before
    redo(journey, by=user)
    assert seen(journey) == after


def test_editors_get_a_handle_at_the_mean_and_readers_do_not(client, journey, step, user):
    make_emotion_assessment(step, rater=user, score=1)
    make_emotion_assessment(step, rater=make_member(journey.workspace), score=0)
    client.force_login(user)
    page = client.get("/w/air/journeys/trip/").content.decode()
    [start] = page.split(f'id="feeling-{step.pk}"')[:-1]
    handle = page[len(start) : page.index(">", len(start))]
    assert 'value="0.5"' in handle
    assert f'aria-labelledby="feel step-{step.pk}"' in handle
    assert len(handle) < 150
    client.force_login(make_member(journey.workspace, Role.VIEWER))
    assert "feeling-" not in client.get("/w/air/journeys/trip/").content.decode()
    assert client.post(address(step), {"score": "1"}).status_code == 403


def test_a_step_that_nobody_judged_says_so(editor, step):
    assert 'aria-valuetext="not assessed"' in editor.get("/w/air/journeys/trip/").content.decode()
