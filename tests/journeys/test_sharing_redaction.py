"""What a link hides is nowhere in what it sends: a world of unmistakable words, and random maps."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, cast

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.maps.grid import (
    Card,
    Cell,
    Change,
    Heat,
    JourneyMap,
    Lane,
    Link,
    Metric,
    Mood,
    Option,
    Score,
    StageColumn,
    StepColumn,
)  # fmt: skip
from journeys.models import Comment
from journeys.sharing.names import name_hider, personas_named, without_quotes
from journeys.sharing.redaction import Shown, shared_map
from tests.factories import (
    make_card,
    make_emotion_assessment,
    make_handoff,
    make_journey,
    make_lane,
    make_member,
    make_membership,
    make_persona,
    make_record,
    make_segment,
    make_share_link,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_user,
    make_workspace,
)  # fmt: skip

NAMES = ["Zebulon", "Quixley", "Wilhelmine", "Oddfellow", "田中"]
QUOTES = ["never-ever-arrived", "nobody-called-back", "lost-and-alone"]
INSIDE = ["hidden-lane-words", "hidden-sub-journey", "hidden-picture", "hidden-team-comment"]
"""What no visitor of these links may read, whatever else is shown."""


@pytest.fixture
def world(db):
    """A map on which names and quotes stand wherever they can stand."""
    home = make_workspace(slug="air", name="Air")
    owner = make_membership(home, user=make_user(name="Zebulon Quixley")).user
    make_member(home)
    journey = make_journey(
        home, slug="trip", title="Wilhelmine’s trip", owner=owner, goal="Zebulon helps 田中さん"
    )
    persona = make_persona(home, name="Wilhelmine Oddfellow", slug="wilhelmine-oddfellow")
    other = make_persona(home, name="田中", slug="tanaka")
    journey.personas.add(persona, other)
    kinds = ["doing", "thinking", "evidence", "pain_points", "touchpoints", "feedback", "friction",
             "feeling", "handoffs", "images", "free_text"]  # fmt: skip
    lanes = {kind: make_lane(journey, kind=kind) for kind in kinds}
    stage = make_stage(journey, title="Stage of Oddfellow", goal="As ZEBULON QUIXLEY said")
    step = make_step(stage, title="Wilhelmine calls")
    after = make_step(stage, opens=make_journey(home, title="hidden-sub-journey"))
    make_card(lanes["doing"], step, text="Quixley asks", persona=persona)
    make_card(lanes["thinking"], step, text="never-ever-arrived")
    make_card(lanes["evidence"], step, text="nobody-called-back")
    make_card(lanes["pain_points"], step, text="One said “lost-and-alone” to us", persona=other)
    make_card(lanes["free_text"], step, text="hidden-lane-words")
    make_card(lanes["doing"], step, text="Write to zebulon.quixley@example.com")
    picture = make_card(lanes["images"], step, text="hidden-picture")
    picture.image.save("zebulon.png", ContentFile(b"no picture"))
    team = make_team(home, name="Team Zebulon")
    point = make_touchpoint(step, title="Oddfellow’s desk", team=team)
    handoff = make_handoff(point, make_touchpoint(after), what_moves="the file of Wilhelmine")
    for _ in range(7):
        make_record(point, occurred_at=timezone.now(), comment="nobody-called-back")
    for _ in range(2):
        make_record(handoff.to_touchpoint, occurred_at=timezone.now(), score=5)
    make_emotion_assessment(step, rater=owner)
    Comment.objects.create(journey=journey, author=owner, text="hidden-team-comment", step=step)
    make_segment(home, name="Business")
    return journey, lanes, picture


def link_to(world, **values):
    journey, lanes, _ = world
    shown = [lane for kind, lane in lanes.items() if kind not in {"free_text", "images"}]
    values = {"origins": "https://example.com", "lanes": shown} | values
    return make_share_link(journey, **values)


def everything(client, link) -> str:
    """Return all that a visitor is sent, headers and all."""
    sent = []
    for page in ("", "?as=story", "embed/", "comments/", "comments/at/", "enter/"):
        response = client.get(f"/share/{link.token}/{page}")
        sent += [str(response.headers), str(response.cookies), response.content.decode()]
    return "\n".join(sent)


def found_in(text: str, words: list[str]) -> list[str]:
    return [word for word in words if re.search(re.escape(word), text, re.IGNORECASE)]


class TestWorld:
    def test_with_nothing_hidden_the_words_are_there(self, client, world):
        sent = everything(client, link_to(world, hides_names=False, hides_quotes=False))
        assert found_in(sent, NAMES) == NAMES
        assert found_in(sent, QUOTES) == QUOTES
        assert found_in(sent, INSIDE) == []

    def test_hidden_names_are_nowhere(self, client, world):
        sent = everything(client, link_to(world, hides_quotes=False, allows="comment"))
        assert found_in(sent, NAMES) == []
        assert found_in(sent, QUOTES) == QUOTES
        assert "Persona A" in sent
        assert "[name]" in sent

    def test_nor_in_comments_that_the_link_shows(self, client, world):
        journey = world[0]
        Comment.objects.create(
            journey=journey, author=journey.owner, text="@Zebulon Quixley: “lost-and-alone”"
        )
        link = link_to(world, allows="comment", shows_team_comments=True)
        Comment.objects.create(journey=journey, text="Quixley!", link=link, guest_name="Oddfellow")
        sent = everything(client, link)
        assert found_in(sent, [*NAMES, *QUOTES]) == []
        assert "The team" in sent

    def test_hidden_quotes_are_nowhere(self, client, world):
        sent = everything(client, link_to(world, hides_names=False))
        assert found_in(sent, QUOTES) == []
        assert found_in(sent, NAMES) == NAMES

    def test_hidden_lanes_pictures_and_sub_journeys_are_nowhere(self, client, world):
        _, lanes, picture = world
        link = link_to(world, hides_names=False, hides_quotes=False)
        assert found_in(everything(client, link), INSIDE) == []
        address = f"/share/{link.token}/cards/{picture.pk}/image/"
        assert client.get(address).status_code == 404
        link.lanes.add(lanes["images"])
        link.save()
        assert client.get(address).status_code == 200
        assert address in everything(client, link)

    def test_nothing_leads_into_the_app(self, client, world):
        sent = everything(client, link_to(world, allows="comment"))
        addresses = set(re.findall(r'(?:href|src|action)="([^"#?]*)', sent))
        assert all(
            address.startswith(("/share/", "/static/")) or address == "" for address in addresses
        )
        assert "/w/air" not in sent

    def test_without_figures_nothing_measured_is_left(self, client, world):
        link = link_to(world, shows_figures=False)
        sent = everything(client, link)
        assert not re.search(r"\bn \d|CSAT|measured [+−]|NPS|Friction <b>", sent)
        assert "assessed +1.0 by 1" in sent

    def test_too_few_answers_stay_hidden_as_for_members(self, client, world):
        journey = world[0]
        sent = everything(client, link_to(world))
        assert "n 7" in sent  # of the seven who answered at the first step
        # The two of the second are in no base, not even by subtraction.
        assert not re.search(r"n (?:2|9)\b", sent)
        client.force_login(make_member(journey.workspace))
        mine = client.get("/w/air/journeys/trip/").content.decode()
        assert set(re.findall(r"\bn \d+", sent)) <= set(re.findall(r"\bn \d+", mine))

    def test_what_is_kept_for_one_link_is_shown_by_no_other(self, client, world, settings):
        settings.MAP_CACHE_SECONDS = 60
        open_one = link_to(world, hides_names=False, hides_quotes=False)
        closed = link_to(world)
        assert found_in(everything(client, open_one), NAMES) == NAMES
        assert found_in(everything(client, closed), [*NAMES, *QUOTES]) == []


WORDS = ["Maya", "MAYA LINDGREN", "lindgren", "Lindgren", "Bo", "waits", "maya lindgren's",
         "bo@example.com", "田中さん",
         "“bad”", "„schlecht“", '"awful"', "at the desk", "Böhm", "Bo\u0308hm",
         "(Maya)", "Maya-Lindgren", "\n"]  # fmt: skip
HIDDEN = ["maya lindgren", "böhm", "bo\u0308hm", "田中", "bo@example.com"]
HIDDEN_AS_WRITTEN = ["Maya", "Lindgren", "Böhm"]
DRAWN = {"key", "kind", "form", "base", "tone", "icon", "basis", "flag_sign", "spark", "line"}
"""Fields that say how to draw."""


def any_metric() -> Metric:
    change = Change(1, "", "")
    return Metric("csat", "", note="?", url="?", margin_text="?", change=change)


def any_map() -> JourneyMap:
    """Return a map that has one of everything; its texts are still to be filled in."""
    metric = any_metric()
    mood = Mood(None, 0, None, None, None, None, "", marks=("", ""))
    link = Link(1, "", "", "", True, "", None, "", "", None, False, "", metric, "", "?")
    items = (
        Card(
            1, "", detail="?", badge_title="?", url="?", note_url="?", persona="?", image_url="/a?b"
        ),
        Card(-1, "", figure=metric),
        Score(1, "", metric, title="?"),
        Score(1, "", metric, title="?", pooled=True),
        Heat(1, "", metric, note="?", flag="?", title="?"),
        mood,
        link,
    )
    forms = ("cards", "quotes", "scores", "heat", "mood", "links")
    lanes = tuple(
        Lane(n, "doing", "doing", "", "", form, "", (Cell(1, items),), add_url="?")
        for n, form in enumerate(forms)
    )
    option = (Option("", "", selected=True), Option("", ""))
    step = StepColumn(1, "", True, "?", "?")
    stage = StageColumn(1, "", "", (step,), (metric,))
    return JourneyMap(
        "", "", "", "", True, "", "", 1, "", None, option, option, option, "", "", (metric,),
        (stage,), lanes, option, ("", ""), None, "", True, True,
    )  # fmt: skip


def filled(part: Any, text: Callable[[], str]) -> Any:
    """Return a part of a map with every text that is words replaced by a random one."""
    if isinstance(part, str):
        return text()
    if isinstance(part, tuple):
        return tuple(filled(each, text) for each in part)
    if dataclasses.is_dataclass(part):
        return dataclasses.replace(
            cast("Any", part),
            **{
                field.name: filled(getattr(part, field.name), text)
                for field in dataclasses.fields(part)
                if not is_drawn(field.name)
            },
        )
    return part


def is_drawn(name: str) -> bool:
    return name in DRAWN or name.endswith(("_path", "_y")) or name == "image_url"


def said_in(part: Any) -> Iterator[str]:
    """Yield every text of a map, wherever it stands."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from said_in(each)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from said_in(getattr(part, field.name))


@settings(deadline=None)
@given(seed=st.integers(0, 10**9), figures=st.booleans())
def test_no_random_map_keeps_a_name_or_a_quote(seed: int, figures: bool) -> None:
    chance = Random(seed)
    found = filled(any_map(), lambda: " ".join(chance.choices(WORDS, k=chance.randint(0, 4))))
    hide = name_hider(personas_named(["Maya Lindgren", "田中"]), ["Bo\u0308hm"])
    shown = Shown(frozenset(range(5)), figures=figures, quotes=False, hide_names=hide)
    redacted = shared_map(found, shown)
    left = "\n".join(said_in(redacted))
    assert found_in(left, HIDDEN) == []
    assert [name for name in HIDDEN_AS_WRITTEN if name in left] == []
    assert not re.search("bad|schlecht|awful", left)
    assert {lane.id for lane in redacted.lanes} == ({0, 4} if not figures else {0, 2, 3, 4})
    assert shared_map(redacted, shown) == redacted


class TestNames:
    HIDE = staticmethod(
        name_hider(
            personas_named(["Business traveller", "Maya Lindgren"]),
            ["Grace Hopper", "Jo", "", "  "],
            spared=["Business"],
        )
    )

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("The business traveller waits", "The Persona A waits"),
            ("Business class", "Business class"),
            (
                "MAYA  LINDGREN and Mayas bag, Maya’s seat",
                "Persona B and Persona Bs bag, Persona B’s seat",
            ),
            ("a period of grace, as Grace says", "a period of grace, as [name] says"),
            ("jo, joined, JO", "[name], joined, [name]"),
            ("Mayan ruins", "Mayan ruins"),
            ("mail grace@hopper.example now", "mail [name] now"),
        ],
    )
    def test_are_replaced_whole_and_by_their_words(self, text, shown):
        assert self.HIDE(text) == shown

    def test_without_names_nothing_is_replaced(self):
        assert name_hider({}, [])("Maya waits “here”") == "Maya waits “here”"

    def test_personas_are_lettered_on_and_on(self):
        named = personas_named(f"P{n}" for n in range(30))
        assert [named["P0"], named["P25"], named["P26"]] == ["Persona A", "Persona Z", "Persona AA"]

    @pytest.mark.parametrize("text", ["“a”", "„a“", "«a»", '"a"', "„a”"])
    def test_quotes_of_many_tongues(self, text):
        assert without_quotes(f"Said {text}.") == "Said “…”."
