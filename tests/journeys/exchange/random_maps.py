"""Random maps with everything on them that a file must bring back, and what stands on them."""

from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import strategies as st
from PIL import Image

from journeys.models import (
    Card,
    EmotionAssessment,
    Journey,
    Lane,
    LaneKind,
    Line,
    PersonaTrait,
    Workspace,
)
from tests.factories import (
    make_card,
    make_channel,
    make_emotion_assessment,
    make_handoff,
    make_journey,
    make_lane,
    make_persona,
    make_segment,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_user,
)
from touchpoints.models import Handoff, Icon, Side, Touchpoint

NASTY = (
    "=1+1", "+49 30 12", "-5 minutes", "@airline thanks", "'quoted'", "'=1", "''-", "\ttab",
    "\r\nnew\rline\n", " spaces ", "_x000D_", "a,b;c\"d\"", "真的吗", "مرحبا",
    "😀👍🏽🇩🇪", "\x01\x1f\x7f", "\uff1dwide", "<b>&amp;</b>", "true", "007", "1e5", "2026-03-10",
    "#REF!", "null",
)  # fmt: skip
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff")
TEXTS = st.lists(st.text(CHARACTERS, min_size=1, max_size=50), min_size=1, max_size=12)


def picture(random: Random, kind: str = "PNG", **more: Any) -> bytes:
    """Return a small picture of one colour."""
    drawn = BytesIO()
    colour = tuple(random.randrange(256) for _ in range(3))
    Image.new("RGB", (random.randint(1, 40), random.randint(1, 40)), colour).save(
        drawn, kind, **more
    )
    return drawn.getvalue()


class RandomMap:
    """One map after another, the same for the same seed."""

    def __init__(self, seed: int, texts: list[str], workspace: Workspace) -> None:
        self.random, self.workspace = Random(seed), workspace
        self.texts = [*texts, *NASTY]
        self.raters = [make_user() for _ in range(3)]

    def text(self) -> str:
        return self.random.choice(self.texts)

    def maybe(self, value: Any, otherwise: Any = None) -> Any:
        return value if self.random.random() < 0.5 else otherwise

    def journey(self) -> Journey:
        random = self.random
        channels = [make_channel(self.workspace, name=self.text() + str(n)) for n in range(4)]
        segment = make_segment(self.workspace, name=self.text())
        self.teams = [
            make_team(self.workspace, name=self.text() + str(n), purpose=self.text(), hue=n)
            for n in range(3)
        ]
        self.personas = [
            make_persona(
                self.workspace, name=self.text(), summary=self.text() * 3, goals="a\r\nb",
                segment=self.maybe(segment), photo=self.maybe(self.stored("personas"), ""),
            ) for _ in range(3)
        ]  # fmt: skip
        for persona in self.personas:
            persona.preferred_channels.set(random.sample(channels, 2))
            PersonaTrait.objects.create(persona=persona, name=self.text(), score=3, position=1)
        self.channels = channels
        journey = make_journey(
            self.workspace, title=self.text(), goal=self.maybe(self.text(), ""),
            state=random.choice(["current", "future", "research"]),
            review_by=self.maybe(date(2027, 1, 31)),
            compares_with=self.maybe(make_journey(self.workspace)),
        )  # fmt: skip
        journey.personas.set(random.sample(self.personas, 2))
        self.fill(journey)
        return journey

    def fill(self, journey: Journey) -> None:
        random = self.random
        kinds = [*LaneKind, LaneKind.DOING, LaneKind.PAIN_POINTS]
        random.shuffle(kinds)
        lines = [line for line in Line if line]
        lanes = []
        for kind in kinds[: random.randint(2, len(kinds))]:
            line = lines.pop() if lines and random.random() < 0.2 else ""
            lanes.append(make_lane(
                journey, kind=kind, title=self.maybe(self.text()[:60], ""), line_below=line
            ))  # fmt: skip
        sub = make_journey(self.workspace)
        touchpoints = []
        for _ in range(random.randint(0, 3)):
            stage = make_stage(journey, title=self.text(), goal=self.maybe(self.text(), ""))
            for _ in range(random.randint(0, 3)):
                step = make_step(stage, title=self.text(), opens=self.maybe(sub))
                for lane in lanes:
                    if LaneKind(lane.kind).holds_cards:
                        self.cards(lane, step)
                self.feelings(step)
                touchpoints += self.touchpoints(step)
        for start, end in pairwise(touchpoints):
            one, other = random.sample(self.teams, 2)
            make_handoff(
                start, end, from_team=one, to_team=other, what_moves=self.maybe(self.text(), ""),
                agreed_wait_minutes=self.maybe(random.randint(1, 9999)),
            )  # fmt: skip

    def cards(self, lane: Lane, step: Any) -> None:
        for _ in range(self.random.randint(0, 2)):
            make_card(
                lane, step, text=self.text(), position=self.random.randint(0, 2),
                persona=self.maybe(self.random.choice(self.personas)),
                severity=self.maybe(self.random.randint(0, 4)),
                impact=self.maybe(self.random.randint(1, 5)),
                effort=self.maybe(self.random.randint(1, 5)),
                image=self.maybe(self.stored("cards"), "") if lane.kind == "images" else "",
                created_by=self.random.choice(self.raters),
            )  # fmt: skip

    def feelings(self, step: Any) -> None:
        for rater in self.raters:
            for persona in (None, self.random.choice(self.personas)):
                if self.random.random() < 0.5:
                    make_emotion_assessment(
                        step, rater=rater, persona=persona, score=self.random.uniform(-2, 2),
                        assessed_on=date(2026, 1, 1) + timedelta(days=self.random.randint(0, 3)),
                    )  # fmt: skip

    def touchpoints(self, step: Any) -> list[Touchpoint]:
        random = self.random
        return [
            make_touchpoint(
                step, channel=channel, team=self.maybe(random.choice(self.teams)),
                title=self.text(), side=random.choice(list(Side)), icon=random.choice(["", *Icon]),
                moment_that_matters=random.random() < 0.5, importance=random.randint(1, 5),
                target_wait_minutes=self.maybe(random.randint(1, 99)),
            ) for channel in random.sample(self.channels, random.randint(0, 2))
        ]  # fmt: skip

    def stored(self, folder: str) -> str:
        kind = self.random.choice(["PNG", "JPEG"])
        content = ContentFile(picture(self.random, kind))
        return default_storage.save(
            f"{folder}/{self.random.randrange(10**9)}.{kind.lower()}", content
        )


def standing(journey: Journey) -> dict[str, Any]:
    """Return what stands on a map by the words alone, asked of the database another way."""
    journey.refresh_from_db()
    steps = [
        (stage.title, stage.goal, [(step.title, str(step.opens)) for step in stage.steps.all()])
        for stage in journey.stages.filter(removed_at=None)
    ]
    lanes = list(journey.lanes.filter(removed_at=None).values_list("kind", "title", "line_below"))
    cards = [
        (
            card.lane.kind, card.lane.title, card.step.title, card.text, str(card.persona),
            card.severity, card.impact, card.effort, bytes_of(card.image.name),
        )
        for card in Card.objects.filter(lane__journey=journey).select_related("lane", "step")
        .order_by("lane__position", "step__stage__position", "step__position", "position", "pk")
    ]  # fmt: skip
    feelings = EmotionAssessment.objects.filter(step__stage__journey=journey).values_list(
        "step__title", "persona__slug", "score", "assessed_on"
    )
    touchpoints = Touchpoint.objects.filter(step__stage__journey=journey).values_list(
        "step__title", "title", "channel__name", "team__slug", "side", "moment_that_matters",
        "importance", "target_wait_minutes", "icon",
    )  # fmt: skip
    handoffs = Handoff.objects.filter(from_touchpoint__step__stage__journey=journey).values_list(
        "from_touchpoint__title", "to_touchpoint__title", "from_team__slug", "to_team__slug",
        "what_moves", "agreed_wait_minutes",
    )  # fmt: skip
    return {
        "journey": (journey.title, journey.goal, journey.state, journey.review_by),
        "personas": sorted(journey.personas.values_list("slug", flat=True)),
        "steps": steps,
        "lanes": lanes,
        "cards": cards,
        "feelings": sorted(feelings, key=repr),
        "touchpoints": sorted(touchpoints, key=repr),
        "handoffs": sorted(handoffs, key=repr),
    }


def bytes_of(name: str) -> bytes:
    """Return a stored picture; nothing where there is none."""
    return default_storage.open(name).read() if name else b""
