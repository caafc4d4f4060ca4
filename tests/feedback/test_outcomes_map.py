"""Outcome metrics on the map, in its files, and over the API."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback.evidence import Window
from feedback.models import OutcomeKind, OutcomeMetric, OutcomePoint, Timing
from feedback.outcomes.charts import leading_beside_lagging
from journeys.exchange.content import content_of
from journeys.exports.gathering import gather
from journeys.exports.options import ExportOptions
from journeys.maps import MapFilters, build_map
from journeys.maps.grid import Card
from journeys.models import LaneKind, Role, TokenScope
from journeys.starting.duplicating import duplicate
from tests.factories import (
    make_api_token,
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_outcome_metric,
    make_outcome_point,
    make_stage,
    make_step,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db
FILTERS = MapFilters.default(date(2026, 4, 10))


@pytest.fixture
def step():
    step = make_step(make_stage(make_journey(title="Trip", slug="trip")), title="Check-in")
    make_card(make_lane(step.stage.journey, kind=LaneKind.METRICS), step, text="Watch the queue")
    return step


@pytest.fixture
def metric(step):
    """Churn at the step, 2.5 % of 200 in March, where 2 % were aimed at."""
    metric = make_outcome_metric(
        step.stage.journey.workspace, name="Logo churn", kind=OutcomeKind.CHURN, unit="%",
        direction="lower", target=2, step=step,
    )  # fmt: skip
    make_outcome_point(metric, start=date(2026, 2, 1), end=date(2026, 2, 28), value=9)
    make_outcome_point(metric, n=200)
    return metric


def items(found):
    return [item for lane in found.lanes for cell in lane.cells for item in cell.items]


def test_a_step_shows_the_latest_figure_beside_what_people_wrote(step, metric):
    written, figure = items(build_map(step.stage.journey, filters=FILTERS))
    assert (written.text, written.figure) == ("Watch the queue", None)
    assert figure.id < 0
    assert figure.url == metric.get_absolute_url()
    assert figure.figure.value == 2.5
    assert figure.figure.n_text == "Mar 2026, n 200"
    assert "target of at most 2" in figure.badge_title
    assert "missed" in figure.badge_title
    assert figure.figure.low < 2.5 < figure.figure.high


def test_a_stage_shows_it_in_its_head_and_a_journey_in_its_headline(step):
    journey = step.stage.journey
    make_outcome_metric(journey.workspace, name="GRR", stage=step.stage)
    make_outcome_metric(journey.workspace, name="NRR", journey=journey)
    make_outcome_metric(journey.workspace, name="Elsewhere")
    make_outcome_metric(journey.workspace, name="Old", journey=journey, archived_at=timezone.now())
    found = build_map(journey, filters=FILTERS)
    assert [each.label for each in found.stages[0].metrics][-1] == "GRR"
    labels = [each.label for each in found.headline]
    assert labels[-1] == "NRR"
    assert not {"Elsewhere", "Old"} & set(labels)
    assert found.headline[-1].value is None
    assert found.headline[-1].n_text == "no points yet"


def test_what_is_off_the_map_is_not_shown_and_comes_back_with_its_step(step, metric):
    journey = step.stage.journey
    step.removed_at = timezone.now()
    step.save()
    assert items(build_map(journey, filters=FILTERS)) == []
    step.removed_at = None
    step.save()
    assert len(items(build_map(journey, filters=FILTERS))) == 2


def test_it_moves_with_its_step(step, metric):
    journey = step.stage.journey
    step.stage = make_stage(journey, title="Later", position=9)
    step.save()
    found = build_map(journey, filters=FILTERS)
    [cell] = [cell for lane in found.lanes for cell in lane.cells if cell.step_id == step.pk]
    assert [item.id for item in cell.items if isinstance(item, Card)][-1] == -metric.pk


def test_figures_travel_with_the_figures_and_never_as_written_cards(step, metric):
    journey = step.stage.journey
    content = content_of(journey)
    assert "Watch the queue" in json.dumps(content, default=str)
    assert "Logo churn" not in json.dumps(content, default=str)
    with_figures = gather(journey, filters=FILTERS, options=ExportOptions(on=date(2026, 4, 10)))
    assert [item.text for item in items(with_figures.map)] == ["Watch the queue", "Logo churn"]
    without = ExportOptions(on=date(2026, 4, 10), metrics=False)
    assert [item.text for item in items(gather(journey, filters=FILTERS, options=without).map)] == [
        "Watch the queue"
    ]


def test_a_copy_of_the_journey_does_not_copy_them(step, metric):
    journey = step.stage.journey
    user = make_member(journey.workspace)
    duplicate(journey, title="Copy", state="current", by=user)
    assert OutcomeMetric.objects.count() == 1


def test_cell_fetched_alone_has_the_figure_too(client, step, metric):
    journey = step.stage.journey
    client.force_login(make_member(journey.workspace))
    lane = journey.lanes.get()
    cell = f"cell-{lane.pk}-{step.pk}"
    html = client.get(f"{journey.get_absolute_url()}parts/", {"part": cell}).content.decode()
    assert f'id="outcome-{metric.pk}"' in html
    assert "Watch the queue" in html
    assert f"cards/-{metric.pk}" not in html


class TestBesideEachOther:
    def test_leading_stands_before_lagging_in_two_queries(self, step):
        journey = step.stage.journey
        workspace = journey.workspace
        for name, timing in (("A", Timing.LAGGING), ("B", Timing.LEADING), ("C", Timing.LAGGING)):
            make_outcome_point(make_outcome_metric(workspace, name=name, timing=timing))
        make_outcome_metric(workspace, name="Other", journey=make_journey(workspace))
        window = Window(date(2026, 3, 1), date(2026, 3, 1), date(2026, 5, 1))
        user = make_user(is_superuser=True)
        with CaptureQueriesContext(connection) as queries:
            charts = leading_beside_lagging(journey, user, window)
        assert [chart.title for chart in charts] == ["Leading: B", "Lagging: A", "Lagging: C"]
        assert len(queries) == 2
        assert leading_beside_lagging(journey, make_user(), window) == []

    def test_only_the_window_is_drawn(self, step, metric):
        user = make_member(metric.workspace)
        window = Window(date(2026, 3, 5), date(2026, 3, 5), date(2026, 5, 1))
        [chart] = leading_beside_lagging(step.stage.journey, user, window)
        assert [row[3] for row in chart.rows] == [2.5]


class TestApi:
    @pytest.fixture
    def call(self, client, metric):
        secret = make_api_token(make_member(metric.workspace), metric.workspace)

        def call(records, *, token=secret, pk=metric.pk):
            return client.put(
                f"/api/outcomes/{pk}/points/",
                json.dumps(records),
                content_type="application/json",
                headers={"Authorization": f"Bearer {token}"},
            )

        return call

    APRIL = {"start": "2026-04-01", "end": "2026-04-30",
             "inputs": {"customers_at_start": 400, "customers_lost": 6}}  # fmt: skip

    @pytest.fixture(autouse=True)
    def _today(self, monkeypatch):
        monkeypatch.setattr("feedback.api.outcomes.timezone.localdate", lambda: date(2026, 5, 3))

    def test_points_sent_twice_are_kept_once(self, call, metric):
        assert call([self.APRIL]).json()["counts"] == {"created": 1}
        assert call({"records": [self.APRIL]}).json()["counts"] == {"unchanged": 1}
        more = self.APRIL | {"inputs": {"customers_at_start": 400, "customers_lost": 8}}
        assert call([more]).json()["counts"] == {"updated": 1}
        point = OutcomePoint.objects.get(metric=metric, start=date(2026, 4, 1))
        assert (point.value, point.n, metric.corrections.count()) == (2, 400, 1)

    def test_one_bad_point_keeps_all_out(self, call, metric):
        bad = [
            self.APRIL,
            self.APRIL | {"value": 3},
            {"start": "2026-04-01", "end": "x"},
            self.APRIL,
            self.APRIL | {"inputs": {"customers_at_start": "400", "customers_lost": 1}},
            "point",
        ]
        response = call(bad)
        assert response.status_code == 422
        results = response.json()["results"]
        assert [each["status"] for each in results] == ["skipped", *["refused"] * 5]
        assert [sorted(each.get("errors", {})) for each in results[1:]] == [
            ["value"], ["end"], ["start"], ["inputs"], ["record"],
        ]  # fmt: skip
        assert metric.points.count() == 2

    def test_reading_gives_the_series_with_its_intervals(self, client, metric):
        secret = make_api_token(make_member(metric.workspace), metric.workspace)
        headers = {"Authorization": f"Bearer {secret}"}
        listed = client.get("/api/outcomes/", headers=headers).json()["results"]
        assert [(each["name"], each["journey"], each["step"]) for each in listed] == [
            ("Logo churn", "trip", "Check-in")
        ]
        found = client.get(f"/api/outcomes/{metric.pk}/", headers=headers).json()
        assert found["inputs"] == ["customers_at_start", "customers_lost"]
        assert [point["end"] for point in found["points"]] == ["2026-02-28", "2026-03-31"]
        assert found["points"][1]["low"] < 2.5 < found["points"][1]["high"]

    def test_scopes_roles_and_workspaces_hold(self, client, call, metric):
        person = make_member(metric.workspace)
        reads = make_api_token(person, metric.workspace, scopes=[TokenScope.READ])
        sends = make_api_token(person, metric.workspace, scopes=[TokenScope.FEEDBACK])
        assert call([self.APRIL], token=reads).status_code == 403
        assert call([self.APRIL], token=sends).status_code == 200
        headers = {"Authorization": f"Bearer {sends}"}
        assert client.get("/api/outcomes/", headers=headers).status_code == 403
        viewer = make_member(metric.workspace, Role.VIEWER)
        assert call([self.APRIL], token=make_api_token(viewer, metric.workspace)).status_code == 403
        other = make_workspace()
        stranger = make_api_token(make_member(other), other)
        assert call([self.APRIL], token=stranger).status_code == 404
