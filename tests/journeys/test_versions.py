"""Versions: kept by name and by themselves, restored exactly, and nothing lost on the way."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from journeys.editing.reversing import redo, undo, undoable
from journeys.editing.versions import keep_version, restore
from tests.factories import make_member
from tests.journeys.random_edits import RandomEdits, make_map, seen

pytestmark = pytest.mark.django_db


def undo_everything(journey, people) -> None:
    """Undo as the two would who agree to go back: always whoever edited last."""
    while True:
        newest = [change for each in people if (change := undoable(journey, each))]
        if not newest:
            return
        undo(journey, by=max(newest, key=lambda change: change.pk).by)


def check_way_back(seed: int, edits: int, *, every: int, **size: int) -> None:
    journey = make_map(**size)
    people = [make_member(journey.workspace) for _ in range(2)]
    first = seen(journey)
    doing = RandomEdits(journey, people, seed)
    kept = []
    for number in range(edits):
        if number % every == 0:
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
