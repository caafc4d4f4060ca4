"""Versions: kept by name and by themselves, restored exactly, and nothing lost on the way."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from journeys.editing import cards, editing, lanes
from journeys.editing.figures import draw_content, with_figures
from journeys.editing.reversing import redo, undo, undoable
from journeys.editing.versions import keep_version, restore
from journeys.models import Card, Change, Lane, Stage, Step, Version
from tests.factories import make_member, make_persona, make_record
from tests.journeys.random_edits import RandomEdits, make_map, seen
from touchpoints.models import Handoff, Touchpoint

pytestmark = pytest.mark.django_db


def undo_everything(journey, people) -> None:
    """Undo as the two would who agree to go back: always whoever edited last."""
    while True:
        newest = [change for each in people if (change := undoable(journey, each))]
        if not newest:
            return
        undo(journey, by=max(newest, key=lambda change: change.pk).by)


def analyze() -> None:
    """Give PostgreSQL statistics: nobody else does within the one transaction of a test."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def check_way_back(seed: int, edits: int, *, every: int, **size: int) -> None:
    journey = make_map(**size)
    people = [make_member(journey.workspace) for _ in range(2)]
    analyze()
    first = seen(journey)
    doing = RandomEdits(journey, people, seed)
    kept = []
    for number in range(edits):
        if number % every == 0:
            analyze()
            kept.append((keep_version(journey, people[0], f"V{number}"), seen(journey)))
        doing.edit()
    for version, then in doing.random.sample(kept, len(kept)):
        before = seen(journey)
        restore(journey, version, by=people[1])
        assert seen(journey) == then
        if before != then:
            undo(journey, by=people[1])
            assert seen(journey) == before
            redo(journey, by=people[1])
            assert seen(journey) == then
    undo_everything(journey, people)
    assert seen(journey) == first


class TestTheWayBack(TestCase):
    """Whatever two people did, undoing all of it and restoring any version lead back exactly."""

    @settings(
        max_examples=12, deadline=None, suppress_health_check=list(HealthCheck),
        derandomize=True,
    )  # fmt: skip
    @given(st.integers(0, 10**6), st.integers(1, 20))
    def test_of_a_small_map(self, seed: int, edits: int) -> None:
        with transaction.atomic():
            check_way_back(seed, edits, every=6)
            transaction.set_rollback(True)

    def test_of_a_map_of_150_cards(self) -> None:
        check_way_back(7, 60, every=20, stages=5, steps=5, per_cell=3)


@pytest.fixture
def journey():
    return make_map()


@pytest.fixture
def editor(journey):
    return make_member(journey.workspace)


def add(journey, by, text="Waits") -> Card:
    with editing(journey, by=by) as edit:
        return cards.add_card(edit, Lane.objects.get(kind="doing"), Step.objects.first(), text)


def pause() -> None:
    Change.objects.update(at=timezone.now() - timedelta(minutes=31))


def test_an_edit_after_a_pause_keeps_what_was_there(journey, editor):
    add(journey, editor)
    add(journey, editor, text="In the same session")
    assert Version.objects.count() == 1
    pause()
    then = seen(journey)
    add(journey, editor, text="In the next session")
    version = Version.objects.order_by("pk").last()
    assert (Version.objects.count(), version.title, version.by) == (2, "", editor)
    restore(journey, version, by=editor)
    assert seen(journey) == then


def test_an_edit_that_changes_nothing_keeps_nothing(journey, editor):
    with editing(journey, by=editor) as edit:
        edit.change(Card.objects.first(), text=Card.objects.first().text)
    assert not Version.objects.exists()


def test_a_state_that_is_a_version_already_is_not_kept_twice(journey, editor):
    keep_version(journey, editor, "Agreed")
    add(journey, editor)
    assert [version.title for version in Version.objects.all()] == ["Agreed"]


def test_within_a_session_an_edit_asks_for_its_version_once(journey, editor):
    add(journey, editor)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        add(journey, editor)
    assert not [q for q in asked.captured_queries if "journeys_version" in q["sql"]]
    assert len([q for q in asked.captured_queries if '"journeys_change"."at"' in q["sql"]]) == 1


def test_figures_of_a_session_follow_once_the_edit_is_through(
    journey, editor, django_capture_on_commit_callbacks
):
    for _ in range(8):
        make_record(Touchpoint.objects.first(), occurred_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        add(journey, editor)
    version = Version.objects.get()
    csat = next(each for each in version.figures["headline"] if each["key"] == "csat")
    assert csat["n"] == 8
    assert csat["low"] < csat["value"] <= csat["high"]
    [score] = version.figures["touchpoints"][str(Touchpoint.objects.first().pk)][:1]
    assert score["counts"]["4"] == 8
    drawn = draw_content(journey, version.content, today=version.at.date(), measured=False)
    assert with_figures(drawn, version.figures).headline[1].n == 8


def test_old_versions_without_a_name_are_thinned_out(journey, editor):
    now = timezone.now()
    named = keep_version(journey, editor, "Agreed")
    Version.objects.filter(pk=named.pk).update(at=now - timedelta(days=400))
    for days in (1, 1, 20, 20, 20, 21, 200, 201):
        kept = Version.objects.create(journey=journey, revision=0, content={})
        at = (now - timedelta(days=days)).replace(hour=12)
        Version.objects.filter(pk=kept.pk).update(at=at)
    add(journey, editor)
    pause()
    add(journey, editor)
    ages = sorted((now - at).days for at in Version.objects.values_list("at", flat=True))
    months = {(now - timedelta(days=days)).month for days in (200, 201)}
    assert len(ages) == 1 + 2 + 2 + len(months) + 1
    assert Version.objects.filter(pk=named.pk).exists()


def test_what_an_admin_deleted_for_good_is_made_again(journey, editor):
    version = keep_version(journey, editor, "Agreed")
    stage = Stage.objects.first()
    title, count = stage.title, Card.objects.count()
    Handoff.objects.all().delete()
    Touchpoint.objects.filter(step__stage=stage, feedback_records=None).delete()
    Stage.objects.filter(pk=Stage.objects.last().pk).delete()
    assert Card.objects.count() < count
    _, left_out = restore(journey, version, by=editor)
    assert left_out == []
    assert Stage.objects.current().filter(title=title).exists()
    assert Card.objects.current().count() == count
    assert Handoff.objects.current().count() == 3
    undo(journey, by=editor)
    assert Card.objects.current().count() < count


def test_what_lost_its_channel_is_left_out_and_named(journey, editor):
    version = keep_version(journey, editor, "Agreed")
    gone = Touchpoint.objects.last()
    channel, title = gone.channel, gone.title
    Handoff.objects.filter(to_touchpoint=gone).delete()
    Touchpoint.objects.filter(channel=channel, feedback_records=None).delete()
    Touchpoint.objects.filter(channel=channel).update(channel=Touchpoint.objects.all()[1].channel)
    channel.delete()
    _, left_out = restore(journey, version, by=editor)
    assert any(title in each for each in left_out)
    assert not Touchpoint.objects.current().filter(title=title).exists()


def test_a_persona_that_is_gone_leaves_a_card_to_everybody(journey, editor):
    persona = make_persona(journey.workspace)
    card = Card.objects.first()
    Card.objects.filter(pk=card.pk).update(persona=persona)
    version = keep_version(journey, editor, "Agreed")
    with editing(journey, by=editor) as edit:
        cards.remove_card(edit, edit.get(Card, card.pk))
    persona.delete()
    drawn = draw_content(journey, version.content, today=version.at.date(), measured=False)
    assert drawn.stages
    restore(journey, version, by=editor)
    card.refresh_from_db()
    assert (card.removed_at, card.persona) == (None, None)


def test_a_touchpoint_whose_feedback_went_elsewhere_stays_off(journey, editor):
    version = keep_version(journey, editor, "Agreed")
    first, other = Touchpoint.objects.all()[:2]
    Touchpoint.objects.filter(pk=first.pk).update(archived_at=timezone.now(), merged_into=other)
    _, left_out = restore(journey, version, by=editor)
    assert any(first.title in each for each in left_out)
    assert not Touchpoint.objects.current().filter(pk=first.pk).exists()
    assert first.feedback_records.count() == 1


def test_lines_that_changed_places_come_back(journey, editor):
    one, other = Lane.objects.filter(kind__in=["doing", "pain_points"])
    with editing(journey, by=editor) as edit:
        lanes.draw_line(edit, one, "visibility")
    with editing(journey, by=editor) as edit:
        lanes.draw_line(edit, other, "interaction")
    version, then = keep_version(journey, editor, "Agreed"), seen(journey)
    with editing(journey, by=editor) as edit:
        lanes.draw_line(edit, edit.get(Lane, one.pk), "interaction")
    with editing(journey, by=editor) as edit:
        lanes.draw_line(edit, edit.get(Lane, other.pk), "visibility")
    restore(journey, version, by=editor)
    assert seen(journey) == then


def test_feedback_stays_with_its_touchpoint(journey, editor):
    version = keep_version(journey, editor, "Agreed")
    touchpoint = Touchpoint.objects.first()
    with editing(journey, by=editor) as edit:
        edit.remove(edit.get(Touchpoint, touchpoint.pk))
    make_record(touchpoint)
    restore(journey, version, by=editor)
    assert Touchpoint.objects.current().get(pk=touchpoint.pk).feedback_records.count() == 2
