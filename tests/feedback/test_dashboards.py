"""The dashboards of a journey and of a workspace: what they say, to whom, and what they hide."""

import csv
import re
from collections import Counter
from datetime import date, timedelta
from html import unescape
from io import StringIO
from itertools import combinations
from random import Random

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.charts import Chart, Column, Kind
from feedback.dashboards import beside
from feedback.dashboards.channels import UNCLEAR, Side, judged
from feedback.dashboards.choice import Choice
from feedback.dashboards.control import control_chart
from feedback.dashboards.distribution import distribution, groups_of
from feedback.dashboards.journey import JourneyDashboard
from feedback.dashboards.subjects import Subject
from feedback.dashboards.weeks import Span, merged_weeks
from feedback.dashboards.workspace import PER_PAGE, WorkspaceDashboard
from feedback.evidence import Evidence, Window, gather
from feedback.metrics.compare import compare
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CSAT, NPS, SCALES
from feedback.metrics.suppression import too_close
from feedback.models import FeedbackRecord, SurveyDay
from journeys.maps import MapFilters, Period
from journeys.models import JourneyState, Role
from tests.factories import (
    make_channel,
    make_journey,
    make_member,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_survey,
    make_touchpoint,
    make_workspace,
)

NOW = timezone.now()
TODAY = NOW.date()
K = 5


@pytest.fixture
def workspace(db):
    return make_workspace(minimum_answers=K)


@pytest.fixture
def journey(workspace):
    return make_journey(workspace, title="Business trip", slug="business-trip")


def place(journey, **values):
    return make_touchpoint(make_step(make_stage(journey)), **values)


def answer(touchpoint, scores, days_ago=1, **values) -> None:
    source = make_source(touchpoint.step.stage.journey.workspace)
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source, touchpoint=touchpoint, score=score,
            occurred_at=NOW - timedelta(days=days_ago), **{"metric": "csat", **values},
        )
        for score in scores
    )  # fmt: skip


def choice(query="") -> Choice:
    return Choice.read(QueryDict(query), today=TODAY)


def dashboard(journey, query=""):
    return JourneyDashboard(journey, choice(query), user=make_member(journey.workspace)).read()


def chart(found, key):
    return next(each for each in found.charts if each.key == key)


def address(journey) -> str:
    return reverse("feedback:journey_dashboard", args=[journey.workspace.slug, journey.slug])


def home(workspace) -> str:
    return reverse("feedback:workspace_dashboard", args=[workspace.slug])


def words(response) -> str:
    html = response.content.decode()
    text = unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", html, flags=re.DOTALL))
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


class TestWhoMaySee:
    @pytest.mark.parametrize("role", Role)
    def test_every_member(self, client, journey, role):
        client.force_login(make_member(journey.workspace, role))
        assert client.get(address(journey)).status_code == 200
        assert client.get(home(journey.workspace)).status_code == 200

    def test_strangers_learn_nothing(self, client, journey):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(address(journey)).status_code == 404
        assert client.get(home(journey.workspace)).status_code == 404


class TestChoice:
    def test_what_the_address_gets_wrong_is_named_and_left_out(self, client, journey):
        answer(place(journey), [4] * 6)
        client.force_login(make_member(journey.workspace))
        said = words(client.get(f"{address(journey)}?metric=joy&stage=0&touchpoint=x&segment=Mars"))
        for text in ("metric “joy”", "stage “0”", "touchpoint “x”", "no segment “Mars”"):
            assert text in said

    def test_a_touchpoint_brings_its_stage(self, journey):
        touchpoint = place(journey)
        answer(touchpoint, [4] * 6)
        found = dashboard(journey, f"touchpoint={touchpoint.pk}").choice
        assert (found.stage, found.touchpoint) == (touchpoint.step.stage_id, touchpoint.pk)

    def test_the_scale_of_most_answers_comes_first(self, journey):
        touchpoint = place(journey)
        answer(touchpoint, [4] * 6)
        answer(touchpoint, [9] * 8, metric="nps")
        assert dashboard(journey).choice.metric == "nps"
        assert dashboard(journey, "metric=csat").choice.metric == "csat"

    def test_it_comes_back_from_its_own_address(self, journey):
        touchpoint = place(journey)
        answer(touchpoint, [4] * 6)
        asked = f"period=30d&metric=csat&stage={touchpoint.step.stage_id}"
        assert dashboard(journey, asked).choice.query() == asked


class TestOverTime:
    def test_too_few_answers_break_the_line(self, journey):
        touchpoint = place(journey)
        for days_ago, count in ((80, 9), (65, 9), (50, 2), (42, 3), (20, 9)):
            answer(touchpoint, [4] * count, days_ago)
        line = chart(dashboard(journey), "over_time").traces[-1]
        known = [value is not None for value in line["y"]]
        assert known.count(True) == 3
        # Nothing is drawn where five people in two pieces could be told apart.
        assert [row[-1] for row in chart(dashboard(journey), "over_time").rows].count(9) >= 3

    def test_the_chosen_line_stands_before_its_parts(self, journey):
        for _ in range(3):
            answer(place(journey), [4] * 6)
        found = chart(dashboard(journey), "over_time")
        lines = [each for each in found.traces if each.get("hoverinfo") != "skip"]
        assert len(lines) == 4
        assert lines[-1]["name"] == "the whole journey"
        assert lines[-1]["line"]["width"] > lines[0]["line"]["width"]

    def test_the_list_has_each_stage_and_the_touchpoints_of_the_open_one(self, journey):
        first, second = place(journey), place(journey)
        for each in (first, second):
            answer(each, [4] * 6)
        lines = dashboard(journey, f"stage={first.step.stage_id}").lines
        assert [line.level for line in lines] == [0, 1, 2, 1]
        assert [line.current for line in lines] == [False, True, False, False]
        assert f"touchpoint={first.pk}" in lines[2].query

    def test_the_list_says_what_is_hidden(self, journey):
        small, large = place(journey), place(journey)
        answer(small, [4] * 4)
        answer(large, [4] * 30)
        whole, first, second = dashboard(journey).lines
        assert (whole.figure.n, first.figure.n_text, second.figure.n) == (30, "hidden", 30)


@st.composite
def daily(draw):
    length = draw(st.integers(20, 120))
    counts = draw(
        st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 6, 20]), min_size=length, max_size=length)
    )
    start = date(2026, 1, 1)
    return {
        start + timedelta(days=n): Histogram.from_answers(CSAT, [4] * count)
        for n, count in enumerate(counts)
        if count
    }, Window(start, start, start + timedelta(days=length - 1))


class TestWeeks:
    @settings(max_examples=60, deadline=None)
    @given(daily())
    def test_no_two_edges_lie_so_close_that_single_people_show(self, drawn):
        counts, window = drawn
        spans = merged_weeks(counts, window, beside=[], minimum=K)

        def until(day):
            return sum(found.n for each, found in counts.items() if each < day)

        edges = {window.start, window.end + timedelta(days=1)}
        edges |= {each.first for each in spans}
        edges |= {each.last + timedelta(days=1) for each in spans}
        for one, other in combinations(sorted(edges), 2):
            assert not too_close(until(one), until(other), K)
        assert all(each.answers.n >= K for each in spans)

    def test_they_begin_on_mondays(self):
        window = Window(date(2026, 3, 4), date(2026, 3, 4), date(2026, 3, 31))
        days = [window.start + timedelta(days=n) for n in range(28)]
        counts = {day: Histogram.from_answers(CSAT, [5] * 6) for day in days}
        starts = [each.first for each in merged_weeks(counts, window, beside=[], minimum=K)]
        assert starts[0] == window.start
        assert [day.weekday() for day in starts[1:]] == [0, 0, 0, 0]

    def test_weeks_of_few_are_merged(self):
        window = Window(date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 29))
        counts = {
            window.start + timedelta(weeks=n): Histogram.from_answers(CSAT, [5] * 3)
            for n in range(4)
        }
        spans = merged_weeks(counts, window, beside=[], minimum=K)
        assert [(each.first.day, each.last.day, each.answers.n) for each in spans] == [
            (2, 15, 6), (16, 29, 6),
        ]  # fmt: skip


class TestControlChart:
    def spans(self, good, n=20, scale=CSAT):
        bad, best = scale.low, scale.high
        return [
            Span(
                first := date(2026, 1, 5) + timedelta(weeks=week),
                first + timedelta(days=6),
                Histogram.from_answers(scale, [best] * hits + [bad] * (n - hits)),
            )
            for week, hits in enumerate(good)
        ]

    def draw(self, spans, key="csat", before=None):
        return control_chart(
            "Gate", key, spans, before=before, than="the previous 90 days", note="Weeks."
        )

    def test_limits_are_three_standard_errors_of_the_baseline(self):
        before = Histogram.from_answers(CSAT, [5] * 80 + [1] * 20)
        found = self.draw(self.spans([16, 15, 4]), before=before)
        reach = 300 * (0.8 * 0.2 / 20) ** 0.5
        for row in found.rows:
            assert row[3] == pytest.approx(80 - reach)
            assert row[4] == pytest.approx(min(100, 80 + reach))
        assert [row[-1] for row in found.rows] == ["inside", "inside", "below the limits"]
        assert "1 of 3 periods lies outside" in found.says
        assert "Baseline 80.0 %: the previous 90 days, 100 answers." in found.notes[0]

    def test_of_few_answers_before_the_periods_are_their_own_baseline(self):
        few = Histogram.from_answers(CSAT, [5] * 29)
        found = self.draw(self.spans([10, 10, 10]), before=few)
        assert "these periods themselves, 60 answers" in found.notes[0]

    def test_a_run_on_one_side_is_named(self):
        before = Histogram.from_answers(CSAT, [5] * 80 + [1] * 20)
        found = self.draw(self.spans([15] * 8), before=before)
        assert found.rows[7][-1] == "ends a run of 8 on one side"
        assert "shift that lasts" in found.notes[0]

    def test_many_answers_are_judged_by_laney(self):
        found = self.draw(self.spans([500, 560, 480, 590, 510], n=1000))
        assert "Laney" in found.notes[0]
        assert "widened by" in found.notes[0]

    def test_nps_is_in_points(self):
        found = self.draw(self.spans([10, 12, 14], scale=NPS), key="nps")
        assert found.rows[0][2] == 0.0
        assert "NPS chart" in found.notes[0]

    def test_one_period_is_no_chart(self):
        found = self.draw(self.spans([10]))
        assert not found.rows
        assert "Two periods" in found.empty

    def test_a_touchpoint_that_is_hidden_stays_hidden(self, journey):
        small, large = place(journey), place(journey)
        answer(small, [4] * 4)
        answer(large, [4] * 30)
        assert not chart(dashboard(journey, f"touchpoint={small.pk}"), "control").rows


class TestDistribution:
    @pytest.mark.parametrize("key", SCALES)
    def test_shares_add_up_and_the_neutral_ones_lie_on_the_middle(self, key):
        scale = SCALES[key]
        histogram = Histogram.from_answers(scale, list(scale.points) * 3)
        evidence = Evidence()
        evidence.now.scores[key] = histogram
        found = distribution([Subject("Gate", [evidence])], key, of="each stage")
        [row] = found.rows
        assert sum(each for each in row[1:-1] if isinstance(each, float)) == pytest.approx(100)
        assert sum(abs(each["x"][0]) for each in found.traces) == pytest.approx(100)
        left = -sum(each["x"][0] for each in found.traces if each["x"][0] < 0)
        bad, neutral, _ = histogram.shares
        assert left == pytest.approx(bad + neutral / 2)

    @pytest.mark.parametrize("key", SCALES)
    def test_every_score_belongs_to_one_group(self, key):
        inside = [score for _, scores in groups_of(SCALES[key]) for score in scores]
        assert inside == list(SCALES[key].points)


class TestHeatMap:
    @pytest.mark.parametrize("period", ["30d", "90d", "365d", "all"])
    @pytest.mark.parametrize("seed", range(3))
    def test_shows_exactly_what_the_map_of_a_segment_alone_shows(self, journey, period, seed):
        random = Random(seed)
        segments = [make_segment(journey.workspace, name=name) for name in "ABC"]
        touchpoints = [place(journey) for _ in range(3)]
        for touchpoint in touchpoints:
            for segment in (*segments, None):
                for days_ago in (5, 50, 200, 500):
                    count = random.choice([0, 0, 1, 3, 7, 12])
                    answer(
                        touchpoint, random.choices(range(1, 6), k=count), days_ago, segment=segment
                    )
        page = JourneyDashboard(
            journey, choice(f"period={period}"), user=make_member(journey.workspace)
        )
        parts = page._parts("segment_id")
        for segment in segments:
            filters = MapFilters(period=Period.until(TODAY, period), segment=segment.name)
            alone = gather(touchpoints, workspace=journey.workspace, filters=filters)
            for touchpoint in touchpoints:
                place_ = (touchpoint.pk, segment.pk)
                span = alone[touchpoint.pk].now
                assert parts.shown.get(place_) == span.scores.get("csat")
                assert (place_ in parts.hidden) == ("csat" in span.hidden)

    def test_a_small_segment_takes_another_one_with_it(self, journey):
        touchpoint = place(journey)
        for name, count in (("A", 40), ("B", 30), ("C", 3)):
            answer(touchpoint, [4] * count, segment=make_segment(journey.workspace, name=name))
        found = chart(dashboard(journey), "segments")
        cells = dict(zip([column.label for column in found.columns], found.rows[0], strict=True))
        assert (cells["A"], cells["B"], cells["C"]) == (100.0, "hidden", "hidden")
        assert (cells["n A"], cells["n B"], cells["n C"]) == (40, None, None)
        assert "“hidden”" in found.notes[0]

    def test_it_says_that_it_does_not_follow_the_filter(self, journey):
        touchpoint = place(journey)
        for name in "AB":
            answer(touchpoint, [4] * 9, segment=make_segment(journey.workspace, name=name))
        found = chart(dashboard(journey, "segment=A"), "segments")
        assert len(found.columns) == 5
        assert "Of all customers" in found.notes[-1]


class TestChannels:
    def sides(self, *shares, n=200):
        return [
            Side(
                f"Step {number}",
                {
                    name: Histogram.from_answers(CSAT, [5] * hits + [1] * (n - hits))
                    for name, hits in zip(("App", "Phone", "Web"), hits_of, strict=False)
                },
            )
            for number, hits_of in enumerate(shares)
        ]

    def test_a_real_difference_is_named_and_others_are_not_denied(self):
        (first, second), pairs = judged(self.sides((160, 90), (100, 104)))
        assert pairs == 2
        assert first.verdict.startswith("App above Phone by 35.0 pt (p < .001)")
        assert second.verdict == UNCLEAR

    def test_p_values_are_corrected_for_all_pairs_of_the_page(self):
        # p of 100 against 122 of 200 is about .03: clear by itself, not among thirty-one.
        (alone,), _ = judged(self.sides((100, 122)))
        assert alone.differs
        many, pairs = judged(self.sides((100, 122), *[(100, 100)] * 30))
        assert pairs == 31
        assert not any(side.differs for side in many)

    def test_few_who_agree_by_chance_claim_nothing_against_many(self):
        scale = SCALES["ces"]
        many = [7] * 250 + [6] * 60 + [5] * 30 + [3] * 30 + [1] * 30
        few, others = (Histogram.from_answers(scale, each) for each in ([7] * 10, many))
        # Welch's test trusts the spread of the ten, which is none at all.
        assert compare(few, others).p < 0.001
        (side,), _ = judged([Side("Step", {"App": few, "Phone": others})])
        assert side.verdict == UNCLEAR

    def test_three_channels_are_three_pairs(self):
        (side,), pairs = judged(self.sides((180, 100, 20)))
        assert pairs == 3
        assert side.verdict.count(" above ") == 3

    def test_answers_that_name_their_channel_are_compared(self, journey):
        touchpoint = place(journey)
        app, web = (make_channel(journey.workspace, name=name) for name in ("App", "Web"))
        answer(touchpoint, [5] * 30 + [1] * 5, channel=app)
        answer(touchpoint, [5] * 5 + [1] * 30, channel=web)
        found = chart(dashboard(journey), "channels")
        assert [row[1] for row in found.rows] == ["App", "Web"]
        assert found.rows[0][-1].startswith("App above Web by")

    def test_else_the_touchpoints_of_a_step_are(self, journey):
        first = place(journey)
        second = make_touchpoint(first.step)
        for each in (first, second):
            answer(each, [4] * 9)
        found = chart(dashboard(journey), "channels")
        assert {row[1] for row in found.rows} == {first.channel.name, second.channel.name}
        assert UNCLEAR in found.says


class TestTrust:
    def test_stale_and_silent_touchpoints_are_flagged(self, journey):
        fresh, old, silent = (place(journey, title=title) for title in ("Fresh", "Old", "Silent"))
        answer(fresh, [4] * 6)
        answer(old, [4] * 6, days_ago=200)
        found = chart(dashboard(journey), "age")
        assert [(row[0], row[3]) for row in found.rows] == [
            ("Silent", "no answer yet"), ("Old", "stale"), ("Fresh", ""),
        ]  # fmt: skip
        assert found.rows[1][2] == 200
        assert silent.title in found.rows[0]
        assert found.says == "1 of 3 touchpoints stale, 1 without any answer."

    def test_the_response_rate_is_of_those_who_saw_it(self, journey):
        touchpoint = place(journey)
        answer(touchpoint, [4] * 6)
        survey = make_survey(touchpoint, title="After the flight")
        SurveyDay.objects.create(survey=survey, day=TODAY, way="link", shown=80, answered=20)
        [row] = chart(dashboard(journey), "response").rows
        assert row[:6] == ("After the flight", touchpoint.title, "Link and QR code", 80, 20, 25.0)
        assert row[6] < 25 < row[7]


class TestJourneyPage:
    def test_without_answers_it_says_what_it_is_for(self, client, journey):
        place(journey)
        client.force_login(make_member(journey.workspace))
        response = client.get(address(journey))
        assert "Nobody has answered yet" in words(response)
        assert b"plotly.min.js" not in response.content

    def test_every_file_holds_what_the_table_holds(self, client, journey):
        touchpoint = place(journey)
        make_survey(touchpoint)
        for days_ago in range(1, 80, 3):
            answer(touchpoint, [1, 3, 4, 5, 5, 2], days_ago,
                   segment=make_segment(journey.workspace, name=f"S{days_ago}"))  # fmt: skip
        client.force_login(make_member(journey.workspace))
        for each in dashboard(journey).charts:
            response = client.get(address(journey), {"csv": each.key})
            rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
            assert len(rows) == 1 + len(each.rows)
            assert all(len(row) == len(each.columns) for row in rows)

    def test_other_sources_put_their_charts_beside(self, client, journey, monkeypatch):
        def churn(of, user, window):
            assert (of, user.is_authenticated) == (journey, True)
            columns = (Column("Month"), Column("Churn", Kind.NUMBER))
            return [Chart("churn", "Churn", "Monthly.", columns, [("March", 2.0)], [])]

        monkeypatch.setattr(beside, "SOURCES", (churn,))
        client.force_login(make_member(journey.workspace))
        assert "Leading beside lagging Churn" in words(client.get(address(journey)))
        assert b"March,2.0" in client.get(address(journey), {"csv": "churn"}).content

    def test_htmx_gets_the_part_that_it_swaps(self, client, journey):
        answer(place(journey), [4] * 6)
        client.force_login(make_member(journey.workspace))
        response = client.get(
            f"{address(journey)}?period=30d&segment=", headers={"HX-Request": "true"}
        )
        assert response.content.lstrip().startswith(b'<div id="dashboard">')
        assert response["HX-Push-Url"] == f"{address(journey)}?period=30d&metric=csat"

    @pytest.mark.parametrize("query", ["", "period=365d", "segment=A", "stage={stage}"])
    def test_as_many_queries_for_one_touchpoint_as_for_twelve(self, client, journey, query):
        segment = make_segment(journey.workspace, name="A")
        client.force_login(make_member(journey.workspace))

        def queries() -> int:
            stage = journey.stages.first().pk
            with CaptureQueriesContext(
                connection,
            ) as seen:
                client.get(f"{address(journey)}?{query.format(stage=stage)}")
            return len(seen)

        answer(place(journey), [4] * 6, segment=segment)
        few = queries()
        for _ in range(11):
            answer(place(journey), [4] * 6, segment=segment)
        assert queries() == few
        assert few <= 32


class TestWorkspacePage:
    def figures(self, workspace, query="", page=1):
        user = make_member(workspace)
        return WorkspaceDashboard(workspace, choice(query), user=user, page=page).read()

    def test_without_journeys_it_says_what_it_is_for(self, client, workspace):
        client.force_login(make_member(workspace))
        assert "No journey to look at yet" in words(client.get(home(workspace)))

    def test_a_clear_change_is_told_with_how_many_were_looked_at(self, journey):
        changed, still = place(journey, title="Gate"), place(journey, title="Seat")
        for each, now in ((changed, [1] * 50), (still, [5] * 50)):
            answer(each, [5] * 50, days_ago=120)
            answer(each, now)
        found = self.figures(journey.workspace)
        assert [each.title for each in found.changed] == ["Gate"]
        assert found.looked_at == 2

    def test_future_states_are_left_out(self, workspace):
        make_journey(workspace, title="Now")
        make_journey(workspace, title="Later", state=JourneyState.FUTURE)
        assert [line.label for line in self.figures(workspace).lines] == ["All journeys", "Now"]

    def test_many_journeys_come_page_by_page(self, client, workspace):
        for number in range(PER_PAGE + 1):
            make_journey(workspace, title=f"Journey {number:02}")
        first, second = self.figures(workspace), self.figures(workspace, page=2)
        assert (len(first.lines), len(second.lines)) == (PER_PAGE + 1, 2)
        client.force_login(make_member(workspace))
        assert "?page=2" in client.get(home(workspace)).content.decode()

    def test_answers_are_counted_by_week_and_journey(self, journey):
        answer(place(journey), [4] * 6, days_ago=8)
        answer(place(make_journey(journey.workspace, title="Other")), [4] * 3, days_ago=1)
        found = next(
            each for each in self.figures(journey.workspace).charts if each.key == "volume"
        )
        sums: Counter[str] = Counter()
        for row in found.rows:
            for column, n in zip(found.columns[1:], row[1:], strict=True):
                sums[column.label] += n
        assert sums == {"Business trip": 6, "Other": 3, "All": 9}

    def test_as_many_queries_for_one_journey_as_for_nine(self, client, workspace):
        client.force_login(make_member(workspace))

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(home(workspace)).status_code == 200
            return len(seen)

        answer(place(make_journey(workspace)), [4] * 6)
        few = queries()
        for _ in range(8):
            answer(place(make_journey(workspace)), [4] * 6)
        assert queries() == few

    def test_what_everybody_sees_is_kept(self, client, workspace, settings):
        settings.CACHES = settings.CACHES | {
            "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        }
        answer(place(make_journey(workspace)), [4] * 6)
        seen = []
        for _ in range(2):
            client.force_login(make_member(workspace))
            with CaptureQueriesContext(connection) as queries:
                client.get(home(workspace))
            seen.append(len(queries))
        assert seen[1] < seen[0] / 2

    def test_what_is_kept_shows_the_same_and_nothing_of_who_looked_before(
        self, client, workspace, settings
    ):
        settings.CACHES = settings.CACHES | {
            "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        }
        answer(place(make_journey(workspace)), [4] * 6)
        first, second = make_member(workspace), make_member(workspace)
        parts, files = [], []
        for user in (first, second, second):
            client.force_login(user)
            page = client.get(home(workspace)).content.decode()
            assert (user.name in page) or (user.email in page)
            parts.append(page[page.index('<div id="dashboard">') : page.index("</main>")])
            files.append(client.get(home(workspace), {"csv": "over_time"}).content)
        assert first.email not in page
        assert parts[0] == parts[1] == parts[2]
        assert files[0] == files[1] == files[2]

    def test_the_name_of_the_workspace_is_not_kept(self, client, workspace, settings):
        settings.CACHES = settings.CACHES | {
            "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        }
        answer(place(make_journey(workspace)), [4] * 6)
        client.force_login(make_member(workspace))
        client.get(home(workspace))
        workspace.name = "Renamed since"
        workspace.save()
        found = client.get(home(workspace)).content.decode()
        assert "How the journeys of Renamed since go" in found


def test_a_journeys_figures_are_kept_until_the_journey_changes(client, workspace, settings):
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    journey = make_journey(workspace)
    answer(place(journey), [4] * 6)
    client.force_login(make_member(workspace))
    address = f"{journey.get_absolute_url()}dashboard/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    anew, kept = queries(), queries()
    assert kept < anew / 2
    with journey.changing():
        journey.stages.update(title="Renamed")
    assert queries() == anew
    assert "Renamed" in client.get(address).content.decode()
