"""`manage.py load_demo`: what the first page of a newcomer shows, and that it comes once."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Max, Min
from django.test import override_settings
from PIL import Image

from feedback.demo import load, votes
from feedback.demo.content import read_map
from feedback.demo.load import JOURNEYS, SEED
from feedback.demo.simulator import Answer, Calendar, generator, level, simulate
from feedback.demo.voices import Event, Voice, read_voice
from feedback.metrics.scales import SCALES
from feedback.metrics.suppression import K_COMMENTS
from feedback.models import (
    FeedbackRecord,
    FrictionAssessment,
    FrictionInput,
    Observation,
    ScoreCount,
    Survey,
)
from feedback.nested import nested
from journeys.maps import Period
from journeys.models import (
    Card,
    EmotionAssessment,
    Journey,
    LaneKind,
    Membership,
    Persona,
    Role,
    User,
    Workspace,
)
from tests.factories import make_membership, make_observation, make_source, make_workspace
from touchpoints.models import Handoff, Touchpoint

TODAY = date(2026, 11, 22)
VOICES = [name for name, has_voice in JOURNEYS.items() if has_voice]


def load_demo(**options: Any) -> str:
    """Run the command on the tests' day and return what it printed."""
    printed = StringIO()
    call_command("load_demo", stdout=printed, today=options.pop("today", TODAY), **options)
    return printed.getvalue()


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the photos of the module's demo lie."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, media: Path) -> Iterator[Workspace]:
    """The demo workspace, built once for the tests of this module and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=media):
            load_demo()
        yield Workspace.objects.get(slug="demo")
        transaction.set_rollback(True)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """A demo of maps only, for what does not depend on a year of answers."""
    monkeypatch.setattr(
        load, "JOURNEYS", dict.fromkeys(JOURNEYS, False) | {"delayed_baggage": True}
    )


def contents() -> dict[str, int]:
    """Count what stands in the database."""
    kinds = (Workspace, User, Membership, Persona, Journey, Card, Touchpoint, Handoff)
    evidence = (FeedbackRecord, ScoreCount, FrictionInput, Observation, FrictionAssessment)
    return {kind.__name__: kind.objects.count() for kind in (*kinds, *evidence, EmotionAssessment)}


def test_a_second_run_changes_nothing_and_says_so(small: None) -> None:
    load_demo()
    before = contents()
    newest = Journey.objects.aggregate(Max("updated_at"), Max("revision"))
    assert load_demo(today=TODAY + timedelta(days=40)).splitlines() == [
        "“Northwind (demo)” is there already and stays as it is; --fresh builds it anew."
    ]
    assert contents() == before
    assert Journey.objects.aggregate(Max("updated_at"), Max("revision")) == newest


def test_fresh_replaces_the_content_and_keeps_the_members(small: None) -> None:
    load_demo()
    before = contents()
    old = Workspace.objects.get(slug="demo")
    guest = make_membership(old, role=Role.OWNER).user
    Journey.objects.create(workspace=old, title="Mine", slug="mine")
    asked = Touchpoint.objects.filter(step__stage__journey__workspace=old)[0]
    Survey.objects.create(source=make_source(old), touchpoint=asked, title="Mine")
    make_observation(asked)
    load_demo(fresh=True)
    new = Workspace.objects.get(slug="demo")
    assert new.pk != old.pk
    assert new.memberships.get(user=guest).role == Role.OWNER
    assert contents() == before | {
        "User": before["User"] + 1,
        "Membership": before["Membership"] + 1,
    }


@pytest.mark.django_db(transaction=True)
def test_fresh_leaves_no_old_photo_behind(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(load, "JOURNEYS", {})
    load_demo()
    load_demo(fresh=True)
    files = {path.name for path in Path(settings.MEDIA_ROOT).rglob("*.png")}
    kept = Persona.objects.exclude(photo="").values_list("photo", flat=True)
    assert files == {Path(name).name for name in kept}


def test_a_real_workspace_at_the_address_is_left_alone(db: None) -> None:
    make_workspace(name="Ours", slug="demo")
    for fresh in (False, True):
        with pytest.raises(CommandError, match=r"“Ours” .* Nothing was changed"):
            load_demo(fresh=fresh)
    assert not Journey.objects.exists()


def test_an_impossible_day_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="“2026-02-30” is not a day"):
        call_command("load_demo", "--today", "2026-02-30")


def test_it_is_labelled_as_simulated_and_nobody_in_it_can_sign_in(demo: Workspace) -> None:
    assert demo.simulated
    assert "demo" in demo.name
    people = User.objects.filter(memberships__workspace=demo)
    assert 0 < people.count() <= 6
    assert not any(person.is_active or person.has_usable_password() for person in people)
    assert all(person.email.endswith(".invalid") for person in people)


def test_the_long_journey_has_the_size_that_benchmarks_count_on(demo: Workspace) -> None:
    journey = demo.journeys.get(slug="b2b-software")
    steps = journey.stages.annotate(step_count=Count("steps")).values_list("step_count", flat=True)
    assert list(steps) == [5] * 8
    assert Card.objects.filter(lane__journey=journey).count() == 150
    assert journey.revision == 1


def test_outcomes_tell_the_story_the_leading_one_first(demo: Workspace) -> None:
    """Since consultants left, the time to value misses its target; churn does not yet."""
    by_name = {metric.name: metric for metric in demo.outcome_metrics.all()}
    met = {
        name: [metric.meets_target(point.value) for point in metric.points.order_by("end")]
        for name, metric in by_name.items()
    }
    assert {len(each) for each in met.values()} == {12}
    late = met["Time to value"]
    assert not any(late[-3:])
    assert all(late[:-3])
    assert all(met["Logo churn"])
    assert by_name["Time to value"].points.latest("end").end == date(2026, 10, 31)


def test_the_future_state_redesigns_one_handoff_and_has_no_answers(demo: Workspace) -> None:
    future = demo.journeys.get(state="future")
    assert future.compares_with is not None
    assert future.compares_with.slug == "b2b-software"
    of_future = {"touchpoint__step__stage__journey": future}
    assert not FeedbackRecord.objects.on_journey(future).exists()
    assert not FrictionInput.objects.filter(**of_future).exists()
    assert FrictionAssessment.objects.filter(**of_future).exists()

    def handoffs(journey: Journey) -> dict[str, tuple[str, int | None]]:
        rows = Handoff.objects.filter(from_touchpoint__step__stage__journey=journey).with_ends()
        return {str(row): (row.what_moves, row.agreed_wait_minutes) for row in rows}

    now, then = handoffs(future.compares_with), handoffs(future)
    assert [name for name in now if now[name] != then[name]] == ["Sales → Implementation"]
    assert now.keys() == then.keys()


def test_the_business_trip_stands_as_it_was_designed(demo: Workspace) -> None:
    trip = demo.journeys.get(slug="business-trip")
    stages = trip.stages.annotate(step_count=Count("steps")).order_by("position")
    assert list(stages.values_list("title", "step_count")) == [
        ("Book", 2),
        ("Airport", 4),
        ("On board", 4),
        ("After", 1),
    ]
    rows = Handoff.objects.filter(from_touchpoint__step__stage__journey=trip).with_ends()
    assert [(str(row), row.observed_wait_minutes) for row in rows.order_by("pk")] == [
        ("Digital → Ground", 4),
        ("Ground → Cabin", 22),
        ("Cabin → Ground", 9),
    ]
    visibility = trip.lanes.get(line_below="visibility")
    assert visibility.kind == LaneKind.OPPORTUNITIES


def test_comments_have_themes_that_are_found_again(demo: Workspace) -> None:
    counts = {theme.name: theme.feedback_records.count() for theme in demo.themes.all()}
    assert len(counts) == 7
    assert min(counts.values()) >= 20
    queues = FeedbackRecord.objects.filter(comment__contains="queue").distinct()
    assert queues.filter(themes__name="Waiting").count() == queues.count() > 0


def test_the_atlas_shows_every_state(demo: Workspace) -> None:
    assert {journey.state for journey in demo.journeys.all()} == {"current", "future", "research"}
    overdue = [j.slug for j in demo.journeys.all() if j.is_review_overdue(TODAY)]
    assert overdue == ["delayed-baggage"]
    research = demo.journeys.get(state="research")
    assert research.owner is None
    assert not FeedbackRecord.objects.on_journey(research).exists()


def test_every_score_lies_on_its_scale_and_in_the_past_year(demo: Workspace) -> None:
    ranges = FeedbackRecord.objects.scored().values("metric")
    found = list(ranges.annotate(lowest=Min("score"), highest=Max("score")).order_by("metric"))
    assert [row["metric"] for row in found] == ["ces", "csat", "nps"]
    for row in found:
        assert SCALES[row["metric"]].low == row["lowest"]
        assert SCALES[row["metric"]].high == row["highest"]
    period = FeedbackRecord.objects.aggregate(first=Min("occurred_at"), last=Max("occurred_at"))
    assert period["first"].date() == TODAY - timedelta(days=364)
    assert period["last"].date() == TODAY - timedelta(days=1)
    assert not FrictionInput.objects.filter(hits__gt=F("base")).exists()
    assert not FrictionInput.objects.filter(day__gte=TODAY).exists()
    assert not Observation.objects.filter(occurred_at__date__gte=TODAY).exists()
    assert set(Observation.objects.values_list("kind", flat=True)) == {"wait", "frt"}


@pytest.mark.parametrize("key", ["365d", "all"])
def test_the_business_trip_shows_its_numbers_in_the_long_periods_too(
    demo: Workspace, key: str
) -> None:
    ids = Touchpoint.objects.filter(step__stage__journey__slug="business-trip")
    kept_back = nested(list(ids.values_list("pk", flat=True)), Period.until(TODAY, key), 5, None)
    assert kept_back.now == set()


def test_the_daily_counts_equal_the_counted_records(demo: Workspace) -> None:
    records: Counter[tuple[int, str, date, int]] = Counter()
    for touchpoint, metric, at, score in FeedbackRecord.objects.scored().values_list(
        "touchpoint_id", "metric", "occurred_at", "score"
    ):
        assert score is not None
        records[touchpoint, metric, at.astimezone(UTC).date(), score] += 1
    counts: Counter[tuple[int, str, date, int]] = Counter()
    for touchpoint, metric, day, *columns in ScoreCount.objects.values_list(
        "touchpoint_id", "metric", "day", *ScoreCount.COLUMNS
    ):
        for score, count in enumerate(columns):
            counts[touchpoint, metric, day, score] += count
    assert +counts == records


def test_some_touchpoints_have_few_answers_and_some_have_none(demo: Workspace) -> None:
    journey = demo.journeys.get(slug="b2b-software")
    recent = FeedbackRecord.objects.on_journey(journey).filter(metric="csat")
    recent = recent.filter(occurred_at__date__gte=TODAY - timedelta(days=90))
    sizes = Counter(recent.values_list("touchpoint__title", flat=True))
    titles = Touchpoint.objects.filter(step__stage__journey=journey).values_list("title", flat=True)
    assert sum(0 < sizes[title] < 5 for title in titles) >= 2
    assert sum(5 <= sizes[title] < 30 for title in titles) >= 2
    assert sum(sizes[title] == 0 for title in titles) >= 2
    assert sum(sizes[title] >= 30 for title in titles) > 30


def test_comments_carry_no_address(demo: Workspace) -> None:
    comments = set(FeedbackRecord.objects.commented().values_list("comment", flat=True))
    assert len(comments) > 400
    assert not [comment for comment in comments if "@" in comment or "+4" in comment]


def test_where_many_answer_enough_write_for_their_words_to_be_shown(demo: Workspace) -> None:
    recent = FeedbackRecord.objects.filter(occurred_at__date__gte=TODAY - timedelta(days=90))
    answers = Counter(recent.filter(metric="csat").values_list("touchpoint", flat=True))
    written = Counter(recent.exclude(comment="").values_list("touchpoint", flat=True))
    assert all(written[touchpoint] >= K_COMMENTS for touchpoint, n in answers.items() if n > 200)


def test_assessments_come_from_several_raters_and_for_several_personas(demo: Workspace) -> None:
    raters = FrictionAssessment.objects.values("touchpoint").annotate(n=Count("rater"))
    assert {row["n"] for row in raters} <= {3, 4, 5, 6}
    personas = EmotionAssessment.objects.values_list("persona__slug", flat=True)
    assert {"ingrid", "samir", "claudia", None} <= set(personas)


def test_every_persona_but_the_one_in_research_is_complete(
    demo: Workspace, media: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = media
    complete = {persona.slug: persona.completeness for persona in demo.personas.all()}
    assert complete.pop("priya") < 100
    assert set(complete.values()) == {100}
    for persona in demo.personas.exclude(photo=""):
        with Image.open(persona.photo) as picture:
            assert (picture.format, picture.size) == ("PNG", (320, 320))
        assert persona.photo.size < 12_000


def answers_of(name: str, today: date = TODAY, seed: int = SEED) -> dict[str, list[Answer]]:
    """Return what the simulator draws for a journey, by touchpoint."""
    voice = read_voice(name)
    return {
        title: simulate(voice, title, Calendar(voice, today), generator(seed, name, title))
        for title in voice.touchpoints
    }


@pytest.mark.parametrize("name", VOICES)
def test_the_same_seed_and_day_give_the_same_answers(name: str) -> None:
    assert answers_of(name) == answers_of(name)
    assert answers_of(name) != answers_of(name, seed=SEED + 1)


@pytest.mark.parametrize("name", VOICES)
def test_every_touchpoint_gets_the_number_of_answers_that_is_written(name: str) -> None:
    written = read_voice(name).touchpoints
    for title, answers in answers_of(name, today=date(2027, 2, 28)).items():
        voice, found = written[title], Counter(answer.metric for answer in answers)
        assert (found["csat"], found["ces"], found["nps"]) == (voice.csat, voice.ces, voice.nps)
        assert found[""] == len(voice.notes)


@pytest.mark.parametrize("name", VOICES)
def test_every_voice_belongs_to_a_touchpoint_of_its_map(name: str) -> None:
    titles = {each.title for step in read_map(name).steps for each in step.touchpoints}
    assert read_voice(name).touchpoints.keys() <= titles


def test_nobody_repeats_a_touchpoints_own_sentence_soon() -> None:
    voice = read_voice("business_trip")
    for title, answers in answers_of("business_trip").items():
        said: dict[str, date] = {}
        own = {text for texts in voice.touchpoints[title].sentences.values() for text in texts}
        for answer in answers:
            if answer.comment in own:
                day = answer.at.date()
                assert day - said.get(answer.comment, date.min) > timedelta(days=60)
                said[answer.comment] = day
        assert said.keys() == own


def satisfied(answers: list[Answer], *, first: int, last: int) -> float:
    """Return the share of top-two answers between two ages in days."""
    ages = range(first, last)
    scores = [
        answer.score
        for answer in answers
        if answer.metric == "csat" and (TODAY - answer.at.date()).days in ages
    ]
    return sum((score or 0) >= 4 for score in scores) / len(scores)


@pytest.mark.parametrize(
    ("title", "sign"), [("Online booking", -1), ("Online boarding", 1), ("Inflight wifi", -1)]
)
def test_what_happened_in_the_last_quarter_shows(title: str, sign: int) -> None:
    voice = read_voice("business_trip")
    answers = simulate(
        voice, title, Calendar(voice, TODAY), generator(SEED, "business-trip", title)
    )
    now, before = (satisfied(answers, first=a, last=a + 90) for a in (1, 91))
    assert sign * (now - before) > 0.06


@pytest.mark.parametrize("title", ["Seat & leg room", "Cleanliness", "Bag drop"])
def test_where_nothing_happened_the_quarters_hardly_differ(title: str) -> None:
    voice = read_voice("business_trip")
    answers = simulate(
        voice, title, Calendar(voice, TODAY), generator(SEED, "business-trip", title)
    )
    now, before = (satisfied(answers, first=a, last=a + 90) for a in (1, 91))
    assert abs(now - before) < 0.06


def test_the_level_follows_trend_and_events_back_in_time() -> None:
    voice = Voice(
        satisfied=50, trend=0.365, events=(Event(days_ago=80, shift=0.5, what="a repair"),)
    )
    assert level(voice, 0) == pytest.approx(0)
    assert level(voice, 80) == pytest.approx(-0.08)
    assert level(voice, 81) == pytest.approx(-0.581)


@pytest.mark.parametrize("raters", [1, 2, 3, 5, 6])
@pytest.mark.parametrize("mean", [-2.0, -1.4, 0.0, 0.7, 1.9])
def test_votes_of_feeling_scatter_around_their_mean(mean: float, raters: int) -> None:
    scores = votes.feelings(mean, raters, generator("votes"))
    assert len(scores) == raters
    assert sum(scores) / raters == pytest.approx(mean, abs=0.01)
    assert all(-2 <= score <= 2 for score in scores)


@pytest.mark.parametrize("mean", [0.0, 0.4, 2.2, 3.8, 4.0])
def test_votes_of_severity_are_whole_and_near_their_mean(mean: float) -> None:
    scores = votes.severities(mean, 5, generator("votes"))
    assert sum(scores) / 5 == pytest.approx(mean, abs=0.1)
    assert all(score in range(5) for score in scores)
