"""The map: what stands where, how it is filtered, what it costs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.models import FeedbackRecord, FrictionAssessment, FrictionFormula, FrictionInput
from journeys.maps import MapFilters, Period, build_map
from journeys.maps.grid import JourneyMap
from journeys.models import EmotionAssessment, Journey, LaneKind
from tests.factories import (
    NOON,
    make_card,
    make_channel,
    make_handoff,
    make_journey,
    make_lane,
    make_observation,
    make_persona,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
KINDS = (
    LaneKind.TOUCHPOINTS,
    LaneKind.DOING,
    LaneKind.FEELING,
    LaneKind.FEEDBACK,
    LaneKind.FRICTION,
    LaneKind.HANDOFFS,
)


def view(key: str = "all", **changes: object) -> MapFilters:
    return MapFilters(period=Period.until(TODAY, key), **changes)  # type: ignore[arg-type]


def built(journey: Journey, filters: MapFilters | None = None) -> JourneyMap:
    return build_map(journey, filters=filters or view())


def cells(found: JourneyMap, kind: str) -> list:
    lane = next(lane for lane in found.lanes if lane.kind == kind)
    return [cell.items for cell in lane.cells]


def answers(touchpoint, scores, *, metric="csat", on=NOON, segment=None, channel=None) -> None:
    source = make_source(touchpoint.step.stage.journey.workspace)
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source, touchpoint=touchpoint, metric=metric, score=score, occurred_at=on,
            segment=segment, channel=channel,
        )
        for score in scores
    )  # fmt: skip


@pytest.fixture
def journey() -> Journey:
    found = make_journey()
    for kind in KINDS:
        make_lane(found, kind=kind)
    return found


def grown(journey: Journey, stages: int) -> Journey:
    workspace = journey.workspace
    channel, teams = make_channel(workspace), [make_team(workspace), make_team(workspace)]
    doing = journey.lanes.get(kind=LaneKind.DOING)
    rater, before = make_user(), None
    for number in range(stages):
        step = make_step(make_stage(journey))
        touchpoint = make_touchpoint(step, channel=channel, team=teams[number % 2])
        answers(touchpoint, [3, 4, 5, 5, 2, 1])
        answers(touchpoint, [3, 4, 5, 5, 2, 1], on=NOON - timedelta(days=100))
        make_card(doing, step)
        EmotionAssessment.objects.create(step=step, rater=rater, score=1, assessed_on=TODAY)
        FrictionAssessment.objects.create(
            touchpoint=touchpoint, rater=rater, severity=2, assessed_on=TODAY
        )
        FrictionInput.objects.create(
            touchpoint=touchpoint, kind="error", day=TODAY, hits=1, base=40
        )
        if before:
            make_handoff(before, touchpoint)
        before = touchpoint
    return journey


class TestCost:
    @pytest.mark.parametrize("sliced", [False, True])
    def test_takes_the_same_queries_for_1_5_and_40_stages(self, sliced):
        counts = []
        for stages in (1, 5, 40):
            journey = make_journey()
            for kind in KINDS:
                make_lane(journey, kind=kind)
            segment = make_segment(journey.workspace)
            grown(journey, stages)
            filters = view("90d", segment=segment.name if sliced else "")
            journey = Journey.objects.select_related("workspace", "owner").get(pk=journey.pk)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                build_map(journey, filters=filters)
            counts.append(len(queries))
        assert counts == [20 if sliced else 19] * 3


class TestPlaces:
    def test_puts_steps_in_order_of_stage_and_position(self, journey):
        second, first = make_stage(journey, position=2), make_stage(journey, position=1)
        make_step(second, title="c")
        make_step(first, title="b", position=5)
        make_step(first, title="a", position=2)
        assert [step.title for step in built(journey).steps] == ["a", "b", "c"]

    def test_a_stage_without_steps_still_stands_there(self, journey):
        make_stage(journey, title="Renewal")
        found = built(journey)
        assert [(stage.title, stage.width) for stage in found.stages] == [("Renewal", 1)]
        assert all(lane.cells == () for lane in found.lanes)

    def test_a_card_stands_where_its_lane_crosses_its_step(self, journey):
        stage = make_stage(journey)
        make_step(stage)
        step = make_step(stage)
        make_card(journey.lanes.get(kind="doing"), step, text="Compares fares")
        empty, cell = cells(built(journey), "doing")
        assert empty == ()
        assert [card.text for card in cell] == ["Compares fares"]

    def test_a_card_of_another_persona_is_left_out(self, journey):
        maya, ben = make_persona(journey.workspace), make_persona(journey.workspace)
        journey.personas.set([maya, ben])
        step, lane = make_step(make_stage(journey)), journey.lanes.get(kind="doing")
        for text, persona in (("all", None), ("maya", maya), ("ben", ben)):
            make_card(lane, step, text=text, persona=persona)
        [cell] = cells(built(journey, view(persona=maya.slug)), "doing")
        assert [card.text for card in cell] == ["all", "maya"]

    def test_a_hidden_lane_is_gone_and_can_be_shown_again(self, journey):
        make_step(make_stage(journey))
        found = built(journey, view(hidden=frozenset({"doing"})))
        assert "doing" not in [lane.kind for lane in found.lanes]
        assert [option.value for option in found.hidden_lanes if option.selected] == ["doing"]

    def test_two_lanes_of_one_kind_have_names_of_their_own(self, journey):
        make_lane(journey, kind="doing", title="Sponsor does")
        keys = [lane.key for lane in built(journey).lanes if lane.kind == "doing"]
        assert keys == ["doing", "doing.2"]


class TestFeedback:
    def test_without_answers_a_score_is_a_dash_and_never_0(self, journey):
        make_touchpoint(make_step(make_stage(journey)))
        found = built(journey)
        [[score]] = cells(found, "feedback")
        assert (score.metric.text, score.metric.value, score.metric.base) == ("–", None, "empty")
        assert {m.key: m.text for m in found.headline} == {
            "nps": "–", "csat": "–", "ces": "–", "friction": "–", "answers": "0"
        }  # fmt: skip
        assert found.evidence_text == "no evidence yet"

    def test_fewer_answers_than_the_minimum_show_nothing(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        answers(touchpoint, [1, 1, 5, 5])
        found = built(journey)
        [[score]] = cells(found, "feedback")
        assert (score.metric.text, score.metric.n, score.metric.base) == ("–", None, "suppressed")
        assert (score.counts, score.bars, score.spark, score.mean) == ({}, (), "", None)
        [[heat]] = cells(found, "friction")
        assert heat.metric.value is None
        [[mood]] = cells(found, "feeling")
        assert mood.measured is None

    def test_a_hidden_touchpoint_cannot_be_had_by_subtraction(self, journey):
        stage = make_stage(journey)
        answers(make_touchpoint(make_step(stage)), [4] * 30)
        answers(make_touchpoint(make_step(stage)), [1] * 4)
        found = built(journey)
        assert {m.key: m.n for m in found.headline}["csat"] == 30
        assert {m.key: m.text for m in found.stages[0].metrics}["answers"] == "30"

    def test_shows_share_interval_base_and_distribution(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        answers(touchpoint, [1] * 14 + [2] * 9 + [3] * 10 + [4] * 32 + [5] * 42)
        [[score]] = cells(built(journey), "feedback")
        assert score.metric.text == "69\N{NARROW NO-BREAK SPACE}%"
        assert score.metric.margin_text == "±8.6"
        assert score.metric.n_text == "n 107"
        assert score.counts == {"1": 14, "2": 9, "3": 10, "4": 32, "5": 42}
        assert sum(float(bar.width.rstrip("%")) for bar in score.bars) == pytest.approx(
            100, abs=0.05
        )
        assert score.mean == pytest.approx(3.738317757)

    def test_answers_outside_the_period_do_not_count(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        answers(touchpoint, [5] * 6, on=NOON - timedelta(days=29))
        answers(touchpoint, [1] * 6, on=NOON - timedelta(days=30))
        answers(touchpoint, [1] * 6, on=NOON + timedelta(days=1))
        [[score]] = cells(built(journey, view("30d")), "feedback")
        assert score.counts == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 6}

    def test_a_quiet_period_says_so(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        answers(touchpoint, [5] * 6, on=NOON - timedelta(days=214))
        found = built(journey, view("90d"))
        assert found.quiet_period
        assert found.evidence_text == "evidence 214 days old"

    def test_a_change_is_marked_only_where_it_is_clear(self, journey):
        stage = make_stage(journey)
        falls, stays = make_touchpoint(make_step(stage)), make_touchpoint(make_step(stage))
        before = NOON - timedelta(days=100)
        answers(falls, [5] * 90 + [1] * 10, on=before)
        answers(falls, [5] * 50 + [1] * 50)
        answers(stays, [5] * 52 + [1] * 48, on=before)
        answers(stays, [5] * 50 + [1] * 50)
        [[first], [second]] = cells(built(journey, view("90d")), "feedback")
        assert first.metric.change.text == "▼ 40 pt"
        assert first.metric.change.better is False
        assert second.metric.change.text == "· 2 pt"
        assert second.metric.change.better is None
        assert second.metric.change.clear is False

    def test_compares_with_nothing_when_asked_to(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        answers(touchpoint, [5] * 10, on=NOON - timedelta(days=100))
        answers(touchpoint, [5] * 10)
        [[score]] = cells(built(journey, view("90d", compare=False)), "feedback")
        assert score.metric.change is None

    def test_two_scales_of_one_metric_are_never_pooled(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        answers(touchpoint, [7] * 10, metric="ces")
        answers(touchpoint, [1] * 10, metric="ces5")
        found = built(journey)
        [scores] = cells(found, "feedback")
        assert [(s.metric.key, s.metric.text) for s in scores] == [("ces", "7.0"), ("ces5", "1.0")]
        assert [m.key for m in found.headline] == [
            "nps", "csat", "ces", "ces5", "friction", "answers"
        ]  # fmt: skip

    def test_a_stage_whose_score_is_0_says_0_and_not_nothing(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        answers(touchpoint, [0, 10] * 5, metric="nps")
        answers(touchpoint, [1] * 5)
        metrics = {m.key: m.text for m in built(journey).stages[0].metrics}
        assert metrics["nps"] == "0"
        assert metrics["csat"] == "0\N{NARROW NO-BREAK SPACE}%"
        assert "ces" not in metrics


class TestSlices:
    def test_a_segment_counts_only_its_own_answers(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        business, economy = (make_segment(journey.workspace, name=n) for n in ("Biz", "Eco"))
        answers(touchpoint, [5] * 10, segment=business)
        answers(touchpoint, [1] * 20, segment=economy)
        [[score]] = cells(built(journey, view(segment="Biz")), "feedback")
        assert score.counts == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 10}
        [[score]] = cells(built(journey), "feedback")
        assert score.metric.n == 30

    def test_a_channel_counts_only_its_own_answers(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        web, app = (make_channel(journey.workspace, name=name) for name in ("Web", "App"))
        answers(touchpoint, [5] * 10, channel=web)
        answers(touchpoint, [1] * 20, channel=app)
        [[score]] = cells(built(journey, view(channel="Web")), "feedback")
        assert score.metric.n == 10

    def test_a_segment_that_reveals_a_small_one_by_subtraction_is_hidden_too(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        sizes = {"A": 30, "B": 7, "C": 3}
        for name, size in sizes.items():
            answers(touchpoint, [4] * size, segment=make_segment(journey.workspace, name=name))
        shown = {}
        for name in sizes:
            [[score]] = cells(built(journey, view(segment=name)), "feedback")
            shown[name] = score.metric.base
        assert shown == {"A": "ok", "B": "suppressed", "C": "suppressed"}

    def test_an_unknown_segment_is_named(self, journey):
        found = built(journey, view(segment="Martians"))
        assert found.notices == ("There is no segment “Martians” here, so nothing matches it.",)


class TestFriction:
    def test_observed_events_answers_and_assessments_make_one_score(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        hist = [5, 8, 12, 15, 30, 60, 70]
        answers(touchpoint, [s for s, n in enumerate(hist, 1) for _ in range(n)], metric="ces")
        for kind, hits, base in (("abandon", 36, 300), ("repeat", 27, 180), ("error", 12, 400)):
            FrictionInput.objects.create(
                touchpoint=touchpoint, kind=kind, day=TODAY, hits=hits, base=base
            )
        [[heat]] = cells(built(journey), "friction")
        # The components of fric-01 without the wait, weights 0.85 in all.
        expected = 100 * (0.3 * 0.2358333333 + 0.25 * 0.3 + 0.15 * 0.5 + 0.15 * 0.15) / 0.85
        assert heat.metric.value == pytest.approx(expected)
        assert sum(heat.contributions.values()) == pytest.approx(heat.metric.value)
        assert heat.level == int(expected // 10)
        assert heat.note in {"drop-off", "repeats"}

    def test_without_a_score_nothing_contributes_to_it(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        answers(touchpoint, [1, 2, 2, 3, 5, 2])
        [[heat]] = cells(built(journey), "friction")
        assert (heat.metric.value, heat.metric.n_text) == (None, "too little data")
        assert (heat.note, heat.contributions) == ("", {})

    def test_an_assessed_touchpoint_says_that_it_was_only_assessed(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        for severity in (4, 3, 3, 2):
            FrictionAssessment.objects.create(
                touchpoint=touchpoint, rater=make_user(), severity=severity, assessed_on=TODAY
            )
        found = built(journey)
        [[heat]] = cells(found, "friction")
        assert (heat.metric.value, heat.basis) == (75.0, "assessed")
        assert {m.key: m.n_text for m in found.headline}["friction"] == "assessed"

    def test_the_workspaces_newest_formula_is_used(self, journey):
        touchpoint = make_touchpoint(make_step(make_stage(journey)))
        FrictionFormula.objects.create(
            workspace=journey.workspace, version=2, effort_weight=0, abandon_weight=0,
            wait_weight=0, repeat_weight=0, error_weight=1, error_worst=0.5,
        )  # fmt: skip
        FrictionInput.objects.create(
            touchpoint=touchpoint, kind="error", day=TODAY, hits=25, base=100
        )
        [[heat]] = cells(built(journey), "friction")
        assert heat.metric.value == pytest.approx(50)


class TestFeeling:
    def test_draws_both_lines_and_breaks_the_measured_one(self, journey):
        stage = make_stage(journey)
        steps = [make_step(stage) for _ in range(3)]
        rater = make_user()
        for step in steps:
            EmotionAssessment.objects.create(step=step, rater=rater, score=1, assessed_on=TODAY)
        answers(make_touchpoint(steps[0]), [1, 1, 2, 2, 1, 1])
        answers(make_touchpoint(steps[1]), [5, 5])
        answers(make_touchpoint(steps[2]), [5, 4, 5, 4, 5, 5])
        moods = [mood for [mood] in cells(built(journey), "feeling")]
        assert [mood.measured is None for mood in moods] == [False, True, False]
        assert [bool(mood.measured_path) for mood in moods] == [False, False, False]
        assert [bool(mood.assessed_path) for mood in moods] == [True, True, True]
        assert moods[0].below
        assert "worst moment" in moods[0].marks
        assert "workshop and data disagree" in moods[0].marks
        assert not moods[2].below

    def test_counts_people_and_keeps_votes_that_are_for_every_persona(self, journey):
        step, rater = make_step(make_stage(journey)), make_user()
        maya, ben = make_persona(journey.workspace), make_persona(journey.workspace)
        journey.personas.set([maya, ben])
        for persona, score in ((maya, 2), (ben, -2), (None, 0)):
            EmotionAssessment.objects.create(
                step=step, persona=persona, rater=rater, score=score, assessed_on=TODAY
            )
        [[mood]] = cells(built(journey), "feeling")
        assert (mood.assessed, mood.assessed_n) == (0, 1)
        [[mood]] = cells(built(journey, view(persona=maya.slug)), "feeling")
        assert (mood.assessed, mood.assessed_n) == (1, 1)


class TestHandoffs:
    def test_stands_at_the_step_it_leaves_and_says_how_it_goes(self, journey):
        stage, workspace = make_stage(journey), journey.workspace
        ground, cabin = (make_team(workspace, name=name) for name in ("Ground", "Cabin"))
        gate = make_touchpoint(make_step(stage), team=ground)
        seat = make_touchpoint(make_step(stage, title="Seat"), team=cabin)
        make_handoff(
            gate, seat, agreed_wait_minutes=10, observed_wait_minutes=22.0, released=96,
            accepted=90, breached=40, returned=12,
        )  # fmt: skip
        [[link], rest] = cells(built(journey), "handoffs")
        assert rest == ()
        assert (link.from_label, link.to_label, link.wait_text) == ("Ground", "Cabin", "22 min")
        assert link.late
        assert link.bridges
        assert link.title == "Customer waits 22 min between Ground and Cabin, agreed 10 min"
        assert link.return_rate == pytest.approx(12 / 96)
        assert link.quality.value is not None
        assert link.tone == "disjointed"

    def test_bridges_into_the_next_column_only_where_that_is_free(self, journey):
        stage = make_stage(journey)
        places = [make_touchpoint(make_step(stage)) for _ in range(4)]
        make_handoff(places[0], places[1])
        make_handoff(places[1], places[2])
        make_handoff(places[1], places[3])
        links = [link for cell in cells(built(journey), "handoffs") for link in cell]
        assert [link.bridges for link in links] == [False, True, False]

    def test_who_had_to_explain_it_again_in_the_period_counts(self, journey):
        stage = make_stage(journey)
        gate, seat = (make_touchpoint(make_step(stage)) for _ in range(2))
        handoff = make_handoff(gate, seat, explained_again=10, explained_again_asked=30)
        other = make_handoff(seat, gate)
        for number in range(10):
            make_observation(
                seat, kind="explain", handoff=handoff, hit=number < 6, occurred_at=NOON
            )
        for days in (400, -1):
            on = NOON - timedelta(days=days)
            make_observation(seat, kind="explain", handoff=handoff, hit=True, occurred_at=on)
        [[link], [back]] = cells(built(journey), "handoffs")
        # 16 of 40 said yes; half of them is the worst there is.
        assert link.quality.value == pytest.approx(100 - 100 * 0.4 / 0.5)
        assert link.quality.n == 40
        assert (back.id, back.quality.value) == (other.pk, None)

    def test_what_was_counted_of_too_few_customers_is_hidden(self, journey):
        stage = make_stage(journey)
        make_handoff(
            make_touchpoint(make_step(stage)), make_touchpoint(make_step(stage)),
            agreed_wait_minutes=10, observed_wait_minutes=22, released=4, accepted=4, breached=4,
            returned=1, explained_again=4, explained_again_asked=4,
        )  # fmt: skip
        [[link], _] = cells(built(journey), "handoffs")
        assert (link.wait, link.wait_text, link.return_rate, link.late) == (None, "–", None, False)
        assert (link.quality.value, link.quality.base) == (None, "suppressed")
        assert link.title.endswith("; too few waited")

    def test_nobody_counted_means_no_quality(self, journey):
        stage = make_stage(journey)
        make_handoff(make_touchpoint(make_step(stage)), make_touchpoint(make_step(stage)))
        [[link], _] = cells(built(journey), "handoffs")
        assert (link.wait_text, link.quality.text, link.quality.value) == ("–", "–", None)


def test_the_filters_survive_the_round_trip_through_the_address():
    from django.http import QueryDict

    from journeys.maps.filters import MapFilterForm

    filters = MapFilters(
        period=Period.until(TODAY, "365d"), segment="Business & more", channel="Web",
        persona="maya", compare=False, hidden=frozenset({"doing", "feeling"}), zoom=80,
    )  # fmt: skip
    assert MapFilterForm(QueryDict(filters.query()), today=TODAY).filters == filters
    assert MapFilters.default(TODAY).query() == ""
    assert date(2026, 3, 10) == TODAY
