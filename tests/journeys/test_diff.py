"""What differs between two maps: of one journey at two times, or of two journeys."""

from datetime import timedelta

import pytest
from django.utils import timezone

from journeys.editing import cards, columns, editing, lanes
from journeys.editing.copying import copies
from journeys.editing.diff import compare, pieces
from journeys.editing.feelings import assess_feeling
from journeys.editing.matching import match_journeys, match_versions
from journeys.editing.metric_diff import APART, OVERLAP
from journeys.editing.parts import parts
from journeys.editing.snapshots import content_of
from journeys.editing.versions import keep_version
from journeys.models import Card, Lane, Stage, Step, Version
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_record,
    make_stage,
    make_step,
)
from tests.journeys.random_edits import make_map
from touchpoints.models import Handoff, Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    found = make_map()
    for number, stage in enumerate(Stage.objects.filter(journey=found)):
        Stage.objects.filter(pk=stage.pk).update(title=("Book", "Fly")[number])
    for number, step in enumerate(Step.objects.filter(stage__journey=found)):
        Step.objects.filter(pk=step.pk).update(title=("Search", "Compare", "Board", "Land")[number])
    for number, card in enumerate(Card.objects.filter(lane__kind="doing")):
        Card.objects.filter(pk=card.pk).update(text=f"Card {number}")
    return found


@pytest.fixture
def editor(journey):
    return make_member(journey.workspace)


def differences(journey, editor, *edits) -> dict[str, list[str]]:
    """Return by group what differs after some edits."""
    before = content_of(journey)
    for do in edits:
        with editing(journey, by=editor) as edit:
            do(edit)
    after = content_of(journey)
    found = compare(before, after, match_versions(before, after))
    return {group.title: [entry.words for entry in group.entries] for group in found.groups}


def card(text="Card 0") -> Card:
    return Card.objects.get(text=text)


def step(title) -> Step:
    return Step.objects.get(title=title)


def lane(kind="doing") -> Lane:
    return Lane.objects.get(kind=kind)


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        (
            lambda edit: cards.add_card(edit, lane(), step("Board"), "Waits at the gate"),
            {"Fly: Board": ["Card “Waits at the gate” added to Doing at Board"]},
        ),
        (
            lambda edit: cards.remove_card(edit, card()),
            {"Book: Search": ["Card “Card 0” removed from Doing at Search"]},
        ),
        (
            lambda edit: cards.move_card(edit, card(), lane(), step("Compare"), before_pk=None),
            {"Book: Compare": ["Card “Card 0” moved from Search to Compare"]},
        ),
        (
            lambda edit: cards.move_card(
                edit, card(), lane("pain_points"), step("Compare"), before_pk=None
            ),
            {
                "Book: Compare": [
                    "Card “Card 0” moved from Doing at Search to Pain points at Compare"
                ]
            },
        ),
        (
            lambda edit: edit.change(card(), text="Card nought"),
            {"Book: Search": ["Card “Card nought” reworded"]},
        ),
        (
            lambda edit: columns.move_step(
                edit, step("Search"), Stage.objects.get(title="Fly"), before_pk=None
            ),
            {"Fly: Search": ["Step “Search” moved from Book to Fly"]},
        ),
        (
            lambda edit: columns.move_stage(edit, Stage.objects.get(title="Book"), before_pk=None),
            {"Book": ["Stage “Book” moved in its order"]},
        ),
        (
            lambda edit: lanes.move_lane(edit, lane(), before_pk=lane("touchpoints").pk),
            {"Lanes": ["Lane “Touchpoints” moved in its order"]},
        ),
        (
            lambda edit: edit.change(edit.get(type(edit.journey), edit.journey.pk), title="Tour"),
            {"The journey": ["Journey “Tour” reworded"]},
        ),
        (
            lambda edit: edit.remove(Touchpoint.objects.get(step=step("Land"))),
            None,
        ),
        (
            lambda edit: assess_feeling(edit, step("Board"), -1, persona=None),
            {"Fly: Board": ["Assessment of Board changed"]},
        ),
    ],
)
def test_edits_are_told_in_words_where_they_happened(journey, editor, do, expected):
    found = differences(journey, editor, do)
    if expected is None:
        assert any("Touchpoint" in words and "removed" in words for words in found["Fly: Land"])
    else:
        assert found == expected


def test_what_went_with_a_stage_stands_where_the_stage_was(journey, editor):
    found = differences(journey, editor, lambda e: columns.remove_stage(e, Stage.objects.first()))
    titles = list(found)
    assert titles[:2] == ["Book (removed)", "Book: Search (removed)"]
    assert "Stage “Book” removed" in found["Book (removed)"]


def test_numbering_positions_anew_moves_nothing(journey, editor):
    before = content_of(journey)
    for each in before["step"]:
        Step.objects.filter(pk=each["id"]).update(position=each["position"] * 1024 + 7)
    after = content_of(journey)
    assert compare(before, after, match_versions(before, after)).groups == ()


def test_old_and_new_words_stand_in_one_text():
    found = [(piece.text, piece.only) for piece in pieces("Waits at the gate", "Waits in the hall")]
    assert found == [
        ("Waits ", ""), ("at ", "del"), ("in ", "ins"), ("the ", ""), ("gate", "del"),
        ("hall", "ins"),
    ]  # fmt: skip


def duplicate(journey, editor, **values):
    """Copy a whole journey, as a future state begins."""
    future = make_journey(journey.workspace, compares_with=journey, title=journey.title, **values)
    rows = [
        (part, row) for part in parts().values() if part.removal for row in part.current(journey.pk)
    ]
    with editing(future, by=editor) as edit:
        copies(edit.add, future, rows)
    return future


def test_a_future_state_is_compared_by_what_it_was_copied_from(journey, editor):
    future = duplicate(journey, editor)
    copy = Card.objects.get(text="Card 1", lane__journey=future)
    Card.objects.filter(pk=copy.pk).update(text="Chooses at once", step=copy.step)
    Handoff.objects.filter(from_touchpoint__step__stage__journey=future).first().delete()
    before, after = content_of(journey), content_of(future)
    matches = match_journeys(before, after, journeys=(journey, future))
    found = compare(before, after, matches)
    words = [entry.words for group in found.groups for entry in group.entries]
    assert len(words) == 2
    assert "Card “Chooses at once” reworded" in words
    assert dict(found.counts) == {"removed": 1, "reworded": 1}
    # Two redesigns of the same state belong together by their common original.
    other = duplicate(journey, editor)
    there = content_of(other)
    matches = match_journeys(after, there, journeys=(future, other))
    assert dict(compare(after, there, matches).counts) == {"added": 1, "reworded": 1}


def test_journeys_of_no_common_origin_are_matched_by_their_words(editor, journey):
    other = make_journey(journey.workspace, title="Other")
    doing = make_lane(other, kind="doing")
    there = make_step(make_stage(other, title="Book"), title="Search")
    make_card(doing, there, text="Card 0")
    make_card(doing, there, text="Only here")
    before, after = content_of(journey), content_of(other)
    matches = match_journeys(before, after, journeys=(journey, other))
    assert matches["step"] == {step_of(journey, "Search"): there.pk}
    assert len(matches["card"]) == 1


def step_of(journey, title) -> int:
    return Step.objects.get(stage__journey=journey, title=title).pk


def answers(touchpoint, score, n, days=0) -> None:
    at = timezone.now() - timedelta(days=days)
    for _ in range(n):
        make_record(touchpoint, score=score, occurred_at=at)


def test_metrics_are_compared_with_their_intervals_and_never_called_clear(client, journey, editor):
    client.force_login(editor)
    touchpoint = Touchpoint.objects.first()
    answers(touchpoint, 2, 30)
    keep_version(journey, editor, "Before")
    answers(touchpoint, 5, 4)
    address = f"{journey.get_absolute_url()}history/compare/"
    html = client.get(address).content.decode()
    assert OVERLAP in html
    assert "these days are the same" in html
    answers(touchpoint, 5, 200)
    html = client.get(address).content.decode()
    assert APART in html
    assert "clear difference" not in html.replace(OVERLAP, "")
    assert touchpoint.title in html
    assert "n 30" in html


def test_the_page_shows_old_and_new_text_and_escapes_it(client, journey, editor):
    client.force_login(editor)
    version = keep_version(journey, editor, "Agreed")
    with editing(journey, by=editor) as edit:
        edit.change(card(), text="Card <script>")
    html = client.get(
        f"{journey.get_absolute_url()}history/compare/?from={version.pk}&to=now"
    ).content.decode()
    assert "<del>0</del><ins>&lt;script&gt;</ins>" in html.replace("> <", "><")
    assert "1 reworded" in html


def test_the_default_partner_is_the_state_that_is_redesigned(client, journey, editor):
    client.force_login(editor)
    future = duplicate(journey, editor)
    html = client.get(f"{future.get_absolute_url()}history/compare/").content.decode()
    assert f'<option value="{journey.slug}" selected>' in html
    assert "The maps are the same" in html


def test_an_address_that_names_nothing_says_so(client, journey, editor):
    client.force_login(editor)
    elsewhere = make_journey()
    for asked in ("99999999", "no-such-journey", elsewhere.slug, "9" * 30):
        response = client.get(f"{journey.get_absolute_url()}history/compare/?from={asked}")
        assert response.status_code == 200
        assert f"no version or journey “{asked}”" in response.content.decode()


def test_comparing_writes_nothing(client, journey, editor):
    client.force_login(editor)
    keep_version(journey, editor, "Agreed")
    journey.refresh_from_db()
    revision = journey.revision
    client.get(f"{journey.get_absolute_url()}history/compare/")
    journey.refresh_from_db()
    assert (journey.revision, Version.objects.count()) == (revision, 1)
