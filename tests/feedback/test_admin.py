"""Sources, records, observed and assessed friction, and the formula in the admin."""

from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client

from feedback.admin.records import COUNTED, BoundedPaginator
from feedback.models import FeedbackRecord, FrictionFormula, FrictionInput, ScoreCount
from journeys.models import Journey, Role
from tests.factories import (
    make_friction_assessment,
    make_friction_formula,
    make_friction_input,
    make_journey,
    make_member,
    make_record,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)
from tests.journeys.admin_pages import address, errors, form_data, save
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey() -> Journey:
    return make_journey()


@pytest.fixture
def touchpoint(journey: Journey) -> Touchpoint:
    return make_touchpoint(make_step(make_stage(journey)))


@pytest.fixture
def owner_client(client: Client, journey: Journey) -> Client:
    client.force_login(make_member(journey.workspace, Role.OWNER))
    return client


def revision(journey: Journey) -> int:
    journey.refresh_from_db()
    return journey.revision


def counted(touchpoint: Touchpoint) -> dict[str, int]:
    columns = {name: Sum(name) for name in ScoreCount.COLUMNS}
    sums = ScoreCount.objects.filter(touchpoint=touchpoint).aggregate(**columns)
    return {name: number for name, number in sums.items() if number}


# --- records ----------------------------------------------------------------------------------


def answer(touchpoint: Touchpoint, **values: Any) -> dict[str, Any]:
    source = make_source(touchpoint.step.stage.journey.workspace)
    when = {"occurred_at_0": "2026-03-10", "occurred_at_1": "12:00:00"}
    scored = {"metric": "csat", "score": 4}
    return {"touchpoint": touchpoint.pk, "source": source.pk} | when | scored | values


def test_the_counts_follow_what_is_added_changed_and_deleted(
    owner_client: Client, journey: Journey, touchpoint: Touchpoint
) -> None:
    page = address(FeedbackRecord, "add")
    assert save(owner_client, page, **answer(touchpoint)).status_code == 302
    assert counted(touchpoint) == {"c4": 1}
    record = FeedbackRecord.objects.get()
    assert save(owner_client, address(record), score=2).status_code == 302
    assert counted(touchpoint) == {"c2": 1}
    owner_client.post(address(record, "delete"), {"post": "yes"})
    assert counted(touchpoint) == {}
    assert revision(journey) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"score": 6}, "6 is not on the scale 1 to 5."),
        ({"score": ""}, "A metric needs a score."),
        ({"metric": ""}, "Which metric is the score on?"),
        ({"metric": "", "score": ""}, "a record needs a comment"),
    ],
)
def test_half_an_answer_is_refused_in_words(
    owner_client: Client, touchpoint: Touchpoint, change: dict[str, Any], said: str
) -> None:
    page = address(FeedbackRecord, "add")
    assert said in errors(save(owner_client, page, **answer(touchpoint, **change)))
    assert not FeedbackRecord.objects.exists()


def test_a_comment_needs_no_score(owner_client: Client, touchpoint: Touchpoint) -> None:
    said = answer(touchpoint, metric="", score="", comment="Waited for an hour.")
    assert save(owner_client, address(FeedbackRecord, "add"), **said).status_code == 302


def test_what_points_at_a_person_is_masked(owner_client: Client, touchpoint: Touchpoint) -> None:
    said = answer(touchpoint, comment="Call jo@example.com or 0171 2345678.")
    assert save(owner_client, address(FeedbackRecord, "add"), **said).status_code == 302
    assert FeedbackRecord.objects.get().comment == "Call [e-mail] or [phone]."


def test_a_record_is_of_one_workspace(client: Client, touchpoint: Touchpoint) -> None:
    other = make_workspace()
    user = make_member(touchpoint.step.stage.journey.workspace, Role.OWNER)
    user.memberships.create(workspace=other, role=Role.OWNER)
    client.force_login(user)
    page = address(FeedbackRecord, "add")
    for change in ({"source": make_source(other).pk}, {"segment": make_segment(other).pk}):
        assert "is not part of" in errors(save(client, page, **answer(touchpoint, **change)))
    record = make_record(touchpoint)
    away = make_touchpoint(make_step(make_stage(make_journey(other))))
    said = errors(save(client, address(record), touchpoint=away.pk))
    assert "not one of the available choices" in said


def test_the_list_counts_no_further_than_it_needs_to(
    touchpoint: Touchpoint, django_assert_num_queries: Any
) -> None:
    make_record(touchpoint)
    paginator = BoundedPaginator(FeedbackRecord.objects.order_by("-pk"), 50)
    with django_assert_num_queries(1) as asked:
        assert paginator.count == 1
    assert f"LIMIT {COUNTED}" in asked.captured_queries[0]["sql"]


# --- friction ---------------------------------------------------------------------------------


def test_more_hits_than_attempts_are_refused(
    owner_client: Client, journey: Journey, touchpoint: Touchpoint
) -> None:
    page = address(FrictionInput, "add")
    values = {"touchpoint": touchpoint.pk, "kind": "error", "day": "2026-03-10", "base": 3}
    assert "More than the base (3)." in errors(save(owner_client, page, **values, hits=4))
    assert save(owner_client, page, **values, hits=3).status_code == 302
    assert revision(journey) == 1


@pytest.mark.parametrize("make", [make_friction_input, make_friction_assessment])
def test_deleting_friction_raises_the_revision(
    owner_client: Client, journey: Journey, touchpoint: Touchpoint, make: Any
) -> None:
    owner_client.post(address(make(touchpoint), "delete"), {"post": "yes"})
    assert revision(journey) == 1


# --- the formula ------------------------------------------------------------------------------

PAGE = "/admin/feedback/frictionformula/add/"


def test_a_new_version_begins_with_the_one_in_force_and_counts_on(
    owner_client: Client, journey: Journey
) -> None:
    make_friction_formula(journey.workspace, version=4, effort_weight=0.40, abandon_weight=0.15)
    data = form_data(owner_client, PAGE)
    assert (data["effort_weight"], data["abandon_weight"]) == (0.40, 0.15)
    change = {"effort_weight": 0.5, "abandon_weight": 0.05, "note": "Effort matters more."}
    assert save(owner_client, PAGE, **change).status_code == 302
    newest = FrictionFormula.objects.first()
    assert newest is not None
    assert (newest.version, newest.effort_weight) == (5, 0.5)
    assert revision(journey) == 1


def test_the_first_version_of_a_workspace_is_the_second(
    owner_client: Client, journey: Journey
) -> None:
    """The built-in one is the first."""
    assert save(owner_client, PAGE, note="As it was.").status_code == 302
    assert FrictionFormula.objects.get().version == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (dict.fromkeys(["effort_weight", "abandon_weight"], 0), "add up to 0.45; they must to 1"),
        ({"effort_weight": 0.4}, "add up to 1.1; they must to 1"),
        ({"effort_weight": 1.3, "abandon_weight": -0.75}, "greater than or equal to 0"),
        ({"error_worst": 0}, "Must be above 0"),
    ],
)
def test_weights_that_make_no_score_are_refused(
    owner_client: Client, journey: Journey, change: dict[str, float], said: str
) -> None:
    assert said in errors(save(owner_client, PAGE, **change))
    assert not FrictionFormula.objects.exists()


def test_a_version_is_neither_changed_nor_deleted(owner_client: Client, journey: Journey) -> None:
    formula = make_friction_formula(journey.workspace)
    assert owner_client.post(address(formula), {"effort_weight": 1}).status_code == 403
    assert owner_client.post(address(formula, "delete"), {"post": "yes"}).status_code == 403
    assert 'name="effort_weight"' not in owner_client.get(address(formula)).content.decode()
