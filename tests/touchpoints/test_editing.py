"""Editing touchpoints and handoffs: what each does to the map, and that undoing leaves no trace."""

import pytest

from journeys.editing import EditRefused, columns, editing
from journeys.editing.reversing import redo, undo
from journeys.models import Change, Channel, LaneKind, Step
from tests.factories import (
    make_channel,
    make_handoff,
    make_journey,
    make_lane,
    make_member,
    make_record,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
)
from tests.journeys.test_editing import seen
from touchpoints.editing import handoffs, touchpoints
from touchpoints.models import Handoff, Team, Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    found = make_journey(title="Trip")
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.HANDOFFS):
        make_lane(found, kind=kind)
    web, phone = (make_channel(found.workspace, name=name) for name in ("Web", "Phone"))
    stage = make_stage(found)
    for letter in "AB":
        step = make_step(stage, title=letter)
        make_touchpoint(step, title=f"Site {letter}", channel=web)
    make_touchpoint(Step.objects.get(title="A"), title="Call", channel=phone)
    make_handoff(one("Site A"), one("Site B"))
    make_record(one("Site A"))
    return found


@pytest.fixture
def editor(journey):
    return make_member(journey.workspace)


def one(title):
    return Touchpoint.objects.get(title=title)


def step(title):
    return Step.objects.get(title=title)


def channel(name):
    return Channel.objects.get(name=name)


OPERATIONS = {
    "add": lambda edit: touchpoints.add_touchpoint(
        edit, step("B"), title="Line", channel=channel("Phone"), icon="phone", importance=5
    ),
    "move": lambda edit: touchpoints.move_touchpoint(edit, one("Call"), step("B"), before_pk=None),
    "move up": lambda edit: touchpoints.move_touchpoint(
        edit, one("Call"), step("A"), before_pk=one("Site A").pk
    ),
    "copy": lambda edit: touchpoints.copy_touchpoint(edit, one("Call"), step("B")),
    "split": lambda edit: touchpoints.split_touchpoint(edit, one("Site B"), channel("Phone")),
    "archive": lambda edit: touchpoints.archive_touchpoint(edit, one("Site A")),
    "describe": lambda edit: edit.change(one("Call"), icon="phone", moment_that_matters=True),
    "draw a handoff": lambda edit: handoffs.add_handoff(
        edit, one("Call"), one("Site B"), from_team=one("Call").team, to_team=one("Site B").team
    ),
    "describe a handoff": lambda edit: handoffs.change_handoff(
        edit, Handoff.objects.get(), what_moves="The case", agreed_wait_minutes=30
    ),
    "remove a handoff": lambda edit: handoffs.remove_handoff(edit, Handoff.objects.get()),
    "copy a step": lambda edit: columns.copy_step(edit, step("A")),
}


@pytest.mark.parametrize("do", OPERATIONS.values(), ids=OPERATIONS)
def test_undo_and_redo_lead_back_and_forth_exactly(journey, editor, do):
    before = seen(journey)
    with editing(journey, by=editor) as edit:
        do(edit)
    after = seen(journey)
    assert after != before
    undo(journey, by=editor)
    assert seen(journey) == before
    redo(journey, by=editor)
    assert seen(journey) == after
    undo(journey, by=editor)
    assert seen(journey) == before
    assert Change.objects.filter(journey=journey).count() == 4


def test_a_restored_touchpoint_stands_where_it_stood_and_can_go_again(journey, editor):
    before = seen(journey)
    with editing(journey, by=editor) as edit:
        OPERATIONS["archive"](edit)
    after = seen(journey)
    with editing(journey, by=editor) as edit:
        touchpoints.restore_touchpoint(edit, one("Site A").pk)
    assert seen(journey) == before
    undo(journey, by=editor)
    assert seen(journey) == after
    assert one("Site A").feedback_records.count() == 1


REFUSED = {
    "moved where its channel is taken": lambda edit: touchpoints.move_touchpoint(
        edit, one("Site A"), step("B"), before_pk=None
    ),
    "copied where its channel is taken": lambda edit: touchpoints.copy_touchpoint(
        edit, one("Site A"), step("B")
    ),
    "given a channel that is taken": lambda edit: edit.change(one("Call"), channel=channel("Web")),
    "of two steps that are merged": lambda edit: columns.merge_step(edit, step("A")),
}


@pytest.mark.parametrize("do", REFUSED.values(), ids=REFUSED)
def test_a_second_touchpoint_in_a_channel_names_the_one_there(journey, editor, do):
    before = seen(journey)
    with (
        pytest.raises(EditRefused, match=r"“Site .” stands at “.” in the channel “Web” already"),
        editing(journey, by=editor) as edit,
    ):
        do(edit)
    assert seen(journey) == before


def test_undoing_a_removal_says_who_took_the_place(journey, editor):
    other = make_member(journey.workspace)
    with editing(journey, by=editor) as edit:
        OPERATIONS["archive"](edit)
    with editing(journey, by=other) as edit:
        touchpoints.add_touchpoint(edit, step("A"), title="New site", channel=channel("Web"))
    with pytest.raises(EditRefused, match="“New site” stands at “A”"):
        undo(journey, by=editor)


def test_what_cannot_come_back_says_why(journey, editor):
    with editing(journey, by=editor) as edit:
        OPERATIONS["archive"](edit)
        columns.remove_step(edit, step("A"))
    with pytest.raises(EditRefused, match="bring that back first"), editing(
        journey, by=editor
    ) as edit:  # fmt: skip
        touchpoints.restore_touchpoint(edit, one("Site A").pk)


def test_merged_steps_keep_touchpoints_of_different_channels_with_their_feedback(journey, editor):
    with editing(journey, by=editor) as edit:
        edit.change(one("Site B"), channel=make_channel(journey.workspace))
        columns.merge_step(edit, step("A"))
    here = Touchpoint.objects.on_map().filter(step=step("A"))
    assert [each.title for each in here] == ["Site A", "Call", "Site B"]


def test_a_handoff_drawn_again_keeps_what_was_counted_on_it(journey, editor):
    handoff = Handoff.objects.get()
    Handoff.objects.update(released=40, returned=3)
    teams = {"from_team": handoff.from_team, "to_team": handoff.to_team}
    with editing(journey, by=editor) as edit:
        handoffs.remove_handoff(edit, edit.get(Handoff, handoff.pk))
    with editing(journey, by=editor) as edit:
        handoffs.add_handoff(edit, one("Site A"), one("Site B"), **teams)
    assert Handoff.objects.current().get().returned == 3


@pytest.mark.parametrize(
    ("ends", "teams", "said"),
    [
        (("Site A", "Site B"), "different", "hands over to “Site B” already"),
        (("Site A", "Site A"), "different", "cannot hand over to itself"),
        (("Call", "Site B"), "same", "from one team to another"),
    ],
)
def test_a_handoff_that_cannot_be_says_why(journey, editor, ends, teams, said):
    team = make_team(journey.workspace)
    other = team if teams == "same" else make_team(journey.workspace)
    with pytest.raises(EditRefused, match=said), editing(journey, by=editor) as edit:
        handoffs.add_handoff(edit, *map(one, ends), from_team=team, to_team=other)
    assert Handoff.objects.count() == 1
    assert Team.objects.filter(handoffs_out__isnull=False).count() == 1
