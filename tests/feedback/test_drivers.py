"""The page of key drivers: who may see it, what it shows, and how it refuses."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.driving import jobs
from feedback.driving import page as driving_page
from feedback.driving.analysis import Analysis, Verdict, View, analyse
from feedback.driving.answers import Outcome, read_answers
from feedback.driving.guarding import gives_away
from feedback.driving.jobs import compute, forget_old
from feedback.driving.labels import placed_labels
from feedback.metrics.cross_sums import CrossSums
from feedback.metrics.drivers import key_drivers
from feedback.metrics.stability import random_groups, stability, stability_mark
from feedback.models import AnalysisState, DriverAnalysis, FeedbackRecord, Respondent
from journeys.models import Role
from tests.factories import (
    make_channel,
    make_journey,
    make_member,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TITLES = ("Overall", "Search", "Checkout", "Delivery", "Returns")
Scores = Sequence[Sequence[int | None]]


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def journey(workspace):
    journey = make_journey(workspace, title="Buy shoes", slug="buy-shoes")
    stage, channel = make_stage(journey), make_channel(workspace)
    for title in TITLES:
        make_touchpoint(make_step(stage), title=title, channel=channel, team=None)
    return journey


def places(journey):
    return list(journey.stages.get().steps.order_by("pk").values_list("touchpoints__pk", flat=True))


def simulated(n: int, *, seed: int = 7) -> list[list[int | None]]:
    """Rows of an NPS and four CSAT scores: it follows Search a lot, Checkout less, Returns not."""
    random = np.random.default_rng(seed)
    drivers = random.integers(1, 6, (n, 4))
    latent = 1.2 * drivers[:, 0] + 0.6 * drivers[:, 1] + 0.3 * drivers[:, 2]
    overall = np.clip(np.round(latent + random.normal(0, 1.2, n)), 0, 10).astype(int)
    return np.column_stack([overall, drivers]).tolist()


def answered(journey, rows: Scores, *, days_ago=3, segment=None, linked=True, apart=0) -> None:
    """Let one respondent per row score the touchpoints in order; None where not asked."""
    ids, source = places(journey), make_source(journey.workspace)
    start = Respondent.objects.count()
    people = Respondent.objects.bulk_create(
        Respondent(workspace=journey.workspace, key=f"{start + number:064x}")
        for number in range(len(rows))
    )
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source,
            touchpoint_id=ids[place],
            metric="csat" if place else "nps",
            score=score,
            occurred_at=NOW - timedelta(days=days_ago, hours=apart * place),
            respondent=person if linked else None,
            segment=segment,
        )
        for person, row in zip(people, rows, strict=True)
        for place, score in enumerate(row)
        if score is not None
    )


def address(journey, name="journey_drivers") -> str:
    return reverse(f"feedback:{name}", args=[journey.workspace.slug, journey.slug])


def words(client, journey, role=Role.VIEWER, **query) -> str:
    client.force_login(make_member(journey.workspace, role))
    response = client.get(address(journey), query)
    assert response.status_code == 200
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def analysis_of(journey, **limits) -> Analysis:
    ids = places(journey)
    outcome = Outcome(ids[0], "nps")
    view = replace(View("90d", NOW.date()), **limits)
    answers = read_answers(ids, outcome, since=None, until=NOW.date())
    return analyse(answers, outcome, view)


class TestWhoMaySee:
    @pytest.mark.parametrize("role", Role)
    def test_every_member(self, client, journey, role):
        client.force_login(make_member(journey.workspace, role))
        assert client.get(address(journey)).status_code == 200

    def test_strangers_learn_nothing(self, client, journey):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(address(journey)).status_code == 404
        assert client.post(address(journey, "journey_drivers_compute")).status_code == 404

    def test_reading_computes_nothing_in_the_background(self, client, journey):
        client.force_login(make_member(journey.workspace))
        assert client.get(address(journey, "journey_drivers_compute")).status_code == 405
        assert not DriverAnalysis.objects.exists()


class TestDrivers:
    def test_the_most_important_comes_first(self, client, journey):
        answered(journey, simulated(300))
        text = words(client, journey)
        assert "scores of these 4 touchpoints are associated with" in text
        assert "among 300 people" in text
        order = [text.index(f" {number} {title}") for number, title in enumerate(TITLES[1:4], 1)]
        assert order == sorted(order)
        assert "Method LMG" in text
        assert "Associated with, not causes" in text

    def test_the_outcome_that_most_share_is_chosen_and_another_can_be(self, client, journey):
        answered(journey, simulated(200))
        assert "Outcome: Overall: NPS . Chosen because more people" in words(client, journey)
        key = f"{places(journey)[1]}-csat"
        text = words(client, journey, outcome=key)
        assert "What goes along with Search: CSAT" in text
        assert "Chosen because" not in text

    def test_nps_asked_elsewhere_can_be_the_outcome(self, client, journey):
        rows = simulated(200)
        answered(journey, rows)
        other = make_touchpoint(
            make_step(make_stage(make_journey(journey.workspace, title="Relationship"))),
            title="Yearly survey", team=None,
        )  # fmt: skip
        FeedbackRecord.objects.filter(metric="nps").update(touchpoint=other)
        text = words(client, journey, outcome=f"{other.pk}-nps")
        assert "What goes along with Yearly survey: NPS" in text
        assert "Yearly survey: NPS (Relationship)" in text

    def test_only_the_latest_answer_of_a_person_counts(self, journey):
        rows = simulated(200)
        answered(journey, rows)
        once = analysis_of(journey)
        old = [
            FeedbackRecord(
                source_id=record.source_id, touchpoint_id=record.touchpoint_id, score=1,
                metric=record.metric, respondent_id=record.respondent_id,
                occurred_at=record.occurred_at - timedelta(days=5),
            )
            for record in FeedbackRecord.objects.all()
        ]  # fmt: skip
        FeedbackRecord.objects.bulk_create(old)
        assert analysis_of(journey).drivers == once.drivers

    def test_partial_answers_and_other_periods_stay_out(self, journey):
        answered(journey, simulated(200))
        answered(journey, simulated(100, seed=8), days_ago=200)
        assert analysis_of(journey).respondents == 200
        assert analysis_of(journey, period="365d").respondents == 300
        FeedbackRecord.objects.filter(metric="nps").update(partial=True)
        assert analysis_of(journey).verdict is Verdict.ANONYMOUS

    def test_a_segment_is_whose_outcome_names_it(self, client, journey):
        segment = make_segment(journey.workspace, name="Business")
        answered(journey, simulated(150), segment=segment)
        answered(journey, simulated(120, seed=9))
        assert "among 150 people" in words(client, journey, segment="Business")
        assert "among 270 people" in words(client, journey)
        assert "There is no segment “Pilots” here" in words(client, journey, segment="Pilots")

    def test_what_too_few_scored_with_the_others_is_left_out_and_named(self, client, journey):
        rows = simulated(200)
        answered(journey, [[*row[:4], row[4] if i < 20 else None] for i, row in enumerate(rows)])
        text = words(client, journey)
        assert "scores of these 3 touchpoints" in text
        assert "too few people scored them together with the others" in text
        assert "for each driver): Returns." in text

    def test_what_all_score_alike_is_left_out_and_named(self, client, journey):
        answered(journey, [[*row[:4], 4] for row in simulated(200)])
        assert "because everybody scored them alike: Returns." in words(client, journey)

    def test_contrasts_that_rest_on_few_are_hidden(self, journey):
        rows = [row for row in simulated(400) if row[1] > 2][:200]
        answered(
            journey, [[row[0], 2 if i < 3 else row[1], *row[2:]] for i, row in enumerate(rows)]
        )
        found = analysis_of(journey)
        [search] = [pull for pull in found.pulls if pull.touchpoint_id == places(journey)[1]]
        assert (search.n_low, search.penalty, search.p_penalty) == (None, None, None)
        assert search.reward is not None
        assert search.kind == ""

    def test_scores_after_the_outcome_are_told(self, client, journey):
        answered(journey, simulated(200), apart=-2)
        assert "100 % of the scores were given after the outcome" in words(client, journey)

    def test_drivers_lead_to_their_evidence(self, client, journey):
        answered(journey, simulated(200))
        client.force_login(make_member(journey.workspace))
        html = client.get(address(journey), {"period": "30d"}).content.decode()
        evidence = reverse(
            "feedback:touchpoint_evidence", args=[journey.workspace.slug, places(journey)[1]]
        )
        assert f'href="{evidence}?metric=csat&amp;period=30d"' in html

    def test_every_chart_is_a_file_too(self, client, journey):
        answered(journey, simulated(200))
        client.force_login(make_member(journey.workspace))
        for key, columns in (
            ("shares", "Touchpoint,Share,Low,High,On its side of the cut,Correlation,n"),
            ("map", "Touchpoint,No.,Importance,Performance,Quarter"),
            ("contrasts", "Touchpoint,Penalty,Reward,p (penalty),p (reward),n low,n top,Kind"),
        ):
            text = client.get(address(journey), {"csv": key}).content.decode("utf-8-sig")
            head, *rows = text.splitlines()
            assert head == columns
            assert len(rows) == 4

    def test_two_touchpoints_of_one_title_have_a_row_each(self, client, journey):
        answered(journey, simulated(200))
        Touchpoint.objects.filter(pk__in=places(journey)[1:3]).update(title="Search <b>online</b>")
        client.force_login(make_member(journey.workspace))
        found = client.get(address(journey)).context["charts"]
        for key in ("shares", "contrasts"):
            chart = found[key]
            assert list(chart.traces[0]["y"]) == [0, 1, 2, 3]
            assert chart.layout["yaxis"]["ticktext"].count("Search <b>online</b>") == 2
            assert chart.traces[0]["hovertext"][0].startswith("Search <b>online</b>: ")

    def test_queries_do_not_grow_with_the_touchpoints(self, client, journey):
        answered(journey, simulated(200))
        client.force_login(make_member(journey.workspace))
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                client.get(address(journey))
            counts.append(len(queries))
            for _ in range(10):
                make_touchpoint(make_step(journey.stages.get()))
        assert counts[0] == counts[1]


class TestRefusals:
    def test_nobody_answered(self, client, journey):
        assert "No overall score yet" in words(client, journey)

    def test_all_anonymous(self, client, journey):
        answered(journey, simulated(80), linked=False)
        text = words(client, journey)
        assert "Nobody can be followed from one answer to another" in text
        assert "80 answers were given to “Overall: NPS”" in text

    def test_too_few(self, client, journey):
        answered(journey, simulated(38))
        text = words(client, journey)
        assert "38 people scored “Overall: NPS” and at least two touchpoints" in text
        assert "Two drivers need 50 in common" in text
        assert "12 more would do." in text

    def test_very_few_are_not_counted_out(self, client, journey):
        answered(journey, simulated(6)[:3])
        answered(journey, [[row[0]] for row in simulated(6)])
        assert "Fewer than 5 people scored" in words(client, journey)

    def test_no_differences(self, client, journey):
        answered(journey, [[9, *row[1:]] for row in simulated(100)])
        assert "Everybody scored the outcome alike" in words(client, journey)

    def test_one_touchpoint_each_gives_the_exposed_against_the_others(self, client, journey):
        rows = [
            [row[0] if i % 4 else min(row[0] + 3, 10)]
            + [row[1] if place == i % 4 else None for place in range(4)]
            for i, row in enumerate(simulated(200))
        ]
        answered(journey, rows)
        text = words(client, journey)
        assert "people rated one touchpoint each" in text
        assert "Share of R²" not in text
        [search] = [
            one for one in analysis_of(journey).exposures
            if one.touchpoint_id == places(journey)[1]
        ]  # fmt: skip
        met = [row[0] for row in rows if row[1] is not None]
        others = [row[0] for row in rows if row[1] is None]
        assert search.difference == pytest.approx(np.mean(met) - np.mean(others))
        assert (search.n_met, search.n_other) == (50, 150)
        assert search.p < 0.05

    @pytest.mark.parametrize(("recent", "kept_back"), [(148, True), (150, False), (140, False)])
    def test_what_a_longer_period_would_give_away_is_kept_back(
        self, client, journey, recent, kept_back
    ):
        rows = simulated(150)
        answered(journey, rows[:recent], days_ago=3)
        answered(journey, rows[recent:], days_ago=60)
        assert ("Kept back, so that nobody" in words(client, journey, period="30d")) is kept_back
        assert "among 150 people" in words(client, journey)

    @pytest.mark.parametrize(("rest", "kept_back"), [(2, True), (0, False), (10, False)])
    def test_what_a_segment_would_give_away_is_kept_back(self, journey, rest, kept_back):
        segment = make_segment(journey.workspace)
        answered(journey, simulated(100), segment=segment)
        answered(journey, simulated(10)[:rest])
        found = analysis_of(journey, segment_id=segment.pk)
        assert (found.verdict is Verdict.WITHHELD) is kept_back


def test_everybody_gives_nobody_away():
    reach, segment = np.zeros(40, dtype=np.int64), np.zeros(40, dtype=np.int64)
    assert not gives_away(reach, segment, None, "all", 5)


class TestInTheBackground:
    @pytest.fixture(autouse=True)
    def _little(self, monkeypatch):
        monkeypatch.setattr(driving_page, "AT_ONCE", 100)

    @pytest.fixture
    def later(self, monkeypatch):
        """No worker yet: what is enqueued waits."""
        monkeypatch.setattr(jobs, "compute", SimpleNamespace(enqueue=lambda pk: None))

    def ask(self, client, journey, **query):
        client.force_login(make_member(journey.workspace, Role.VIEWER))
        query_string = "&".join(f"{key}={value}" for key, value in query.items())
        return client.post(f"{address(journey, 'journey_drivers_compute')}?{query_string}")

    def test_from_asking_to_the_result(self, client, journey, later):
        answered(journey, simulated(200))
        text = words(client, journey)
        assert "There are 1,000 answers, too many to read while you wait." in text
        assert "Chosen because it is the NPS with the most answers." in text
        assert self.ask(client, journey).status_code == 302
        assert "It waits for the background worker" in words(client, journey)
        asked = DriverAnalysis.objects.get()
        compute.call(asked.pk)
        asked.refresh_from_db()
        assert asked.state == AnalysisState.DONE
        kept = Analysis.from_json(asked.result)
        assert kept == analysis_of(journey)
        text = words(client, journey)
        assert "from 1,000 answers." in text
        assert "among 200 people" in text
        assert "Compute again" not in text

    def test_the_waiting_part_asks_again_and_then_for_the_whole_page(self, client, journey, later):
        answered(journey, simulated(200))
        self.ask(client, journey)
        waiting = client.get(address(journey), headers={"HX-Request": "true"})
        assert waiting.content.decode().lstrip().startswith('<div class="insight drivers"')
        assert "HX-Refresh" not in waiting
        compute.call(DriverAnalysis.objects.get().pk)
        done = client.get(address(journey), headers={"HX-Request": "true"})
        assert done["HX-Refresh"] == "true"

    def test_later_answers_make_it_out_of_date(self, client, journey):
        answered(journey, simulated(200))
        self.ask(client, journey)
        answered(journey, simulated(50, seed=11))
        text = words(client, journey)
        assert "Answers have come in since" in text
        assert "among 200 people" in text
        self.ask(client, journey)
        assert "among 250 people" in words(client, journey)

    def test_another_minimum_does_not_show_what_was_kept(self, client, journey):
        answered(journey, simulated(200))
        self.ask(client, journey)
        journey.workspace.minimum_answers = 10
        journey.workspace.save()
        assert "among 200 people" not in words(client, journey)

    def test_asking_twice_is_one_job(self, client, journey):
        answered(journey, simulated(200))
        for _ in range(2):
            self.ask(client, journey)
        assert DriverAnalysis.objects.count() == 1

    def test_what_fails_says_so_and_can_be_tried_again(self, client, journey, later, monkeypatch):
        answered(journey, simulated(200))
        self.ask(client, journey)
        monkeypatch.setattr(jobs, "read_answers", lambda *_, **__: 1 / 0)
        compute.call(DriverAnalysis.objects.get().pk)
        text = words(client, journey)
        assert "That did not work" in text
        assert "Compute again" in text

    def test_above_the_bound_only_some_respondents_are_read(self, client, journey, monkeypatch):
        answered(journey, simulated(400))
        monkeypatch.setattr(jobs, "MOST_READ", 1_000)
        self.ask(client, journey)
        kept = Analysis.from_json(DriverAnalysis.objects.get().result)
        assert kept.every == 2
        assert kept.respondents == 200
        assert "one in 2 respondents was looked at" in words(client, journey)

    def test_it_is_forgotten_after_a_month(self, client, journey):
        answered(journey, simulated(200))
        self.ask(client, journey)
        forget_old(NOW + timedelta(days=29))
        assert DriverAnalysis.objects.exists()
        forget_old(NOW + timedelta(days=31))
        assert not DriverAnalysis.objects.exists()


class TestStability:
    def found(self, n):
        values = np.array(simulated(n), dtype=float)[:, [1, 2, 3, 4, 0]]
        names = ["a", "b", "c", "d", "overall"]
        groups = random_groups(names, values)
        shares = analyse_shares(values)
        return groups, shares, stability(groups, shares)

    def test_groups_hold_everybody_once(self):
        groups, _, _ = self.found(1_000)
        assert len(groups) == 400
        assert sum(group.n[0, 0] for group in groups) == 1_000

    def test_more_people_make_narrower_intervals_around_the_share(self):
        widths = []
        for n in (100, 3_000):
            _, shares, found = self.found(n)
            assert all(
                low <= share <= high
                for low, share, high in zip(found.low, shares, found.high, strict=True)
            )
            widths.append(max(high - low for low, high in zip(found.low, found.high, strict=True)))
        assert widths[1] < widths[0] / 3
        assert found.same_side[0] == 1.0

    def test_marks(self):
        assert [stability_mark(each) for each in (None, 0.5, 0.8, 0.95)] == [
            "unknown", "unsteady", "fairly steady", "steady",
        ]  # fmt: skip


def analyse_shares(values):
    return key_drivers(CrossSums.from_array(["a", "b", "c", "d", "y"], values)).shares


def test_labels_of_near_points_go_to_different_sides():
    sides = placed_labels(
        ["Checkout", "Delivery"], [50, 50.5], [10, 10], (0, 100), (0, 20), (90, 1)
    )
    assert len(set(sides)) == 2
