"""What comments are about, and what unscored ones sound like, where people are protected."""

import re
from html import unescape

import pytest
from django.core.checks import run_checks
from django.urls import reverse
from django.utils import timezone

from feedback.behind import behind
from feedback.tone import is_english, lexicon, tone_of
from journeys.maps import MapFilters, Period
from journeys.models import Role
from tests.factories import (
    make_member,
    make_record,
    make_segment,
    make_source,
    make_theme,
    make_touchpoint,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def touchpoint():
    return make_touchpoint()


def workspace_of(touchpoint):
    return touchpoint.step.stage.journey.workspace


def comments(touchpoint, count, **values) -> None:
    for number in range(count):
        make_record(touchpoint, **{"comment": f"Word {number}", "occurred_at": NOW} | values)


def view(**changes) -> MapFilters:
    return MapFilters(period=Period.until(NOW.date()), **changes)


def found(touchpoint, key="csat", filters=None):
    user = make_member(workspace_of(touchpoint), Role.VIEWER)
    return behind(touchpoint, key=key, filters=filters or view(), user=user, now=NOW)


def asked(client, touchpoint, **query) -> str:
    """Return the words of the page, without tags."""
    client.force_login(make_member(workspace_of(touchpoint), Role.VIEWER))
    address = reverse(
        "feedback:touchpoint_evidence", args=[workspace_of(touchpoint).slug, touchpoint.pk]
    )
    response = client.get(address, query)
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


class TestThemes:
    @pytest.fixture
    def waiting(self, touchpoint):
        return make_theme(workspace_of(touchpoint), name="Waiting & queues")

    def themed(self, touchpoint, theme, count, **values):
        records = [
            make_record(touchpoint, comment=f"Waited {n}", occurred_at=NOW, **values)
            for n in range(count)
        ]
        theme.feedback_records.add(*records)

    def test_are_counted_and_limit_the_comments(self, client, touchpoint, waiting):
        self.themed(touchpoint, waiting, 9)
        comments(touchpoint, 3)
        assert "Waiting & queues 9" in asked(client, touchpoint)
        said = asked(client, touchpoint, theme="Waiting & queues")
        assert "Those who speak about “Waiting & queues”." in said
        assert "Waited 3" in said
        assert "Word 1" not in said

    def test_of_fewer_than_eight_people_are_not_named(self, client, touchpoint, waiting):
        self.themed(touchpoint, waiting, 7)
        comments(touchpoint, 20)
        assert "Waiting" not in asked(client, touchpoint)
        said = asked(client, touchpoint, theme="Waiting & queues")
        assert "Fewer than 8 people speak about “Waiting & queues” in this view." in said
        assert "Waited 3" not in said

    def test_one_person_on_two_scales_counts_once(self, touchpoint, waiting):
        source = make_source(workspace_of(touchpoint))
        for scale in ("csat", "nps"):
            for n in range(8):
                record = make_record(
                    touchpoint, metric=scale, score=3, comment="Waited", occurred_at=NOW,
                    external_id=f"{n}", source=source,
                )  # fmt: skip
                waiting.feedback_records.add(record)
        assert [(each.name, each.people) for each in found(touchpoint).comments.themes] == [
            ("Waiting & queues", 8)
        ]

    def test_a_slice_that_gives_the_others_away_has_none(self, touchpoint, waiting):
        here, there = (
            make_segment(workspace_of(touchpoint), name=name) for name in ("Here", "There")
        )
        self.themed(touchpoint, waiting, 10, segment=here)
        self.themed(touchpoint, waiting, 2, segment=there)
        comments(touchpoint, 20, segment=here)
        comments(touchpoint, 20, segment=there)
        assert found(touchpoint).comments.themes[0].people == 12
        for name in ("Here", "There"):
            assert found(touchpoint, filters=view(segment=name)).comments.themes == ()

    def test_a_theme_that_nobody_keeps_is_said_so(self, client, touchpoint):
        comments(touchpoint, 9)
        said = asked(client, touchpoint, theme="Mars")
        assert "Fewer than 8 people speak about “Mars” in this view." in said
        assert "Show all comments" in said


class TestTone:
    def test_only_unscored_english_comments_get_a_guess(self, client, touchpoint):
        words = "The queue was awful and the staff were terrible"
        comments(touchpoint, 8)
        make_record(touchpoint, comment=words, metric="", score=None, occurred_at=NOW)
        said = asked(client, touchpoint)
        assert said.count("sounds negative – low confidence") == 1
        make_record(touchpoint, comment=words, score=1, occurred_at=NOW)
        make_record(
            touchpoint, comment=words, metric="", score=None, occurred_at=NOW, language="de"
        )
        assert asked(client, touchpoint).count("low confidence") == 1

    def test_is_part_of_no_number(self, touchpoint):
        comments(touchpoint, 12, metric="", score=None, comment="This is awful, I hate it")
        page = found(touchpoint, "friction")
        assert (page.number.value, page.others[0].value) == (None, None)

    def test_can_be_switched_off(self, client, touchpoint, settings):
        settings.COMMENT_TONE = ""
        comments(touchpoint, 9, metric="", score=None, comment="This is awful, I hate it")
        assert "low confidence" not in asked(client, touchpoint)

    def test_a_function_of_ones_own_can_take_its_place(self, client, touchpoint, settings):
        settings.COMMENT_TONE = f"{__name__}.always_glad"
        assert run_checks() == []
        comments(touchpoint, 9, metric="", score=None, comment="It is what it is, and that is it")
        assert "sounds positive – low confidence" in asked(client, touchpoint)

    @pytest.mark.parametrize(
        "path", ["feedback.tone.nothing", "nowhere.at_all", "feedback.tone.CLEAR"]
    )
    def test_one_that_is_not_there_is_reported_before_the_start(self, settings, path):
        settings.COMMENT_TONE = path
        assert [problem.id.partition(".")[0] for problem in run_checks()] == ["feedback"]


def always_glad(text: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("I hate it", "en", "negative"),
        ("I hate it", "en-GB", "negative"),
        ("I hate it", "", "negative"),
        ("I hate it", "de", ""),
        ("Das Personal war super", "", ""),
        ("Das war ein Hit, love", "", ""),
        ("I had to call twice", "", ""),
        ("The staff were wonderful and it was great", "", "positive"),
        ("", "", ""),
        ("...", "en", ""),
    ],
)
def test_a_tone_is_named_where_it_is_clear_and_english(text, language, expected):
    assert tone_of(text, language) == expected


def test_looks_english():
    assert is_english("They told me that my bag was lost, but it was not", "")
    assert not is_english("Mein Koffer war weg und keiner wusste was", "")
    assert not is_english("Le personnel était très aimable avec nous", "")
    assert not is_english("行李丢了", "")


def test_a_guess_lies_between_minus_1_and_1():
    assert all(-1 <= lexicon(text) <= 1 for text in ("awful " * 500, "great " * 500, "", "\x00"))
