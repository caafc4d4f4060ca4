"""The evidence behind one number: what it says, to whom, and what it keeps to itself."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.atlas import summarize_journeys
from feedback.behind import behind
from feedback.evidence import gather
from feedback.metrics import estimates
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CSAT, NPS
from feedback.models import (
    FeedbackRecord,
    FrictionAssessment,
    FrictionFormula,
    FrictionInput,
    SourceKind,
)
from journeys.maps import MapFilters, Period, build_map
from journeys.maps.grid import Heat, Score
from journeys.models import LaneKind, Role
from tests.factories import (
    NOON,
    make_channel,
    make_journey,
    make_lane,
    make_member,
    make_observation,
    make_record,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_user,
    make_workspace,
)
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DELIGHTED = [1] * 14 + [2] * 9 + [3] * 10 + [4] * 32 + [5] * 42
"""Delighted's example: 74 of 107 are satisfied."""


@pytest.fixture
def touchpoint() -> Touchpoint:
    return make_touchpoint(title="Inflight wifi")


def workspace_of(touchpoint):
    return touchpoint.step.stage.journey.workspace


def answers(touchpoint, scores, *, metric="csat", days_ago=1.0, **values) -> None:
    source = make_source(workspace_of(touchpoint))
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source, touchpoint=touchpoint, metric=metric, score=score,
            occurred_at=NOW - timedelta(days=days_ago), **values,
        )
        for score in scores
    )  # fmt: skip


def comments(touchpoint, count, *, score=4, **values) -> None:
    for number in range(count):
        make_record(
            touchpoint,
            **{"score": score, "comment": f"Word {number}", "occurred_at": NOW - timedelta(days=1)}
            | values,
        )


def waited(touchpoint, kind, count, *, seconds=2_400) -> None:
    for _ in range(count):
        make_observation(touchpoint, kind=kind, seconds=seconds, occurred_at=NOW)


def view(key="90d", **changes) -> MapFilters:
    return MapFilters(period=Period.until(NOW.date(), key), **changes)


def found(touchpoint, key="csat", filters=None):
    user = make_member(workspace_of(touchpoint), Role.VIEWER)
    return behind(touchpoint, key=key, filters=filters or view(), user=user, now=NOW)


def address(touchpoint, **query) -> str:
    return reverse(
        "feedback:touchpoint_evidence",
        args=[workspace_of(touchpoint).slug, touchpoint.pk],
        query=query or None,
    )


def asked(client, touchpoint, *, status=200, panel=False, **query) -> str:
    """Return the words of the page, without tags and with plain spaces."""
    client.force_login(make_member(workspace_of(touchpoint), Role.VIEWER))
    headers = {"HX-Request": "true"} if panel else {}
    response = client.get(address(touchpoint, **query), headers=headers)
    assert response.status_code == status
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


class TestWhoMaySee:
    @pytest.mark.parametrize("role", Role)
    def test_every_member(self, client, touchpoint, role):
        client.force_login(make_member(workspace_of(touchpoint), role))
        assert client.get(address(touchpoint)).status_code == 200

    def test_a_stranger_learns_nothing(self, client, touchpoint):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(address(touchpoint)).status_code == 404

    def test_who_is_signed_out_is_sent_to_sign_in(self, client, touchpoint):
        response = client.get(address(touchpoint))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))

    def test_not_under_the_address_of_another_workspace(self, client, touchpoint):
        member = make_user(is_superuser=True)
        client.force_login(member)
        elsewhere = reverse(
            "feedback:touchpoint_evidence", args=[make_workspace().slug, touchpoint.pk]
        )
        assert client.get(elsewhere).status_code == 404

    def test_only_reads(self, client, touchpoint):
        client.force_login(make_member(workspace_of(touchpoint)))
        assert client.post(address(touchpoint)).status_code == 405


class TestPageAndPanel:
    def test_the_panel_gets_a_fragment_of_the_page(self, client, touchpoint):
        client.force_login(make_member(workspace_of(touchpoint)))
        page = client.get(address(touchpoint))
        panel = client.get(address(touchpoint), headers={"HX-Request": "true"})
        boosted = client.get(
            address(touchpoint), headers={"HX-Request": "true", "HX-Boosted": "true"}
        )
        assert b"<!doctype html>" in page.content
        assert b"<html" not in panel.content
        assert b"data-panel-close" in panel.content
        assert b"data-panel-close" not in page.content
        assert b"<!doctype html>" in boosted.content
        assert "HX-Request" in page["Vary"]

    def test_names_touchpoint_channel_team_and_the_newest_answer(self, client, touchpoint):
        answers(touchpoint, [4], days_ago=2)
        said = asked(client, touchpoint)
        assert "Inflight wifi" in said
        assert f"{touchpoint.channel} · owned by {touchpoint.team} · last answer 2 days ago" in said

    def test_a_touchpoint_without_team_says_so(self, client):
        assert "nobody owns it" in asked(client, make_touchpoint(team=None))

    def test_links_to_map_and_team_keep_the_view(self, client, touchpoint):
        client.force_login(make_member(workspace_of(touchpoint)))
        segment = make_segment(workspace_of(touchpoint), name="First class")
        page = client.get(address(touchpoint, period="30d", segment=segment.name)).content.decode()
        journey = touchpoint.step.stage.journey
        query = "period=30d&amp;segment=First+class"
        assert f'href="{journey.get_absolute_url()}?{query}#touchpoint-{touchpoint.pk}"' in page
        assert f'href="{touchpoint.team.get_absolute_url()}"' in page
        assert f"?metric=friction&amp;{query}" in page

    def test_what_the_address_got_wrong_is_named(self, client, touchpoint):
        said = asked(client, touchpoint, period="7y", segment="Nobody")
        assert "period “7y”, which does not exist" in said
        assert "There is no segment “Nobody” here" in said

    def test_an_unknown_metric_is_not_found_and_the_known_ones_are_named(self, client, touchpoint):
        answers(touchpoint, [4] * 6, metric="ces")
        said = asked(client, touchpoint, status=404, metric="mood")
        assert "There is no metric “mood”. This touchpoint has those above." in said
        assert "Effort 4.0 Friction" in said

    def test_without_a_metric_the_first_that_was_answered_is_shown(self, touchpoint):
        assert found(touchpoint, "").key == "csat"
        answers(touchpoint, [9] * 6, metric="nps")
        assert found(touchpoint, "").key == "nps"

    def test_the_other_numbers_are_one_step_away(self, touchpoint):
        answers(touchpoint, [4] * 6)
        answers(touchpoint, [9] * 6, metric="nps")
        assert [number.key for number in found(touchpoint).others] == ["csat", "nps", "friction"]
        assert [number.key for number in found(touchpoint, "ces").others] == [
            "csat", "ces", "nps", "friction"
        ]  # fmt: skip


class TestScore:
    def test_says_the_number_its_interval_and_its_base(self, client, touchpoint):
        answers(touchpoint, DELIGHTED)
        said = asked(client, touchpoint, metric="csat")
        assert "69 % satisfied (4–5) · 59.9 to 77.1 · n 107" in said
        assert "CSAT = 100 · (n₄ + n₅) / n" in said
        assert "Interval: Wilson, 95 %." in said

    def test_equals_the_metrics_of_its_histogram(self, touchpoint):
        answers(touchpoint, DELIGHTED)
        histogram = Histogram.from_answers(CSAT, DELIGHTED)
        page, estimate = found(touchpoint), estimates.top_box(histogram)
        assert (page.number.value, page.number.low, page.number.high) == (
            estimate.value, estimate.low, estimate.high
        )  # fmt: skip
        assert {share.score: share.count for share in page.shares} == {
            5: 42, 4: 32, 3: 10, 2: 9, 1: 14
        }  # fmt: skip
        assert [share.share_text.split("\u202f")[0] for share in page.shares] == [
            "39", "30", "9", "8", "13"
        ]  # fmt: skip
        assert max(share.width for share in page.shares) == 100
        mean = estimates.mean(histogram)
        assert page.figures[0].text == f"{mean.value:.2f} ({mean.low:.2f} to {mean.high:.2f})"

    def test_promoters_passives_and_detractors(self, client, touchpoint):
        scores = [3] * 32 + [8] * 68 + [10] * 100
        answers(touchpoint, scores, metric="nps")
        said = asked(client, touchpoint, metric="nps")
        assert "+34 promoters minus detractors · 23.3 to 43.7 · n 200" in said
        assert "Promoters (9–10) 50 %" in said
        assert "Passives (7–8) 34 %" in said
        assert "Detractors (0–6) 16 %" in said
        assert "NPS = 100 · (P − D) / n" in said
        assert (
            found(touchpoint, "nps").number.value
            == estimates.nps(Histogram.from_answers(NPS, scores)).value
        )

    def test_effort_is_a_mean_beside_the_share_of_easy(self, client, touchpoint):
        answers(touchpoint, [2] * 10 + [6] * 40, metric="ces")
        said = asked(client, touchpoint, metric="ces")
        assert "5.2 mean of 1 (hard) to 7 (easy)" in said
        assert "Found it easy (5–7) 80 %" in said

    def test_a_share_that_would_round_to_nothing_is_not_0(self, touchpoint):
        answers(touchpoint, [5] * 399 + [1])
        assert found(touchpoint).shares[-1].share_text == "< 1\N{NARROW NO-BREAK SPACE}%"

    @pytest.mark.parametrize("key", ["csat", "nps", "friction"])
    def test_says_what_the_map_says(self, touchpoint, key):
        journey = touchpoint.step.stage.journey
        for kind in (LaneKind.FEEDBACK, LaneKind.FRICTION):
            make_lane(journey, kind=kind)
        other = make_touchpoint(make_step(touchpoint.step.stage))
        for each, falls in ((touchpoint, 12), (other, 3)):
            answers(each, [5] * 40 + [1] * 10, days_ago=100)
            answers(each, [5] * (40 - falls) + [1] * (10 + falls))
            answers(each, [9] * 10 + [2] * 10, metric="nps")
        on_map = build_map(journey, filters=view())
        items = [item for lane in on_map.lanes for item in lane.cells[0].items]
        metrics = {item.metric.key: item.metric for item in items if isinstance(item, Score | Heat)}
        page = found(touchpoint, key)
        for name in ("text", "value", "low", "high", "n", "n_text", "base", "change"):
            assert getattr(page.number, name) == getattr(metrics[key], name)


class TestStates:
    def test_nobody_ever_answered(self, client, touchpoint):
        said = asked(client, touchpoint)
        assert "– satisfied (4–5) · no answers" in said
        assert "Nobody has answered here yet." in said
        assert "no answer yet" in said
        assert "Nobody wrote anything in this view." in said

    def test_nobody_in_this_period(self, client, touchpoint):
        answers(touchpoint, [4] * 6, days_ago=200)
        assert "No such answers in this period. Show all time" in asked(client, touchpoint)
        assert "100 % satisfied" in asked(client, touchpoint, period="all")

    def test_a_low_base_is_named(self, client, touchpoint):
        answers(touchpoint, [4] * 12)
        said = asked(client, touchpoint)
        assert "n 12 · low base" in said
        assert "Low base: read the interval." in said

    def test_too_few_to_show(self, client, touchpoint):
        answers(touchpoint, [5, 5, 1, 1])
        said = asked(client, touchpoint, metric="csat")
        assert "– satisfied (4–5) · hidden" in said
        assert "fewer than 5 people" in said
        page = found(touchpoint)
        assert (page.shares, page.figures, page.trend, page.change) == ((), (), None, None)
        assert page.friction.value is None

    @pytest.mark.parametrize(
        ("before", "said"),
        [
            ([], "Nobody answered in the previous 90 days."),
            ([1, 1], "Too few answered in the previous 90 days to compare with."),
        ],
    )
    def test_why_nothing_is_compared(self, touchpoint, before, said):
        answers(touchpoint, [4] * 12)
        answers(touchpoint, before, days_ago=100)
        page = found(touchpoint)
        assert (page.change, page.before) == (None, said)

    def test_a_change_is_a_sentence(self, client, touchpoint):
        answers(touchpoint, [5] * 90 + [1] * 10, days_ago=100)
        answers(touchpoint, [5] * 50 + [1] * 50)
        said = asked(client, touchpoint)
        assert "▼ 40 pt down on the previous 90 days (p < .001" in said
        assert "It was 90 %, n 100." in said

    def test_compared_with_nothing_on_demand(self, client, touchpoint):
        answers(touchpoint, [4] * 12)
        answers(touchpoint, [4] * 12, days_ago=100)
        assert "previous" not in asked(client, touchpoint, compare="none")


class TestTrend:
    def test_pieces_carry_their_own_interval_and_base(self, touchpoint):
        answers(touchpoint, [5] * 6 + [1] * 6, days_ago=2)
        answers(touchpoint, [5] * 9 + [1] * 3, days_ago=80)
        page = found(touchpoint)
        shown = [point for point in page.trend.points if point.y is not None]
        assert len(page.trend.points) in (12, 13)
        assert [(point.text[:2], point.n_text) for point in shown] == [("75", "12"), ("50", "12")]
        half = estimates.top_box(Histogram.from_answers(CSAT, [5] * 6 + [1] * 6))
        assert shown[1].interval == f"{half.low:.1f} to {half.high:.1f}"
        assert shown[0].y < shown[1].y

    def test_the_line_is_broken_where_nobody_answered(self, touchpoint):
        for weeks_ago in (1, 2, 8, 9):
            answers(touchpoint, [5] * 9 + [1] * 3, days_ago=NOW.date().weekday() + 7 * weeks_ago)
        assert found(touchpoint).trend.line.count("M") == 2

    def test_a_piece_of_too_few_and_its_partner_stay_hidden(self, client, touchpoint):
        answers(touchpoint, [5] * 20, days_ago=2)
        answers(touchpoint, [5] * 30, days_ago=20)
        answers(touchpoint, [4] * 9, days_ago=40)
        answers(touchpoint, [1] * 3, days_ago=60)
        shown = [p.n_text for p in found(touchpoint).trend.points if p.y is not None]
        assert shown == ["30", "20"]
        assert "too few to show" in asked(client, touchpoint)

    def test_no_line_where_fewer_than_two_pieces_may_be_shown(self, client, touchpoint):
        answers(touchpoint, [5] * 20, days_ago=2)
        assert found(touchpoint).trend is None
        assert "Too few answers in the pieces" in asked(client, touchpoint)


class TestSlices:
    """A view of some customers beside the view of all must not show the few that it leaves out."""

    @pytest.fixture
    def segments(self, touchpoint):
        workspace = workspace_of(touchpoint)
        return {name: make_segment(workspace, name=name) for name in ("Few", "Some", "Many")}

    def hides(self, client, touchpoint, segment, *secrets):
        said = asked(client, touchpoint, metric="csat", segment=segment)
        page = found(touchpoint, filters=view(segment=segment))
        assert "– satisfied (4–5) · hidden" in said
        assert (page.shares, page.figures, page.trend, page.change) == ((), (), None, None)
        assert page.number.value is page.number.n is None
        assert "effort" not in [segment.name for segment in page.parts.segments]
        assert page.comments.latest == ()
        assert [secret for secret in secrets if secret in said] == []

    def test_fewer_than_five_reveal_nothing_anywhere(self, client, touchpoint, segments):
        answers(touchpoint, [4] * 40, segment=segments["Many"])
        answers(touchpoint, [5] * 30, segment=segments["Some"])
        answers(touchpoint, [1] * 4, segment=segments["Few"])
        comments(touchpoint, 9, score=4, segment=segments["Many"])
        make_record(
            touchpoint, score=1, comment="Betrayed", segment=segments["Few"],
            occurred_at=NOW - timedelta(days=1),
        )  # fmt: skip
        FeedbackRecord.objects.filter(segment=segments["Few"], comment="").earliest("pk").delete()
        self.hides(client, touchpoint, "Few", "Betrayed", "n 4", "1.00")

    def test_nor_can_they_be_had_by_subtraction(self, client, touchpoint, segments):
        answers(touchpoint, [4] * 40, segment=segments["Many"])
        answers(touchpoint, [5] * 30, segment=segments["Some"])
        answers(touchpoint, [1] * 4, segment=segments["Few"])
        self.hides(client, touchpoint, "Some", "n 30")
        assert found(touchpoint, filters=view(segment="Many")).number.n == 40

    def test_a_piece_of_a_slice_does_not_give_the_others_away(self, touchpoint, segments):
        for days_ago, few in ((2, 6), (20, 6), (40, 2), (60, 6)):
            answers(touchpoint, [4] * 20, segment=segments["Many"], days_ago=days_ago)
            answers(touchpoint, [1] * few, segment=segments["Few"], days_ago=days_ago)
        shown = found(touchpoint, filters=view(segment="Many")).trend.points
        assert sum(point.y is not None for point in shown) == 2

    def test_channels_are_slices_too(self, client, touchpoint):
        web, app = (make_channel(workspace_of(touchpoint), name=name) for name in ("Web", "App"))
        answers(touchpoint, [4] * 40, channel=web)
        answers(touchpoint, [1] * 4, channel=app)
        assert found(touchpoint, filters=view(channel="App")).number.base == "suppressed"
        assert found(touchpoint, filters=view(channel="Web")).number.base == "suppressed"

    def test_counts_are_of_everybody_and_the_page_says_so(self, client, touchpoint, segments):
        answers(touchpoint, [4] * 40, segment=segments["Many"])
        said = asked(client, touchpoint, metric="friction", segment="Many")
        assert "only the answers are filtered" in said


class TestComments:
    def test_need_eight_people(self, client, touchpoint):
        comments(touchpoint, 7)
        said = asked(client, touchpoint)
        assert "Hidden: comments are shown where 8 people or more wrote" in said
        assert "Word" not in said
        comments(touchpoint, 1)
        assert "Word 0" in asked(client, touchpoint)

    def test_need_as_many_as_the_workspace_asks_for(self, touchpoint):
        workspace = workspace_of(touchpoint)
        workspace.minimum_answers = 10
        workspace.save()
        comments(touchpoint, 9)
        assert found(touchpoint).comments.latest == ()
        comments(touchpoint, 1)
        assert len(found(touchpoint).comments.latest) == 10

    def test_who_writes_twice_is_one_person(self, touchpoint):
        source = make_source(workspace_of(touchpoint))
        for number in range(7):
            for metric, score in (("csat", 4), ("nps", 9)):
                make_record(
                    touchpoint, source=source, metric=metric, score=score, comment="Fine",
                    external_id=f"passenger-{number}", occurred_at=NOW,
                )  # fmt: skip
        assert found(touchpoint).comments.latest == ()

    def test_the_newest_ten_with_score_age_segment_and_source(self, client, touchpoint):
        workspace = workspace_of(touchpoint)
        segment = make_segment(workspace, name="Business class")
        source = make_source(workspace, kind=SourceKind.TICKET)
        comments(touchpoint, 10, segment=segment)
        make_record(
            touchpoint, score=2, comment="<b>Dropped</b> twice", segment=segment, source=source,
            occurred_at=NOW - timedelta(hours=2),
        )  # fmt: skip
        page = found(touchpoint)
        assert len(page.comments.latest) == 10
        assert page.comments.people == 11
        newest = page.comments.latest[0]
        assert (newest.text, newest.score, newest.segment, newest.source) == (
            "<b>Dropped</b> twice", "CSAT 2 of 5", "Business class", "support ticket"
        )  # fmt: skip
        said = asked(client, touchpoint)
        assert "2 hours ago · CSAT 2 of 5 · Business class · support ticket" in said
        assert "The latest 10 of 11." in said
        client.force_login(make_member(workspace))
        assert b"<b>Dropped" not in client.get(address(touchpoint)).content

    def test_only_of_the_period(self, touchpoint):
        comments(touchpoint, 9, occurred_at=NOW - timedelta(days=100))
        assert found(touchpoint).comments.people == 0

    def test_a_small_segment_is_not_named_beside_its_words(self, touchpoint):
        workspace = workspace_of(touchpoint)
        few, some, many = (make_segment(workspace, name=n) for n in ("Few", "Some", "Many"))
        comments(touchpoint, 2, segment=few, occurred_at=NOW)
        comments(touchpoint, 9, segment=some)
        comments(touchpoint, 12, segment=many)
        named = {comment.segment for comment in found(touchpoint).comments.latest}
        assert named.isdisjoint({"Few", "Some"})
        assert found(touchpoint, filters=view(segment="Some")).comments.latest == ()
        assert found(touchpoint, filters=view(segment="Few")).comments.latest == ()
        assert len(found(touchpoint, filters=view(segment="Many")).comments.latest) == 10

    def test_a_hidden_score_is_not_told_by_a_comment(self, touchpoint):
        segment = make_segment(workspace_of(touchpoint), name="Some")
        comments(touchpoint, 9, segment=segment, metric="", score=None)
        comments(touchpoint, 3, segment=segment, score=1)
        answers(touchpoint, [5] * 40)
        scored = [comment for comment in found(touchpoint).comments.latest if comment.score]
        assert [comment.segment for comment in scored] == []
        sliced = found(touchpoint, filters=view(segment="Some")).comments
        assert len(sliced.latest) == 10
        assert {comment.score for comment in sliced.latest} == {""}


class TestFriction:
    def measured(self, touchpoint):
        today = NOW.date()
        for kind, hits, base in (("abandon", 36, 300), ("repeat", 9, 120), ("error", 6, 150)):
            FrictionInput.objects.create(
                touchpoint=touchpoint, kind=kind, day=today, hits=hits, base=base
            )
        touchpoint.target_wait_minutes = 15
        touchpoint.save()
        waited(touchpoint, "wait", 107)
        answers(touchpoint, [5] * 107, metric="ces")

    def assess(self, touchpoint, *severities):
        for severity in severities:
            FrictionAssessment.objects.create(
                touchpoint=touchpoint, rater=make_user(), severity=severity, assessed_on=NOW.date()
            )

    def test_every_component_says_what_was_counted(self, client, touchpoint):
        self.measured(touchpoint)
        said = asked(client, touchpoint, metric="friction")
        assert "36 of 300 abandoned (12 %)" in said
        assert "9 of 120 came back with the same matter (8 %)" in said
        assert "6 of 150 met an error or failure (4 %)" in said
        assert "median wait 40 min, 107 timed, target 15 min" in said
        assert "mean 5.00 of 7 in 107 answers" in said
        assert "weight 0.25 × severity 0.30 / 1.00 with data" in said
        assert "friction = ρ · measured + (1 − ρ) · assessed" in said
        assert "300 customers met it" in said

    def test_contributions_add_up_to_what_is_measured(self, touchpoint):
        self.measured(touchpoint)
        page = found(touchpoint, "friction")
        assert sum(each.width for each in page.parts.segments) == pytest.approx(100, abs=0.05)
        assert page.number.value == page.parts.measured
        assert page.parts.segments[0].rank == 0
        assert [each.width for each in page.parts.segments] == sorted(
            (each.width for each in page.parts.segments), reverse=True
        )

    def test_measured_stands_beside_assessed(self, client, touchpoint):
        self.measured(touchpoint)
        self.assess(touchpoint, 4, 3, 4)
        said = asked(client, touchpoint, metric="friction")
        assert "Measured 31 100 % of the formula’s weight has data" in said
        assert "Assessed 92 3 people, votes 1 step of 4 apart" in said
        assert "Workshop and data disagree." in said
        assert "measured and assessed" in said
        assert re.search(r"ρ 0\.8\d", said)

    def test_only_assessed(self, client, touchpoint):
        self.assess(touchpoint, 2)
        said = asked(client, touchpoint, metric="friction")
        assert "50 high · 0 smooth to 100 stuck · assessed in workshop" in said
        assert "1 person; three or more are worth more" in said
        assert "nobody counted" in said

    def test_a_part_of_the_formula_is_named_as_such(self, client, touchpoint):
        for kind in ("error", "abandon"):
            FrictionInput.objects.create(
                touchpoint=touchpoint, kind=kind, day=NOW.date(), hits=20, base=400
            )
        said = asked(client, touchpoint, metric="friction")
        assert "partly measured: 40 % of the formula’s weight has data" in said

    def test_too_little_data_is_no_score(self, client, touchpoint):
        FrictionInput.objects.create(
            touchpoint=touchpoint, kind="error", day=NOW.date(), hits=1, base=5
        )
        said = asked(client, touchpoint, metric="friction")
        assert "– 0 smooth to 100 stuck · too little data" in said
        assert "Too little was counted for a score, and nobody assessed it" in said
        assert "1 of 5 met an error or failure" in said

    def test_without_a_score_there_are_no_points_of_it(self, client, touchpoint):
        answers(touchpoint, [5, 2] * 15)
        page = found(touchpoint, "friction")
        assert page.parts.segments == ()
        assert [line.points for line in page.parts.lines] == [""] * 5
        said = asked(client, touchpoint, metric="friction")
        assert "What it would be made of" in said
        assert "mean 3.50 of 5 in 30 answers (CSAT; effort was not asked)" in said
        assert "too little for a score: 30 % of the formula’s weight has data" in said

    def test_beside_a_score_of_answers_a_missing_friction_is_said_first(self, client, touchpoint):
        answers(touchpoint, [5, 2] * 15)
        said = asked(client, touchpoint, metric="csat")
        assert (
            "Friction: no score Too little was counted for a score, and nobody assessed it "
            "(ρ 0.18). Effort mean 3.50 of 5 in 30 answers"
        ) in said

    def test_what_happened_to_too_few_is_hidden_and_counts_for_nothing(self, client, touchpoint):
        touchpoint.target_wait_minutes = 15
        touchpoint.save()
        for _ in range(4):
            make_observation(touchpoint, occurred_at=NOW)
            make_observation(touchpoint, occurred_at=NOW, kind="wait", seconds=3_600)
        said = asked(client, touchpoint, metric="friction")
        assert "stays hidden: it would tell about too few customers" in said
        assert "hidden: counted for fewer than 5 customers" in said
        assert "hidden: timed fewer than 5 times" in said
        assert "1 h" not in said
        assert found(touchpoint, "friction").number.value is None
        answers(touchpoint, [5] * 30, metric="ces")
        friction = found(touchpoint, "friction").parts
        assert [line.name for line in friction.lines if line.measured] == ["Effort"]

    def test_day_totals_and_single_observations_add_up(self, client, touchpoint):
        FrictionInput.objects.create(
            touchpoint=touchpoint, kind="repeat", day=NOW.date(), hits=6, base=40
        )
        for number in range(10):
            make_observation(touchpoint, occurred_at=NOW, hit=number < 4)
        said = asked(client, touchpoint, metric="friction")
        assert "10 of 50 came back with the same matter (20 %)" in said

    def test_nothing_known(self, client, touchpoint):
        said = asked(client, touchpoint, metric="friction")
        assert "– 0 smooth to 100 stuck · no data" in said
        assert "Nobody measured or assessed this yet." in said

    def test_names_the_version_of_the_formula_in_force(self, client, touchpoint):
        FrictionFormula.objects.create(
            workspace=workspace_of(touchpoint), version=2, effort_weight=0.4, abandon_weight=0.15
        )
        self.measured(touchpoint)
        said = asked(client, touchpoint, metric="friction")
        assert "Formula version 2." in said
        assert "weight 0.40" in said

    def test_the_change_is_not_called_clear(self, touchpoint):
        for days_ago, hits in ((100, 20), (1, 40)):
            for kind in ("error", "abandon"):
                FrictionInput.objects.create(
                    touchpoint=touchpoint, kind=kind, hits=hits, base=400,
                    day=NOW.date() - timedelta(days=days_ago),
                )  # fmt: skip
        page = found(touchpoint, "friction")
        # A rate of 5 % weighs .25 on a drop-off of 40 % at worst, .15 on errors of 20 %.
        assert page.before == "17"
        assert page.change.clear is None
        assert page.change.title == "17 up on the previous 90 days (not tested)."

    def test_an_assessment_is_no_period_to_compare_with(self, client, touchpoint):
        self.assess(touchpoint, 4)
        self.measured(touchpoint)
        assert found(touchpoint, "friction").change is None
        said = asked(client, touchpoint, metric="friction")
        assert "Nothing was measured in the previous 90 days." in said

    def counted(self, touchpoint, days_ago, **hits):
        for kind, count in hits.items():
            FrictionInput.objects.create(
                touchpoint=touchpoint, kind=kind, hits=count, base=400,
                day=NOW.date() - timedelta(days=days_ago),
            )  # fmt: skip

    def test_what_is_measured_has_a_trend(self, client, touchpoint):
        self.counted(touchpoint, 80, abandon=160, error=80)
        self.counted(touchpoint, 40, abandon=80, error=40)
        self.counted(touchpoint, 2, abandon=0, error=0)
        page = found(touchpoint, "friction")
        shown = [point for point in page.trend.points if point.y is not None]
        assert [point.text for point in shown] == ["100", "50", "0"]
        assert [point.n_text for point in shown] == ["400"] * 3
        assert shown[0].y < shown[1].y < shown[2].y
        said = asked(client, touchpoint, metric="friction")
        assert "Measured friction, last 90 days by week" in said

    def test_a_piece_without_a_part_of_the_whole_is_another_number(self, touchpoint):
        self.counted(touchpoint, 80, abandon=160, error=80)
        self.counted(touchpoint, 40, error=80, repeat=20)
        self.counted(touchpoint, 2, abandon=160, error=80, repeat=20)
        assert found(touchpoint, "friction").trend is None
        self.counted(touchpoint, 20, abandon=160, error=80, repeat=20)
        page = found(touchpoint, "friction")
        assert sum(point.y is not None for point in page.trend.points) == 2

    def test_a_piece_of_too_few_customers_is_not_drawn(self, touchpoint):
        for days_ago, base in ((80, 400), (40, 4), (20, 300), (2, 200)):
            for kind in ("error", "abandon"):
                FrictionInput.objects.create(
                    touchpoint=touchpoint, kind=kind, hits=2, base=base,
                    day=NOW.date() - timedelta(days=days_ago),
                )  # fmt: skip
        points = found(touchpoint, "friction").trend.points
        # Of the others the smallest is left out too, or the 4 could be had by subtraction.
        assert [point.n_text for point in points if point.y is not None] == ["400", "300"]


class TestTimes:
    def test_medians_where_somebody_timed(self, client, touchpoint):
        touchpoint.target_wait_minutes = 60
        touchpoint.save()
        for kind, count in (("wait", 107), ("frt", 12)):
            waited(touchpoint, kind, count)
        said = asked(client, touchpoint)
        assert "Wait 40 min median · 40 min to 40 min · 9 of 10 within 40 min" in said
        assert "100 % within the target of 1 h · n 107" in said
        assert "First response 40 min median" in said
        assert "n 12 · low base" in said

    def test_hidden_below_the_minimum(self, client, touchpoint):
        waited(touchpoint, "frt", 4)
        said = asked(client, touchpoint)
        assert "First response – hidden: timed fewer than 5 times" in said
        assert "40 min" not in said

    def test_nothing_is_said_where_nobody_timed(self, client, touchpoint):
        assert "How long it takes" not in asked(client, touchpoint)


class TestCost:
    @pytest.mark.parametrize(
        ("key", "sliced", "expected"),
        [("csat", False, 19), ("csat", True, 21), ("friction", False, 21), ("friction", True, 23)],
    )
    def test_takes_the_same_queries_beside_1_and_20_touchpoints(
        self, client, key, sliced, expected
    ):
        counts = []
        for others in (1, 20):
            workspace = make_workspace()
            journey = make_journey(workspace)
            channel, team = make_channel(workspace), make_team(workspace)
            segment = make_segment(workspace)
            stage = make_stage(journey)
            for _ in range(others):
                touchpoint = make_touchpoint(make_step(stage), channel=channel, team=team)
                answers(touchpoint, [3, 4, 5, 5, 2, 1], segment=segment)
            comments(touchpoint, 12, segment=segment)
            client.force_login(make_member(workspace))
            query = {"metric": key} | ({"segment": segment.name} if sliced else {})
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address(touchpoint, **query)).status_code == 200
            counts.append(len(queries))
        assert counts == [expected] * 2


def test_what_was_deleted_is_no_evidence_any_more(touchpoint):
    make_record(touchpoint)
    late = make_record(touchpoint, occurred_at=NOON + timedelta(days=3))
    early = make_record(touchpoint, occurred_at=NOON - timedelta(days=300))
    FeedbackRecord.objects.filter(pk__in=[late.pk, early.pk]).delete()
    journey = touchpoint.step.stage.journey
    gathered = gather([touchpoint], workspace=journey.workspace, filters=view())
    assert gathered.first_day == gathered.last_day == NOON.date()
    assert summarize_journeys([journey], filters=view())[journey.pk].latest_evidence == NOON.date()
    FeedbackRecord.objects.all().delete()
    assert summarize_journeys([journey], filters=view())[journey.pk].latest_evidence is None
