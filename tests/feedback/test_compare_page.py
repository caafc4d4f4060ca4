"""Compare: two sides of a journey's numbers, or of two journeys', and what can be said of them."""

import csv
import re
from datetime import datetime, time, timedelta
from html import unescape
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.comparing.page import primary_choices
from feedback.models import DurationCount, FeedbackRecord, FrictionInput
from journeys.editing.versions import keep_version
from journeys.models import Role
from tests.factories import (
    make_channel,
    make_journey,
    make_member,
    make_persona,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = NOW.date()


@pytest.fixture
def workspace():
    return make_workspace(name="Northwind", slug="northwind")


@pytest.fixture
def journey(workspace):
    return make_journey(workspace, title="Business trip", slug="trip")


@pytest.fixture
def touchpoint(journey):
    return make_touchpoint(make_step(make_stage(journey, title="Depart")), title="Gate", team=None)


def day(days_ago: int):
    return TODAY - timedelta(days=days_ago)


def answers(touchpoint, scores, days_ago=1, **values) -> None:
    source = make_source(touchpoint.step.stage.journey.workspace)
    noon = datetime.combine(day(days_ago), time(0, 1), timezone.get_default_timezone())
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source, touchpoint=touchpoint, score=score, occurred_at=noon,
            **{"metric": "csat"} | values,
        )
        for score in scores
    )  # fmt: skip


def address(journey) -> str:
    return reverse("feedback:journey_compare", args=[journey.workspace.slug, journey.slug])


def get(client, journey, role=Role.VIEWER, **query):
    client.force_login(make_member(journey.workspace, role))
    return client.get(address(journey), query)


def said(client, journey, **query) -> str:
    response = get(client, journey, **query)
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2]
    text = unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL))
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def rows(client, journey, **query) -> list[dict[str, str]]:
    response = get(client, journey, csv="comparison", **query)
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


class TestWhoMaySee:
    @pytest.mark.parametrize("role", Role)
    def test_every_member(self, client, journey, role):
        assert get(client, journey, role).status_code == 200

    def test_strangers_learn_nothing(self, client, journey):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(address(journey)).status_code == 404
        client.force_login(make_user(is_superuser=True))
        assert client.post(address(journey)).status_code == 405

    def test_the_map_leads_there_with_its_view(self, client, journey):
        client.force_login(make_member(journey.workspace))
        html = client.get(journey.get_absolute_url(), {"period": "30d"}).content.decode()
        assert f'href="{address(journey)}?period=30d"' in html

    def test_another_workspace_cannot_be_a_side(self, client, journey):
        make_journey(title="Elsewhere", slug="elsewhere")
        found = said(client, journey, **{"a-of": "elsewhere"})
        assert "“elsewhere” does not exist here: choose again." in found


class TestTwoPeriods:
    def test_a_clear_change_is_said_with_size_and_interval(self, client, journey, touchpoint):
        answers(touchpoint, [5] * 60 + [1] * 60, days_ago=120)
        answers(touchpoint, [5] * 100 + [1] * 20)
        [row] = rows(client, journey)
        assert (row["Where"], row["n A"], row["n B"]) == ("Gate", "120", "120")
        assert float(row["Difference"]) == pytest.approx(100 * 40 / 120)
        found = said(client, journey)
        assert "1 of 1 comparisons differ clearly" in found
        assert re.search(r"clearly better by 33\.3 points \(2\d\.\d to 4\d\.\d\)", found)
        assert "N−1 two-proportion z: p < .001" in found

    def test_no_clear_difference_says_how_many_more_would_tell(self, client, journey, touchpoint):
        answers(touchpoint, [5] * 30 + [1] * 20, days_ago=120)
        answers(touchpoint, [5] * 33 + [1] * 17)
        found = said(client, journey)
        assert re.search(r"no clear difference at this size; [\d,]+ more answers would tell", found)
        assert "That is not the same as no difference" in found

    def test_lower_is_better_for_rates_and_waits(self, client, journey, touchpoint):
        for days_ago, hits, bucket in ((120, 60, 160), (1, 20, 140)):
            FrictionInput.objects.create(
                touchpoint=touchpoint, kind="error", day=day(days_ago), hits=hits, base=200
            )
            DurationCount.objects.create(
                touchpoint=touchpoint, kind="wait", day=day(days_ago), bucket=bucket, count=40
            )
        by_metric = {row["Metric"]: row for row in rows(client, journey)}
        assert by_metric["Errors"]["What can be said"].startswith("clearly better by 20.0 points")
        assert by_metric["Wait"]["Test"] == "Mann–Whitney U"
        assert by_metric["Wait"]["What can be said"].startswith("clearly better by")

    def test_stage_and_whole_pool_only_what_is_on_both_sides(self, client, journey, touchpoint):
        stage = touchpoint.step.stage
        second, third = (make_touchpoint(make_step(stage), team=None) for _ in range(2))
        for each in (touchpoint, second):
            answers(each, [4] * 20, days_ago=120)
            answers(each, [4] * 20)
        answers(third, [1] * 50)
        found = {row["Where"]: row for row in rows(client, journey)}
        assert (found["Depart"]["n A"], found["Depart"]["n B"]) == ("40", "40")
        assert found["Whole journey"]["n B"] == "40"
        assert found[third.title]["What can be said"] == "nothing to compare: no answers in A"

    def test_own_days_are_asked_for_both(self, client, journey, touchpoint):
        found = said(client, journey, **{"a-period": "own", "a-since": day(9).isoformat()})
        assert "Say from when to when." in found
        wrong = {"a-period": "own", "a-since": day(2).isoformat(), "a-until": day(9).isoformat()}
        assert "The period ends before it begins." in said(client, journey, **wrong)
        ahead = {"b-period": "own", "b-since": day(2).isoformat(), "b-until": day(-9).isoformat()}
        assert "The period ends in the future." in said(client, journey, **ahead)

    def test_own_days_count_as_asked_where_many_answer(self, client, journey, touchpoint):
        for days_ago in range(1, 13):
            answers(touchpoint, [4] * 6, days_ago)
        own = {
            "a-period": "own", "a-since": day(12).isoformat(), "a-until": day(8).isoformat(),
            "b-period": "own", "b-since": day(7).isoformat(), "b-until": day(1).isoformat(),
        }  # fmt: skip
        [row] = rows(client, journey, **own)
        assert (row["n A"], row["n B"]) == ("30", "42")

    def test_overlapping_periods_are_refused(self, client, journey, touchpoint):
        answers(touchpoint, [4] * 20)
        found = said(client, journey, **{"a-period": "30d", "b-period": "90d"})
        assert "30 days of the two periods are the same" in found
        assert "Choose periods that do not overlap" in found
        assert get(client, journey, csv="comparison", **{"a-period": "30d"}).status_code == 404


class TestPeople:
    @pytest.fixture
    def segments(self, workspace, touchpoint):
        found = [make_segment(workspace, name=name) for name in ("Gold", "Blue")]
        answers(touchpoint, [5] * 30 + [1] * 5, segment=found[0])
        answers(touchpoint, [5] * 10 + [1] * 30, segment=found[1])
        return found

    def test_two_segments_of_the_same_days(self, client, journey, segments):
        asked = {"a-period": "90d", "a-who": "segment:Blue", "b-who": "segment:Gold"}
        [row] = rows(client, journey, **asked)
        assert (row["n A"], row["n B"]) == ("40", "35")
        assert row["What can be said"].startswith("clearly better by 60.7 points")
        assert "are not counted by segment or channel" in said(client, journey, **asked)

    def test_own_days_of_a_segment(self, client, journey, segments):
        own = {
            f"{side}-{name}": value
            for side in "ab"
            for name, value in (
                ("period", "own"), ("since", day(9).isoformat()), ("until", day(1).isoformat()),
            )
        }  # fmt: skip
        [row] = rows(client, journey, **own, **{"a-who": "segment:Blue", "b-who": "segment:Gold"})
        assert (row["n A"], row["n B"]) == ("40", "35")

    def test_two_channels(self, client, workspace, journey, touchpoint):
        for name in ("Web", "Phone"):
            answers(touchpoint, [4] * 12, channel=make_channel(workspace, name=name))
        asked = {"a-period": "90d", "a-who": "channel:Web", "b-who": "channel:Phone"}
        [row] = rows(client, journey, **asked)
        assert (row["n A"], row["n B"]) == ("12", "12")

    def test_a_segment_and_everybody_hold_the_same_people(self, client, journey, segments):
        found = said(client, journey, **{"a-period": "90d", "b-who": "segment:Gold"})
        assert "Everybody and Gold can be the same people on the same days" in found

    def test_a_persona_is_its_segment(self, client, workspace, journey, segments):
        make_persona(workspace, name="Ida", slug="ida", segment=segments[0])
        make_persona(workspace, name="Otto", slug="otto")
        asked = {"a-period": "90d", "a-who": "segment:Blue", "b-who": "persona:ida"}
        found = said(client, journey, **asked)
        assert "Ida (segment Gold)" in found
        assert "No segment speaks yet for Otto" in found

    def test_the_maps_filters_are_those_of_both_sides(self, client, journey, segments):
        found = said(client, journey, period="30d", segment="Gold")
        assert found.count("· Gold") == 2
        both = said(client, journey, segment="Gold", channel="Web")
        assert both.count("· Gold") == 2
        assert "the channel “Web” was left out" in both

    def test_the_maps_persona_without_a_segment_leaves_everybody(self, client, journey, segments):
        make_persona(journey.workspace, name="Otto", slug="otto")
        assert said(client, journey, persona="otto").count("· everybody") == 2

    def test_a_mix_that_changed_is_said_with_what_is_left(self, client, journey, segments):
        gold, blue = segments
        answers(
            journey.stages.get().steps.get().touchpoints.get(),
            [5] * 88 + [1] * 12,
            120,
            segment=gold,
        )
        answers(
            journey.stages.get().steps.get().touchpoints.get(),
            [5] * 5 + [1] * 15,
            120,
            segment=blue,
        )
        found = said(client, journey)
        assert "The mix of segments differs (CSAT)" in found
        assert re.search(
            r"CSAT differs by −\d+\.\d points; with the same mix .* by [−+]?\d\.\d points", found
        )


class TestNobodyIsWorkedOut:
    def test_too_few_are_hidden_on_either_side(self, client, journey, touchpoint):
        answers(touchpoint, [1] * 4, days_ago=120)
        answers(touchpoint, [5] * 20)
        [row] = rows(client, journey)
        assert (row["A"], row["n A"]) == ("", "")
        assert row["What can be said"] == "hidden in A: it could point at too few people"

    def test_two_runs_of_days_never_differ_by_few(self, client, journey, touchpoint):
        for days_ago in range(3, 60, 3):
            answers(touchpoint, [4, 4], days_ago)
        sizes, trimmed = set(), 0
        for last in range(40, 50):
            own = {
                "a-period": "own", "a-since": day(60).isoformat(), "a-until": day(last).isoformat(),
                "b-period": "30d",
            }  # fmt: skip
            response = get(client, journey, **own)
            found = response.context["found"]
            sizes.add(found.lines[0].row.a.n or 0)
            trimmed += found.trimmed
            left_out = "single days with few answers were left out" in response.content.decode()
            assert left_out == bool(found.trimmed)
        assert trimmed
        assert len(sizes) > 1
        assert all(abs(a - b) >= 5 for a in sizes for b in sizes if a != b)


class TestJourneysAndVersions:
    def test_a_redesign_is_compared_with_what_it_redesigns(self, client, journey, touchpoint):
        ahead = make_journey(journey.workspace, title="Better trip", compares_with=journey)
        place = make_step(make_stage(ahead))
        copy = make_touchpoint(place, title="Gate 2", team=None, copy_of=touchpoint)
        lost = make_touchpoint(place, title="Lounge", team=None)
        answers(touchpoint, [1] * 20)
        answers(copy, [5] * 20)
        [row] = rows(client, ahead)
        assert (row["Where"], row["What can be said"][:14]) == ("Gate 2", "clearly better")
        found = said(client, ahead)
        assert f"Only in B {lost.title}" in found

    def test_a_version_by_what_was_on_its_map(self, client, journey, touchpoint):
        version = keep_version(journey, make_user(), "Spring")
        version.at = NOW - timedelta(days=100)
        version.save(update_fields=["at"])
        added = make_touchpoint(make_step(touchpoint.step.stage), title="Lounge", team=None)
        answers(touchpoint, [1] * 20, days_ago=120)
        answers(touchpoint, [5] * 20)
        found = said(client, journey, **{"a-of": str(version.pk)})
        assert "as of Spring" in found
        assert f"Only in B {added.title}" in found
        [row] = rows(client, journey, **{"a-of": str(version.pk)})
        assert (row["n A"], row["n B"]) == ("20", "20")

    def test_nothing_in_common(self, client, journey, touchpoint):
        other = make_journey(journey.workspace, title="Refund", slug="refund")
        make_touchpoint(make_step(make_stage(other)), team=None)
        assert "have no touchpoint in common" in said(client, journey, **{"a-of": "refund"})


class TestCorrection:
    @pytest.fixture
    def many(self, journey):
        channel, stage = make_channel(journey.workspace), make_stage(journey)
        for number in range(12):
            each = make_touchpoint(make_step(stage), title=f"T{number}", channel=channel, team=None)
            yes = 35 if number == 0 else 25
            answers(each, [5] * 25 + [1] * 25, days_ago=120)
            answers(each, [5] * yes + [1] * (50 - yes))
        return journey

    def test_what_is_clear_alone_need_not_be_among_many(self, client, many):
        found = {row["Where"]: row for row in rows(client, many)}
        assert float(found["T0"]["p"]) < 0.05 < float(found["T0"]["p corrected"])
        assert (
            "no clear difference once corrected for 14 comparisons"
            in found["T0"]["What can be said"]
        )

    def test_what_was_decided_on_beforehand_is_not_corrected(self, client, many):
        key = next(key for key, words in self.choices(client, many) if words == "T0: CSAT")
        found = {row["Where"]: row for row in rows(client, many, primary=key)}
        assert found["T0"]["p"] == found["T0"]["p corrected"]
        assert found["T0"]["What can be said"].startswith("clearly better by 20.0 points")
        assert "decided on beforehand and is not corrected" in said(client, many, primary=key)

    def test_hints_are_corrected_otherwise_and_called_so(self, client, many):
        claim, hint = (
            {row["Where"]: float(row["p corrected"]) for row in rows(client, many, aim=aim)}
            for aim in ("claim", "screen")
        )
        assert all(hint[where] <= claim[where] for where in claim)
        assert "Benjamini–Hochberg" in said(client, many, aim="screen")

    def test_an_unknown_decision_is_said(self, client, many):
        found = said(client, many, primary="touchpoint-0.nps")
        assert "which is not compared here, so all are corrected" in found

    def choices(self, client, journey):
        return primary_choices(get(client, journey).context["found"].lines)


class TestStates:
    def test_nobody_answered_yet(self, client, journey, touchpoint):
        found = said(client, journey)
        assert "Nothing to compare" in found
        assert "bring in answers" in found

    def test_many_rows_come_in_pages(self, client, journey, monkeypatch):
        monkeypatch.setattr("feedback.views.compare.ROWS_ON_A_PAGE", 2)
        channel, stage = make_channel(journey.workspace), make_stage(journey)
        for number in range(3):
            answers(
                make_touchpoint(make_step(stage), title=f"T{number}", channel=channel, team=None),
                [4] * 6,
            )
        assert "1–2 of 3" in said(client, journey)
        assert "T2 CSAT" in said(client, journey, page=2)

    def test_plotly_comes_only_where_something_is_drawn(self, client, journey, touchpoint):
        assert "plotly.min.js" not in get(client, journey).content.decode()
        answers(touchpoint, [4] * 20, days_ago=120)
        # A row, with nothing to compare on the other side: only its table and file.
        page = get(client, journey).content.decode()
        assert "csv=comparison" in page
        assert "plotly.min.js" not in page
        answers(touchpoint, [4] * 20)
        assert "plotly.min.js" in get(client, journey).content.decode()


class TestCost:
    def test_as_many_queries_for_one_touchpoint_as_for_ten(self, client):
        counts = []
        for size in (1, 10):
            workspace = make_workspace()
            journey, channel = make_journey(workspace), make_channel(workspace)
            segment = make_segment(workspace)
            for _ in range(size):
                place = make_step(make_stage(journey))
                each = make_touchpoint(place, channel=channel, team=None)
                for days_ago in (120, 40, 1):
                    answers(each, [4] * 9, days_ago, segment=segment)
            own = {
                "a-period": "own",
                "a-since": day(60).isoformat(),
                "a-until": day(30).isoformat(),
            }
            client.force_login(make_member(workspace))
            client.get(address(journey), own | {"b-period": "30d"})
            with CaptureQueriesContext(
                connection,
            ) as captured:
                response = client.get(address(journey), own | {"b-period": "30d"})
            assert response.context["found"].lines
            assert not any("feedbackrecord" in each["sql"] for each in captured)
            counts.append(len(captured))
        assert counts[0] == counts[1]
        assert counts[1] <= 45
