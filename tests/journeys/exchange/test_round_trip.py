"""A journey that goes out as a file and comes in again is the same journey, whatever is on it."""

import json
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from journeys.exchange.checking import problems
from journeys.exchange.content import content_of
from journeys.exchange.reading import read
from journeys.exchange.writing import Imported, write
from journeys.exports import export
from journeys.exports.gathering import gather
from journeys.exports.options import ExportOptions
from journeys.maps import MapFilters
from journeys.models import Journey, LaneKind, Workspace
from tests.demo import load_small_demo
from tests.factories import (
    NOON,
    make_card,
    make_handoff,
    make_journey,
    make_lane,
    make_persona,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_workspace,
)
from tests.journeys.exchange.random_maps import TEXTS, RandomMap, picture, standing

FORMATS = ("json", "xlsx", "csv")
OPTIONS = ExportOptions(metrics=False, on=NOON.date())


def taken_away(journey: Journey, key: str, options: ExportOptions = OPTIONS) -> Any:
    filters = MapFilters.default(NOON.date())
    return export(gather(journey, filters=filters, options=options), key, options)


def brought_back(journey: Journey, key: str, workspace: Workspace | None = None) -> Imported:
    file = taken_away(journey, key)
    found = read(file.filename, BytesIO(file.content))
    return write(workspace or journey.workspace, found.content, by=None)


some = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # A whole map for each step of shrinking takes minutes; the seed says enough.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


class TestRandomMaps(TestCase):
    @some
    @given(seed=st.integers(0, 10**9), texts=TEXTS, key=st.sampled_from(FORMATS))
    def test_come_back_as_they_were(self, seed: int, texts: list[str], key: str) -> None:
        journey = RandomMap(seed, texts, make_workspace()).journey()
        again = brought_back(journey, key).journey
        assert content_of(again) == content_of(journey)
        assert standing(again) == standing(journey)
        assert taken_away(again, "json").content == taken_away(journey, "json").content
        assert taken_away(again, "csv").content == taken_away(journey, "csv").content

    @some
    @given(seed=st.integers(0, 10**9), texts=TEXTS, key=st.sampled_from(FORMATS))
    def test_come_back_in_an_empty_workspace(self, seed: int, texts: list[str], key: str) -> None:
        journey = RandomMap(seed, texts, make_workspace()).journey()
        made = brought_back(journey, key, make_workspace())
        there = content_of(journey)
        for other in {step.pop("opens", None) for step in there["steps"]} | {
            there["journey"].pop("compares_with", None)
        } - {None}:
            # Other journeys stay behind, and the report names them.
            assert other is None or any(other in note for note in made.notes)
        assert content_of(made.journey) == there


@pytest.mark.django_db
def test_the_demo_journeys_come_back_here_and_elsewhere() -> None:
    load_small_demo(today=NOON.date())
    elsewhere = make_workspace()
    for journey in Journey.objects.filter(workspace__simulated=True):
        there = content_of(journey)
        for key in FORMATS:
            assert content_of(brought_back(journey, key).journey) == there, (journey, key)
        made = content_of(brought_back(journey, "xlsx", elsewhere).journey)
        assert made["cards"] == there["cards"]
        assert made["libraries"] == there["libraries"]


@pytest.mark.django_db
class TestFiles:
    def test_are_the_same_bytes_for_the_same_map(self) -> None:
        journey = RandomMap(7, ["x"], make_workspace()).journey()
        for key in FORMATS:
            assert taken_away(journey, key).content == taken_away(journey, key).content

    def test_name_nobody(self) -> None:
        journey = RandomMap(11, ["x"], make_workspace()).journey()
        team = journey.workspace.teams.first()
        team.contact = "desk@example.org"
        team.save()
        assert "example." not in taken_away(journey, "json").content.decode()

    def test_hold_the_figures_beside_the_journey_and_say_that_they_are_not_read(self) -> None:
        journey = make_journey()
        file = taken_away(journey, "json", ExportOptions())
        assert json.loads(file.content)["figures"]["schema"] == "cxjourney/map/1"
        found = read("map.json", BytesIO(file.content))
        assert "figures" not in found.content
        assert found.notes == (
            "The figures of the file were not read: they are measured anew here.",
        )

    def test_leave_out_what_is_off_the_map(self) -> None:
        journey = make_journey()
        card = make_card(make_lane(journey), make_step(make_stage(journey)))
        type(card).objects.filter(pk=card.pk).update(removed_at=NOON)
        assert content_of(journey)["cards"] == []

    def test_take_a_number_of_queries_that_does_not_grow(self) -> None:
        small, large = make_journey(), make_journey()
        for journey, size in ((small, 1), (large, 12)):
            lane = make_lane(journey)
            persona = make_persona(journey.workspace)
            journey.personas.add(persona)
            for _ in range(size):
                make_card(lane, make_step(make_stage(journey)), persona=persona)
        counts = []
        for journey in (small, large):
            with CaptureQueriesContext(connection) as queries:
                content = content_of(journey)
                write(journey.workspace, content, by=None)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_bring_webp_pictures_in_a_workbook_as_png_and_say_so(self) -> None:
        journey = make_journey()
        lane = make_lane(journey, kind=LaneKind.IMAGES)
        name = default_storage.save("cards/a.webp", ContentFile(picture(Random(1), "WEBP")))
        make_card(lane, make_step(make_stage(journey)), image=name)
        file = taken_away(journey, "xlsx")
        assert file.notes == ("Pictures that are WebP, stored as PNG here: 1.",)
        [called] = content_of(brought_back(journey, "xlsx").journey)["images"]
        assert called.endswith(".png")
        assert content_of(brought_back(journey, "csv").journey) == content_of(journey)

    def test_note_what_a_workbook_cannot_hold(self) -> None:
        journey = make_journey()
        make_card(make_lane(journey), make_step(make_stage(journey)), text="odd \ufffe sign")
        journey.personas.add(make_persona(journey.workspace, summary="x" * 40_000))
        notes = " ".join(taken_away(journey, "xlsx").notes)
        assert "Sheet “Cards”, row 2: a character that XLSX cannot hold" in notes
        assert "Sheet “Personas”, row 2: the text has 40,000 characters" in notes


@pytest.mark.django_db
class TestALibraryThatIsThereAlready:
    def test_is_used_as_it_is(self) -> None:
        journey = make_journey()
        journey.personas.add(make_persona(journey.workspace, slug="maya", name="Maya", role="Old"))
        home = make_workspace()
        here = make_persona(home, slug="maya", name="Maja", role="New")
        made = brought_back(journey, "json", home)
        assert list(made.journey.personas.all()) == [here]
        here.refresh_from_db()
        assert here.role == "New"
        assert made.notes == (
            "1 persona of the file is in the workspace already and stays as it is there.",
        )

    def test_lends_no_name_to_another_team(self) -> None:
        journey = make_journey()
        one = make_team(journey.workspace, slug="a", name="Alpha")
        other = make_team(journey.workspace, slug="b", name="Beta")
        step = make_step(make_stage(journey))
        make_handoff(make_touchpoint(step, team=one), make_touchpoint(step, team=other))
        home = make_workspace()
        make_team(home, slug="a", name="Beta")
        made = brought_back(journey, "csv", home)
        assert sorted(home.teams.values_list("slug", "name")) == [("a", "Beta"), ("b", "Beta 2")]
        assert "The team “Beta” is called “Beta 2” here" in " ".join(made.notes)


@pytest.mark.django_db
def test_what_a_lane_shows_stays_behind_with_it():
    made = RandomMap(3, ["x"], make_workspace()).journey()
    for lane in made.lanes.all():
        content = content_of(made, without=[lane.pk])
        kept = content_of(made)
        assert len(content["lanes"]) == len(kept["lanes"]) - 1
        if lane.kind == LaneKind.TOUCHPOINTS:
            assert (content["touchpoints"], content["handoffs"]) == ([], [])
        if lane.kind == LaneKind.FEELING:
            assert content["feelings"] == []
        texts = [card.text for card in lane.cards.current()]
        gone = len(kept["cards"]) - len(content["cards"])
        assert gone == len(texts)
        assert problems(content) == []
