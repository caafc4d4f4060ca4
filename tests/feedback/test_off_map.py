"""What went off the map with its step or stage is treated as what was archived."""

import pytest
from django.utils import timezone

from feedback.imports.places import Places
from feedback.imports.problems import BadCell
from feedback.merging import CannotMerge, merge_touchpoints
from feedback.models import Observation, ObservationKind
from feedback.push.directory import Directory
from feedback.surveys.answering import touchpoint_of
from feedback.surveys.form_fields import TouchpointField
from journeys.models import Role
from tests.factories import (
    make_handoff,
    make_journey,
    make_member,
    make_observation,
    make_stage,
    make_step,
    make_survey,
    make_touchpoint,
)
from touchpoints.models import Handoff, Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    return make_journey(slug="trip")


@pytest.fixture
def desk(journey):
    return make_touchpoint(make_step(make_stage(journey)), title="Desk")


@pytest.fixture(params=["archived", "step", "stage"])
def gone(request, desk):
    """A touchpoint that is off the map in each of the three ways."""
    now = timezone.now()
    row = {"archived": desk, "step": desk.step, "stage": desk.step.stage}[request.param]
    setattr(row, "archived_at" if row == desk else "removed_at", now)
    row.save()
    return Touchpoint.objects.get(pk=desk.pk)


def test_it_is_off_the_map_since_it_went(gone):
    assert gone.off_map_since is not None
    assert list(Touchpoint.objects.off_map()) == [gone]
    assert not Touchpoint.objects.current().exists()


def test_a_file_that_names_it_is_told_since_when(journey, gone):
    with pytest.raises(BadCell, match=f"is off the map since {gone.off_map_since.date()}"):
        Places.of(journey).find("Desk")


@pytest.mark.parametrize("by", ["id", "title"])
def test_a_program_that_names_it_is_told_since_when(journey, gone, by):
    ref = gone.pk if by == "id" else ("trip", "Desk", "")
    values = {"touchpoint": ref, "source": "Till"}
    errors: dict[str, list[str]] = {}
    Directory(journey.workspace, [values]).check(values, errors, own_source=None)
    assert "is off the map since" in errors["touchpoint"][0]


def test_what_was_merged_into_it_is_told_so_too(journey, gone):
    step = make_step(make_stage(journey))
    make_touchpoint(step, title="Old", archived_at=timezone.now(), merged_into=gone)
    with pytest.raises(BadCell, match="is off the map since"):
        Places.of(journey).find("Old")
    with pytest.raises(CannotMerge, match="is off the map"):
        merge_touchpoints(make_touchpoint(step), gone)


def test_a_survey_keeps_its_answers_there_and_new_surveys_do_not_offer_it(journey, gone):
    survey = make_survey(gone)
    other = make_touchpoint(make_step(make_stage(journey)))
    assert touchpoint_of(survey, {}) == gone
    assert touchpoint_of(survey, {"tp": str(gone.pk)}) == gone
    field = TouchpointField()
    field.offer(journey.workspace)
    assert list(field.queryset) == [other]
    field.offer(journey.workspace, also=[gone.pk])
    assert set(field.queryset) == {gone, other}


def test_its_evidence_says_so(client, journey, gone):
    client.force_login(make_member(journey.workspace, Role.EDITOR))
    page = client.get(f"/w/{journey.workspace.slug}/touchpoints/{gone.pk}/evidence/")
    assert page.status_code == 200
    assert "off the map" in page.content.decode()
    assert "just told me" not in page.content.decode()


def test_a_handoff_that_was_removed_is_in_nobodys_way_when_touchpoints_merge(desk):
    kiosk, gate = make_touchpoint(desk.step), make_touchpoint(desk.step)
    removed = make_handoff(kiosk, gate, removed_at=timezone.now())
    current = make_handoff(desk, gate)
    make_observation(gate, kind=ObservationKind.EXPLAINED_AGAIN, handoff=current)
    merged = merge_touchpoints(desk, kiosk)
    assert (merged.handoffs, merged.handoffs_left) == (1, 0)
    assert Handoff.objects.current().get(from_touchpoint=kiosk) == current
    assert Observation.objects.get().handoff == current
    removed.refresh_from_db()
    assert removed.removed_at is not None
