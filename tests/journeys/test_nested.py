"""Sub-journeys: the way back, no circles, one made from a step, and figures that roll up."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from journeys.editing import EditRefused, editing
from journeys.editing.reversing import undo
from journeys.maps import MapFilters, build_map
from journeys.maps.atlas import headlines
from journeys.models import Journey, LaneKind, Role, Step
from journeys.starting.nesting import begin_sub_journey, refuse_circle
from tests.factories import (
    NOON,
    make_journey,
    make_lane,
    make_member,
    make_record,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db
KINDS = (LaneKind.TOUCHPOINTS, LaneKind.FEELING, LaneKind.FEEDBACK, LaneKind.FRICTION)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """Every test happens on the day of the answers."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def workspace():
    return make_workspace(slug="air", minimum_answers=5)


def journey_of(workspace, title, *, opens=None):
    """Make a journey of one step, with the measured lanes."""
    found = make_journey(workspace, title=title, slug=title.lower())
    for kind in KINDS:
        make_lane(found, kind=kind)
    make_step(make_stage(found, title=f"{title} stage"), title=f"{title} step", opens=opens)
    return found


def step_of(journey):
    return Step.objects.get(stage__journey=journey)


def answer(touchpoint, scores, metric="csat"):
    for score in scores:
        make_record(touchpoint, metric=metric, score=score, occurred_at=NOON)


@pytest.fixture
def child(workspace):
    return journey_of(workspace, "Boarding")


@pytest.fixture
def parent(workspace, child):
    return journey_of(workspace, "Trip", opens=child)


def built(journey):
    return build_map(journey, filters=MapFilters.default(NOON.date()))


def items(journey, kind):
    lane = next(lane for lane in built(journey).lanes if lane.kind == kind)
    return lane.cells[0].items


class TestTheWayBack:
    def crumbs(self, client, address):
        html = client.get(address).content.decode()
        found = re.search(r'<nav class="crumbs".*?</nav>', html, re.DOTALL)
        return " ".join(strip_tags(found.group()).split()), found.group()

    def test_names_the_step_that_opens_it(self, client, parent, child):
        client.force_login(make_member(parent.workspace, Role.VIEWER))
        said, html = self.crumbs(client, "/w/air/journeys/boarding/")
        assert said.endswith("/ Trip › Trip step / Boarding")
        assert f'href="/w/air/journeys/trip/#step-{step_of(parent).pk}"' in html

    def test_is_the_one_that_was_taken_where_there_are_several(
        self, client, workspace, parent, child
    ):
        other = journey_of(workspace, "Cruise", opens=child)
        client.force_login(make_member(workspace))
        address = "/w/air/journeys/boarding/"
        both, _ = self.crumbs(client, address)
        assert "/ Cruise › Cruise step, Trip › Trip step / Boarding" in both
        for said, _ in (
            self.crumbs(client, f"{address}?from={step_of(other).pk}"),
            self.crumbs(client, f"{address}outline/?from={step_of(other).pk}"),
        ):
            assert "Cruise step" in said
            assert "Trip step" not in said
        for nonsense in ("x", "0", str(step_of(child).pk)):
            assert self.crumbs(client, f"{address}?from={nonsense}")[0] == both

    def test_is_silent_of_steps_that_are_off_the_map(self, client, parent, child):
        step = step_of(parent)
        Step.objects.filter(pk=step.pk).update(removed_at=NOON)
        client.force_login(make_member(parent.workspace))
        assert "Trip" not in self.crumbs(client, f"/w/air/journeys/boarding/?from={step.pk}")[0]


class TestCircles:
    def test_are_refused_in_words_where_the_step_is_edited(self, client, parent, child):
        client.force_login(make_member(parent.workspace))
        step = step_of(child)
        address = f"/w/air/journeys/boarding/steps/{step.pk}/"
        response = client.post(address, {"title": "Kept", "opens": parent.pk})
        html = response.content.decode()
        assert response.status_code == 422
        assert "would lead in a circle" in html
        assert "“Trip step” of “Trip” opens “Boarding”" in html
        assert 'value="Kept"' in html
        step.refresh_from_db()
        assert step.opens is None

    def test_are_seen_over_any_distance(self, workspace, parent, child):
        top = journey_of(workspace, "Year", opens=parent)
        with pytest.raises(EditRefused, match="circle"):
            refuse_circle(child, top)
        with pytest.raises(EditRefused, match="stands in"):
            refuse_circle(top, top)
        refuse_circle(top, child)
        refuse_circle(top, None)

    def test_end_where_the_step_went_off_the_map(self, parent, child):
        Step.objects.filter(stage__journey=parent).update(removed_at=NOON)
        refuse_circle(child, parent)


class TestMakingOne:
    def test_has_the_same_lanes_and_a_stage_named_like_the_step(self, client, workspace):
        journey = journey_of(workspace, "Trip")
        step = step_of(journey)
        client.force_login(make_member(workspace))
        form = client.get(f"/w/air/journeys/trip/steps/{step.pk}/").content.decode()
        address = f"/w/air/journeys/trip/steps/{step.pk}/sub-journey/"
        assert address in form
        response = client.post(address, headers={"HX-Request": "true"})
        assert 'class="opens"' in response.content.decode()
        assert response["X-Focus"] == f"step-{step.pk}"
        step.refresh_from_db()
        sub = step.opens
        assert (sub.title, sub.slug) == ("Trip step", "trip-step")
        assert list(sub.lanes.values_list("kind", flat=True)) == list(KINDS)
        assert list(sub.stages.values_list("title", flat=True)) == ["Trip step"]

    def test_is_closed_off_by_undoing_and_kept(self, workspace):
        journey, editor = journey_of(workspace, "Trip"), make_member(workspace)
        with editing(journey, by=editor) as edit:
            begin_sub_journey(edit, edit.get(Step, step_of(journey).pk))
        undo(journey, by=editor)
        assert step_of(journey).opens is None
        assert Journey.objects.filter(title="Trip step").exists()

    def test_is_made_once(self, client, parent):
        client.force_login(make_member(parent.workspace))
        step = step_of(parent)
        address = f"/w/air/journeys/trip/steps/{step.pk}/"
        assert "sub-journey/" not in client.get(address).content.decode()
        assert client.post(f"{address}sub-journey/").status_code == 409

    def test_is_for_those_who_edit(self, client, parent):
        address = f"/w/air/journeys/trip/steps/{step_of(parent).pk}/sub-journey/"
        client.force_login(make_member(parent.workspace, Role.VIEWER))
        assert client.post(address).status_code == 403
        client.force_login(make_user())
        assert client.post(address).status_code == 404


class TestRollingUp:
    def test_pools_the_touchpoints_of_the_sub_journey(self, parent, child):
        step = step_of(child)
        answer(make_touchpoint(step), [5, 5, 5, 5, 5, 5])
        answer(make_touchpoint(step), [1, 1, 1, 1, 1, 1])
        answer(make_touchpoint(step), [9, 9, 10, 10, 0], metric="nps")
        nps, csat = items(parent, "feedback")
        assert (nps.label, nps.named, nps.pooled) == ("from Boarding", True, True)
        assert (nps.metric.text, nps.metric.n) == ("+60", 5)
        assert (csat.metric.value, csat.metric.n) == (50, 12)
        assert csat.counts["5"] == 6
        assert csat.metric.url.startswith(f"/w/air/journeys/boarding/?from={step_of(parent).pk}")
        assert items(child, "feedback")[0].pooled is False

    def test_counts_in_the_stage_the_headline_the_feeling_and_the_atlas(self, parent, child):
        answer(make_touchpoint(step_of(child)), [5, 4, 4, 5, 1])
        found = built(parent)
        texts = {metric.key: metric.text for metric in found.headline}
        assert texts == {metric.key: metric.text for metric in built(child).headline}
        stage = {metric.key: metric.n for metric in found.stages[0].metrics}
        assert stage["csat"] == 5
        assert items(parent, "feeling")[0].n == 5
        assert found.latest_evidence == NOON.date()
        filters = MapFilters.default(NOON.date())
        listed = headlines([parent, child], filters=filters)
        assert listed[parent.pk].metric("csat").text == texts["csat"]
        assert listed[parent.pk].latest_evidence == NOON.date()

    def test_friction_comes_along(self, parent, child):
        answer(make_touchpoint(step_of(child)), [1, 1, 2, 1, 1, 2, 1, 2] * 4)
        (heat,) = items(parent, "friction")
        (own,) = items(child, "friction")
        assert (heat.label, heat.pooled) == ("from Boarding", True)
        assert heat.metric.value == pytest.approx(own.metric.value)
        assert heat.level == own.level

    def test_a_step_with_touchpoints_of_its_own_speaks_for_itself(self, parent, child):
        answer(make_touchpoint(step_of(child)), [1, 1, 1, 1, 1])
        answer(make_touchpoint(step_of(parent)), [5, 5, 5, 5, 5])
        (score,) = items(parent, "feedback")
        assert (score.pooled, score.metric.value) == (False, 100)
        assert built(parent).stages[0].metrics[0].n == 5

    def test_what_is_hidden_there_is_hidden_here(self, parent, child):
        step = step_of(child)
        answer(make_touchpoint(step), [5, 5, 5, 5, 5])
        answer(make_touchpoint(step), [1, 1])
        answer(make_touchpoint(step), [0, 0], metric="nps")
        csat, nps = items(parent, "feedback")
        assert (csat.metric.value, csat.metric.n) == (100, 5)
        assert (nps.metric.value, nps.metric.n_text) == (None, "hidden")

    def test_goes_one_level_down_and_counts_nothing_twice(self, workspace, parent, child):
        answer(make_touchpoint(step_of(child)), [5, 5, 5, 5, 5])
        top = journey_of(workspace, "Year", opens=parent)
        make_step(top.stages.get(), title="Again", opens=parent)
        assert items(top, "feedback") == ()
        make_step(parent.stages.get(), title="Again", opens=child)
        metrics = {metric.key: metric for metric in built(parent).stages[0].metrics}
        assert metrics["csat"].n == 5

    def test_takes_no_more_queries(self, workspace, parent, child):
        counts = []
        for _ in range(2):
            for _ in range(3):
                sub = journey_of(workspace, f"Sub{Journey.objects.count()}")
                answer(make_touchpoint(step_of(sub)), [5, 5, 5, 5, 5])
                make_step(parent.stages.get(), opens=sub)
            asked = Journey.objects.select_related("workspace", "owner").get(pk=parent.pk)
            with CaptureQueriesContext(connection) as queries:
                built(asked)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 18

    def test_the_page_links_to_the_map_and_not_to_a_panel(self, client, parent, child):
        answer(make_touchpoint(step_of(child)), [5, 5, 5, 5, 5])
        client.force_login(make_member(parent.workspace))
        for page in ("", "outline/"):
            html = client.get(f"/w/air/journeys/trip/{page}").content.decode()
            link = re.search(r'<a[^>]*href="/w/air/journeys/boarding/\?from=\d+"[^>]*>', html)
            assert "from Boarding" in html
            assert "data-panel" not in link.group()
