"""Editing a map: what each operation does to it, and that undoing leaves no trace."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from journeys.editing import Conflict, EditRefused, cards, columns, editing, lanes
from journeys.editing.reversing import redo, undo
from journeys.maps import MapFilters, build_map
from journeys.maps.data import as_data
from journeys.models import Card, Change, Lane, LaneKind, Stage, Step
from tests.factories import (
    NOON,
    make_card,
    make_handoff,
    make_journey,
    make_lane,
    make_member,
    make_record,
    make_stage,
    make_step,
    make_touchpoint,
)
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db


def seen(journey) -> dict:
    """Return the whole map as data, but for how often it was changed."""
    journey.refresh_from_db()
    found = as_data(build_map(journey, filters=MapFilters.default(NOON.date())))
    return json.loads(json.dumps(found | {"revision": 0}, cls=DjangoJSONEncoder))


def outline(journey) -> list:
    """Return stages with the titles of their steps."""
    return [
        (stage["title"], [step["title"] for step in stage["steps"]])
        for stage in seen(journey)["stages"]
    ]


@pytest.fixture
def journey():
    found = make_journey(title="Trip")
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.DOING, LaneKind.PAIN_POINTS, LaneKind.HANDOFFS):
        make_lane(found, kind=kind)
    doing = found.lanes.get(kind="doing")
    ends = []
    for title, steps in (("Book", "AB"), ("Fly", "CDE")):
        stage = make_stage(found, title=title)
        for letter in steps:
            step = make_step(stage, title=letter)
            make_card(doing, step, text=f"Does {letter}")
            ends.append(make_touchpoint(step, title=f"Desk {letter}"))
    make_handoff(ends[1], ends[2])
    make_record(ends[0])
    return found


@pytest.fixture
def editor(journey):
    return make_member(journey.workspace)


def step(title):
    return Step.objects.get(title=title)


OPERATIONS = {
    "add a card": lambda edit: cards.add_card(
        edit, Lane.objects.get(kind="doing"), step("B"), "Waits"
    ),
    "move a card": lambda edit: cards.move_card(
        edit,
        Card.objects.get(text="Does A"),
        Lane.objects.get(kind="pain_points"),
        step("E"),
        before_pk=None,
    ),
    "move a card up": lambda edit: cards.move_card(
        edit,
        Card.objects.get(text="Does A"),
        Lane.objects.get(kind="doing"),
        step("B"),
        before_pk=Card.objects.get(text="Does B").pk,
    ),
    "copy a card": lambda edit: cards.copy_card(edit, Card.objects.get(text="Does A")),
    "remove a card": lambda edit: cards.remove_card(edit, Card.objects.get(text="Does A")),
    "paste cards": lambda edit: cards.add_cards(
        edit, Lane.objects.get(kind="doing"), step("B"), ["1", "2", "3", "4", "5"]
    ),
    "add a stage": lambda edit: columns.add_stage(edit, "Pay", before_pk=Stage.objects.first().pk),
    "add a step": lambda edit: columns.add_step(
        edit, Stage.objects.get(title="Fly"), "C2", before_pk=step("D").pk
    ),
    "move a stage": lambda edit: columns.move_stage(
        edit, Stage.objects.get(title="Fly"), before_pk=Stage.objects.get(title="Book").pk
    ),
    "move a step": lambda edit: columns.move_step(
        edit, step("A"), Stage.objects.get(title="Fly"), before_pk=step("D").pk
    ),
    "copy a stage": lambda edit: columns.copy_stage(edit, Stage.objects.get(title="Book")),
    "copy a step": lambda edit: columns.copy_step(edit, step("A")),
    "split a stage": lambda edit: columns.split_stage(edit, step("D")),
    "merge stages": lambda edit: columns.merge_stage(edit, Stage.objects.get(title="Book")),
    "split a step": lambda edit: columns.split_step(edit, step("A")),
    "merge steps": lambda edit: columns.merge_step(edit, step("A")),
    "remove a stage": lambda edit: columns.remove_stage(edit, Stage.objects.get(title="Book")),
    "remove a step": lambda edit: columns.remove_step(edit, step("C")),
    "add a lane": lambda edit: lanes.add_lane(edit, LaneKind.THINKING, title="Hears"),
    "move a lane": lambda edit: lanes.move_lane(
        edit, Lane.objects.get(kind="doing"), before_pk=Lane.objects.get(kind="touchpoints").pk
    ),
    "draw a line": lambda edit: lanes.draw_line(edit, Lane.objects.get(kind="doing"), "visibility"),
    "remove a lane": lambda edit: lanes.remove_lane(edit, Lane.objects.get(kind="doing")),
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
    journey.refresh_from_db()
    assert journey.revision == Change.objects.filter(journey=journey).count() == 4


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("add a stage", [("Pay", []), ("Book", ["A", "B"]), ("Fly", ["C", "D", "E"])]),
        ("add a step", [("Book", ["A", "B"]), ("Fly", ["C", "C2", "D", "E"])]),
        ("move a stage", [("Fly", ["C", "D", "E"]), ("Book", ["A", "B"])]),
        ("move a step", [("Book", ["B"]), ("Fly", ["C", "A", "D", "E"])]),
        (
            "copy a stage",
            [("Book", ["A", "B"]), ("Book", ["A", "B"]), ("Fly", ["C", "D", "E"])],
        ),
        ("copy a step", [("Book", ["A", "A", "B"]), ("Fly", ["C", "D", "E"])]),
        (
            "split a stage",
            [("Book", ["A", "B"]), ("Fly", ["C"]), ("Fly, continued", ["D", "E"])],
        ),
        ("merge stages", [("Book", ["A", "B", "C", "D", "E"])]),
        ("split a step", [("Book", ["A", "A, continued", "B"]), ("Fly", ["C", "D", "E"])]),
        ("merge steps", [("Book", ["A"]), ("Fly", ["C", "D", "E"])]),
        ("remove a stage", [("Fly", ["C", "D", "E"])]),
        ("remove a step", [("Book", ["A", "B"]), ("Fly", ["D", "E"])]),
    ],
)
def test_stages_and_steps_go_where_they_are_told(journey, editor, name, expected):
    with editing(journey, by=editor) as edit:
        OPERATIONS[name](edit)
    assert outline(journey) == expected


def test_an_edit_that_changes_nothing_leaves_no_trace(journey, editor):
    card = Card.objects.get(text="Does A")
    with editing(journey, by=editor) as edit:
        edit.change(card, text="Does A")
    journey.refresh_from_db()
    assert journey.revision == 0
    assert not Change.objects.exists()


def test_whoever_writes_second_is_told_what_the_first_wrote(journey, editor):
    other = make_member(journey.workspace)
    card = Card.objects.get(text="Does A")
    with editing(journey, by=other) as edit:
        edit.write(edit.get(Card, card.pk), "text", "Theirs", was="Does A")
    with pytest.raises(Conflict) as refused, editing(journey, by=editor) as edit:
        edit.write(edit.get(Card, card.pk), "text", "Mine", was="Does A")
    assert (refused.value.mine, refused.value.theirs, refused.value.by) == ("Mine", "Theirs", other)
    card.refresh_from_db()
    assert card.text == "Theirs"


def test_undo_takes_back_only_ones_own_and_never_overwrites_anothers(journey, editor):
    other = make_member(journey.workspace)
    card = Card.objects.get(text="Does A")
    with editing(journey, by=editor) as edit:
        edit.change(edit.get(Card, card.pk), text="Mine")
    with editing(journey, by=other) as edit:
        edit.change(edit.get(Card, card.pk), text="Theirs")
    with pytest.raises(EditRefused, match="changed since"):
        undo(journey, by=editor)
    undo(journey, by=other)
    undo(journey, by=editor)
    card.refresh_from_db()
    assert card.text == "Does A"
    with pytest.raises(EditRefused, match="nothing of yours"):
        undo(journey, by=editor)


def test_what_cannot_be_undone_does_not_keep_from_what_came_before(journey, editor):
    other = make_member(journey.workspace)
    first, second = Card.objects.get(text="Does A"), Card.objects.get(text="Does B")
    for card, by in ((first, editor), (second, editor), (second, other)):
        with editing(journey, by=by) as edit:
            edit.change(edit.get(Card, card.pk), text=f"By {by.pk}")
    with pytest.raises(EditRefused, match="changed since"):
        undo(journey, by=editor)
    undo(journey, by=editor)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.text, second.text) == ("Does A", f"By {other.pk}")


def test_editing_after_an_undo_ends_what_could_be_done_again(journey, editor):
    with editing(journey, by=editor) as edit:
        OPERATIONS["add a card"](edit)
    undo(journey, by=editor)
    with editing(journey, by=editor) as edit:
        OPERATIONS["remove a card"](edit)
    with pytest.raises(EditRefused, match="nothing to redo"):
        redo(journey, by=editor)


def test_what_hangs_on_a_removed_step_is_kept_and_off_every_page(journey, editor):
    with editing(journey, by=editor) as edit:
        columns.remove_step(edit, step("A"))
    assert Touchpoint.objects.get(title="Desk A").feedback_records.count() == 1
    assert not Touchpoint.objects.current().filter(title="Desk A").exists()


def test_a_part_of_another_journey_cannot_be_edited(journey, editor):
    stranger = make_card(text="Elsewhere")
    with pytest.raises(EditRefused, match="not on the map"), editing(journey, by=editor) as edit:
        edit.get(Card, stranger.pk)
