"""Moving the service blueprint's lines between the lanes of a map."""

import pytest

from journeys.editing.reversing import undo
from journeys.models import Lane, LaneKind, Line, Role
from tests.factories import make_journey, make_lane, make_member, make_stage, make_step, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    found = make_journey()
    make_step(make_stage(found))
    make_lane(found, kind=LaneKind.DOING, line_below=Line.INTERACTION)
    make_lane(found, kind=LaneKind.TOUCHPOINTS, line_below=Line.VISIBILITY)
    make_lane(found, kind=LaneKind.BACKSTAGE)
    return found


def lines(journey) -> dict[str, str]:
    """Return which line is drawn below which lane."""
    return {lane.kind: lane.line_below for lane in journey.lanes.all()}


@pytest.fixture
def move(journey, client):
    def move(kind: str, line: str, user=None, **headers):
        client.force_login(user or make_member(journey.workspace))
        address = f"{journey.get_absolute_url()}lanes/{journey.lanes.get(kind=kind).pk}/line/"
        return client.post(address, {"line": line}, headers=headers)

    return move


def test_a_line_moves_below_another_lane_and_back(journey, move):
    user = make_member(journey.workspace)
    response = move("backstage", "visibility", user, hx_request="true")
    assert response.status_code == 200
    assert response["X-Focus"] == "line-visibility"
    assert 'id="line-visibility"' in response.text
    moved = {"doing": "interaction", "touchpoints": "", "backstage": "visibility"}
    assert lines(journey) == moved
    undo(journey, by=user)
    assert lines(journey) == {"doing": "interaction", "touchpoints": "visibility", "backstage": ""}


def test_without_scripts_it_leads_back_to_the_map(journey, move):
    response = move("backstage", "visibility")
    assert response.status_code == 302
    assert response.url == f"{journey.get_absolute_url()}#line-visibility"


def test_a_line_never_takes_the_place_of_another(journey, move):
    before = lines(journey)
    response = move("doing", "visibility")
    assert response.status_code == 409
    assert "line of interaction is drawn there already" in response.text
    assert lines(journey) == before


@pytest.mark.parametrize("line", ["", "sight"])
def test_only_the_lines_of_a_blueprint_can_be_moved(journey, move, line):
    before = lines(journey)
    assert move("backstage", line).status_code == 422
    assert lines(journey) == before


def test_strangers_find_no_map_and_viewers_may_not(journey, move):
    before = lines(journey)
    assert move("backstage", "visibility", make_user()).status_code == 404
    viewer = make_member(journey.workspace, Role.VIEWER)
    assert move("backstage", "visibility", viewer).status_code == 403
    assert lines(journey) == before


def test_only_editors_get_a_handle(journey, client):
    client.force_login(make_member(journey.workspace, Role.VIEWER))
    page = client.get(journey.get_absolute_url()).text
    assert "Line of visibility" in page
    assert 'id="line-visibility"' not in page
    client.force_login(make_member(journey.workspace))
    lane = Lane.objects.get(journey=journey, kind="touchpoints")
    page = client.get(journey.get_absolute_url()).text
    assert f'id="line-visibility" href="{journey.get_absolute_url()}lanes/{lane.pk}/"' in page
