"""Random edits of a whole map by two people, and the map as data to compare."""

import json
from itertools import pairwise
from random import Random
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from journeys.editing import Edit, EditRefused, cards, columns, editing, lanes
from journeys.editing.feelings import assess_feeling, withdraw_feeling
from journeys.editing.placing import put, siblings
from journeys.maps import MapFilters, build_map
from journeys.maps.data import as_data
from journeys.models import Card, Journey, Lane, LaneKind, Line, Stage, Step, User
from tests.factories import (
    NOON,
    make_card,
    make_channel,
    make_handoff,
    make_journey,
    make_lane,
    make_record,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
)
from touchpoints.models import Handoff, Touchpoint

KINDS = (
    LaneKind.TOUCHPOINTS,
    LaneKind.DOING,
    LaneKind.PAIN_POINTS,
    LaneKind.FEELING,
    LaneKind.FEEDBACK,
    LaneKind.HANDOFFS,
)


def seen(journey: Journey) -> dict[str, Any]:
    """Return the whole map as data, but for how often it was changed."""
    journey.refresh_from_db()
    found = as_data(build_map(journey, filters=MapFilters.default(NOON.date())))
    return json.loads(json.dumps(found | {"revision": 0}, cls=DjangoJSONEncoder))


def make_map(stages: int = 2, steps: int = 2, per_cell: int = 1) -> Journey:
    """Make a map with two lanes of cards, touchpoints in few channels, handoffs and answers."""
    journey = make_journey(title="Trip")
    for kind in KINDS:
        make_lane(journey, kind=kind)
    channels = [make_channel(journey.workspace) for _ in range(3)]
    teams = [make_team(journey.workspace) for _ in range(3)]
    make_channel(journey.workspace, name="Spare")
    ends: list[Touchpoint] = []
    for _ in range(stages):
        stage = make_stage(journey)
        for _ in range(steps):
            step = make_step(stage)
            for lane in journey.lanes.filter(kind__in=["doing", "pain_points"]):
                for position in range(per_cell):
                    make_card(lane, step, position=position)
            place = len(ends) % 3
            ends.append(make_touchpoint(step, channel=channels[place], team=teams[place]))
    for start, end in pairwise(ends):
        make_handoff(start, end)
    make_record(ends[0])
    return journey


class RandomEdits:
    """Edits of a journey, one after another, each by one of its people."""

    def __init__(self, journey: Journey, people: list[User], seed: int) -> None:
        self.journey, self.people, self.random = journey, people, Random(seed)
        self.ways = sorted(name for name in dir(self) if name.startswith("do_"))

    def edit(self) -> bool:
        """Do one thing; return whether it was not refused."""
        way, by = self.random.choice(self.ways), self.random.choice(self.people)
        try:
            with editing(self.journey, by=by) as edit:
                getattr(self, way)(edit)
        except (EditRefused, IndexError):
            return False
        return bool(edit.rows)

    def one_of(self, model: type[Any], path: str) -> Any:
        """Return something that is on the map; IndexError where nothing is."""
        current = model.objects.current().filter(**{path: self.journey}).order_by("pk")
        return self.random.choice(list(current))

    def stage(self) -> Stage:
        return self.one_of(Stage, "journey")

    def step(self) -> Step:
        return self.one_of(Step, "stage__journey")

    def lane(self, *, of_cards: bool = False) -> Lane:
        lane = self.one_of(Lane, "journey")
        if of_cards and not LaneKind(lane.kind).holds_cards:
            raise EditRefused
        return lane

    def card(self) -> Card:
        return self.one_of(Card, "lane__journey")

    def touchpoint(self) -> Touchpoint:
        return self.one_of(Touchpoint, "step__stage__journey")

    def before(self, model: type[Any], path: str) -> int | None:
        return self.random.choice([None, self.one_of(model, path).pk])

    def do_add_stage(self, edit: Edit) -> None:
        columns.add_stage(edit, "New", before_pk=self.before(Stage, "journey"))

    def do_add_step(self, edit: Edit) -> None:
        columns.add_step(edit, self.stage(), "New", before_pk=self.before(Step, "stage__journey"))

    def do_move_stage(self, edit: Edit) -> None:
        columns.move_stage(edit, self.stage(), before_pk=self.before(Stage, "journey"))

    def do_move_step(self, edit: Edit) -> None:
        before = self.before(Step, "stage__journey")
        columns.move_step(edit, self.step(), self.stage(), before_pk=before)

    def do_copy_stage(self, edit: Edit) -> None:
        columns.copy_stage(edit, self.stage())

    def do_copy_step(self, edit: Edit) -> None:
        columns.copy_step(edit, self.step())

    def do_split_stage(self, edit: Edit) -> None:
        columns.split_stage(edit, self.step())

    def do_merge_stage(self, edit: Edit) -> None:
        columns.merge_stage(edit, self.stage())

    def do_split_step(self, edit: Edit) -> None:
        columns.split_step(edit, self.step())

    def do_merge_step(self, edit: Edit) -> None:
        columns.merge_step(edit, self.step())

    def do_remove_stage(self, edit: Edit) -> None:
        columns.remove_stage(edit, self.stage())

    def do_remove_step(self, edit: Edit) -> None:
        columns.remove_step(edit, self.step())

    def do_rename_step(self, edit: Edit) -> None:
        edit.write(self.step(), "title", f"Named {self.random.random():.4f}", was=None)

    def do_rename_journey(self, edit: Edit) -> None:
        edit.change(edit.get(Journey, self.journey.pk), title=f"{self.random.random():.4f}")

    def do_add_lane(self, edit: Edit) -> None:
        kind = self.random.choice([*KINDS, LaneKind.THINKING])
        lanes.add_lane(edit, kind, before_pk=self.before(Lane, "journey"))

    def do_move_lane(self, edit: Edit) -> None:
        lanes.move_lane(edit, self.lane(), before_pk=self.before(Lane, "journey"))

    def do_draw_line(self, edit: Edit) -> None:
        lanes.draw_line(edit, self.lane(), self.random.choice(Line.values))

    def do_remove_lane(self, edit: Edit) -> None:
        lanes.remove_lane(edit, self.lane())

    def do_add_card(self, edit: Edit) -> None:
        before = self.before(Card, "lane__journey")
        cards.add_card(edit, self.lane(of_cards=True), self.step(), "One\nTwo", before_pk=before)

    def do_paste_cards(self, edit: Edit) -> None:
        cards.add_cards(edit, self.lane(of_cards=True), self.step(), ["1", "2", "3"])

    def do_move_card(self, edit: Edit) -> None:
        before = self.before(Card, "lane__journey")
        cards.move_card(edit, self.card(), self.lane(), self.step(), before_pk=before)

    def do_reword_card(self, edit: Edit) -> None:
        text = f"Says {self.random.random():.4f}\nmore"
        edit.change(self.card(), text=text, severity=self.random.choice([None, 2, 4]))

    def do_copy_card(self, edit: Edit) -> None:
        cards.copy_card(edit, self.card())

    def do_split_card(self, edit: Edit) -> None:
        cards.split_card(edit, self.card())

    def do_merge_card(self, edit: Edit) -> None:
        cards.merge_cards(edit, self.card())

    def do_remove_card(self, edit: Edit) -> None:
        cards.remove_card(edit, self.card())

    def do_add_touchpoint(self, edit: Edit) -> None:
        other = self.touchpoint()
        among = siblings(Touchpoint, step=self.step())
        edit.add(
            Touchpoint, step=self.step(), channel=other.channel, team=other.team, title="New",
            position=max((each.position for each in among), default=0) + 1024,
        )  # fmt: skip

    def do_move_touchpoint(self, edit: Edit) -> None:
        put(edit, self.touchpoint(), before_pk=None, step=self.step())

    def do_swap_channels(self, edit: Edit) -> None:
        one, other = self.touchpoint(), self.touchpoint()
        channel, place = other.channel, other.step
        edit.change(other, channel_id=self.journey.workspace.channels.get(name="Spare").pk)
        step = one.step
        mine = one.channel_id
        edit.change(one, channel_id=channel.pk, step_id=place.pk)
        edit.change(other, channel_id=mine, step_id=step.pk)

    def do_remove_touchpoint(self, edit: Edit) -> None:
        edit.remove(self.touchpoint())

    def do_add_handoff(self, edit: Edit) -> None:
        start, end = self.touchpoint(), self.touchpoint()
        edit.add(
            Handoff, from_touchpoint=start, to_touchpoint=end, from_team=start.team,
            to_team=end.team, what_moves="The file",
        )  # fmt: skip

    def do_turn_handoff(self, edit: Edit) -> None:
        handoff = self.one_of(Handoff, "from_touchpoint__step__stage__journey")
        edit.change(
            handoff,
            from_touchpoint_id=handoff.to_touchpoint_id,
            to_touchpoint_id=handoff.from_touchpoint_id,
            from_team_id=handoff.to_team_id,
            to_team_id=handoff.from_team_id,
        )

    def do_remove_handoff(self, edit: Edit) -> None:
        edit.remove(self.one_of(Handoff, "from_touchpoint__step__stage__journey"))

    def do_assess(self, edit: Edit) -> None:
        assess_feeling(edit, self.step(), self.random.choice([-2, -1, 0, 1, 2]), persona=None)

    def do_withdraw(self, edit: Edit) -> None:
        withdraw_feeling(edit, self.step(), persona=None)
