"""A cell is read exactly or refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from feedback.imports.mappings.mapping import TimeMapping, Unit, Words
from feedback.imports.problems import BadCell
from feedback.imports.rows.cells import (
    LONGEST_COMMENT,
    LONGEST_ID,
    Clock,
    guarded,
    read_answer,
    read_comment,
    read_duration,
    read_id,
    read_score,
    unguarded,
)

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("4", 4),
        (" 4 ", 4),
        ("0", 0),
        ("-1", -1),
        ("+3", 3),
        ("4.0", 4),
        ("4,00", 4),
        ("10 - Extremely likely", 10),
        ("10 – Extremely likely", 10),
        ("3) Fair", 3),
        ("1: Strongly disagree", 1),
        ("5 stars", 5),
        ("'5", 5),
        ("'-1", -1),
    ],
)
def test_a_score_is_the_whole_number_that_the_cell_begins_with(text: str, score: int) -> None:
    assert read_score(text) == score


@pytest.mark.parametrize(
    "text",
    ["4.5", "4,5", "four", "4-5", "4/5", "1,000", "1.000", "1e1", "0x4", "4 5", "--4", "n/a",
     "Very 5", "4 .5", "4stars", "9999999999", ""],
)  # fmt: skip
def test_whatever_is_not_a_whole_number_is_no_score(text: str) -> None:
    with pytest.raises(BadCell):
        read_score(text)


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        ({}, "is not a whole number"),
        ({"good": 3}, "neither a whole number nor an answer to which the mapping gives a score"),
        ({"1": 2}, "none of the answers to which the mapping gives a score"),
    ],
)
def test_a_word_without_a_score_says_what_would_have_been_one(
    scores: dict[str, int], says: str
) -> None:
    with pytest.raises(BadCell, match=says):
        read_answer("Meh", Words(scores=scores))


@pytest.mark.parametrize("formula", ["=1+1", "+49 30 1234", "-", "@SUM(A1)"])
def test_the_guard_before_a_formula_comes_and_goes(formula: str) -> None:
    assert guarded(formula) == f"'{formula}"
    assert unguarded(f" {guarded(formula)} ") == formula


def test_an_apostrophe_before_a_word_is_the_customer_s_own() -> None:
    assert read_comment("'Great' is not the word") == "'Great' is not the word"
    assert guarded("Great = fine") == "Great = fine"


def test_too_long_comments_are_refused_and_not_cut() -> None:
    assert read_comment("x" * LONGEST_COMMENT)
    with pytest.raises(BadCell, match="10,001 characters"):
        read_comment("x" * (LONGEST_COMMENT + 1))


@pytest.mark.parametrize(
    ("text", "seconds"), [("2", 120), ("2.5", 150), ("2,5", 150), ("0,25", 15), ("1,3333", 79.998)]
)
def test_a_duration_may_have_a_decimal_comma(text: str, seconds: float) -> None:
    assert read_duration(text, Unit.MINUTES) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["1,204", "1.204,5", "1,204.5", ",5", "2,", "-2,5", "soon", "inf"])
def test_whatever_may_be_another_number_is_no_duration(text: str) -> None:
    with pytest.raises(BadCell, match="is not a number of minutes"):
        read_duration(text, Unit.MINUTES)


def test_an_id_is_neither_empty_nor_a_novel() -> None:
    assert read_id(" '00042 ") == "00042"
    for text in ("", "  ", "'", "x" * (LONGEST_ID + 1)):
        with pytest.raises(BadCell):
            read_id(text)


def read(text: str, form: str = "iso", zone: str = "UTC") -> datetime:
    """Read a time, when it is 1 July 2026."""
    return Clock(TimeMapping(column="When", format=form, timezone=ZoneInfo(zone)), NOW).read(text)


@pytest.mark.parametrize(
    ("text", "form", "zone", "expected"),
    [
        ("2026-03-10 14:30:00", "iso", "UTC", "2026-03-10T14:30:00+00:00"),
        ("2026-03-10T14:30:00+02:00", "iso", "UTC", "2026-03-10T12:30:00+00:00"),
        ("2026-03-10 14:30", "iso", "Europe/Berlin", "2026-03-10T13:30:00+00:00"),
        ("'2026-03-10 14:30", "iso", "Asia/Tokyo", "2026-03-10T05:30:00+00:00"),
        ("10/03/2026 14:30", "%d/%m/%Y %H:%M", "UTC", "2026-03-10T14:30:00+00:00"),
        ("03/10/2026 02:30 PM", "%m/%d/%Y %I:%M %p", "UTC", "2026-03-10T14:30:00+00:00"),
        ("1773153000", "unix", "Europe/Berlin", "2026-03-10T14:30:00+00:00"),
        ("10.03.2026 14:30 GMT+1", "%d.%m.%Y %H:%M GMT%z", "UTC", "2026-03-10T13:30:00+00:00"),
        ("10.03.2026 14:30 GMT-3:30", "%d.%m.%Y %H:%M GMT%z", "UTC", "2026-03-10T18:00:00+00:00"),
        ("10.03.2026 14:30 GMT", "%d.%m.%Y %H:%M GMT%z", "UTC", "2026-03-10T14:30:00+00:00"),
        ("10.03.2026 14:30 UTC−5", "%d.%m.%Y %H:%M UTC%z", "UTC", "2026-03-10T19:30:00+00:00"),
        ("10.03.2026 14:30 -0500", "%d.%m.%Y %H:%M %z", "UTC", "2026-03-10T19:30:00+00:00"),
        ("10.03.2026 14:30 CET", "%d.%m.%Y %H:%M %Z", "Europe/Rome", "2026-03-10T13:30:00+00:00"),
        (
            "10.06.2026 14:30 MESZ",
            "%d.%m.%Y %H:%M %Z",
            "Europe/Berlin",
            "2026-06-10T12:30:00+00:00",
        ),
        # The hour that comes twice.
        ("26.10.2025 02:30 CEST", "%d.%m.%Y %H:%M %Z", "Europe/Rome", "2025-10-26T00:30:00+00:00"),
        ("26.10.2025 02:30 CET", "%d.%m.%Y %H:%M %Z", "Europe/Rome", "2025-10-26T01:30:00+00:00"),
    ],
)
def test_times_are_kept_in_utc(text: str, form: str, zone: str, expected: str) -> None:
    assert read(text, form, zone).isoformat() == expected
    assert read(text, form, zone).tzinfo is UTC


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC", "Pacific/Auckland"])
@pytest.mark.parametrize(("text", "form"), [("2026-03-10", "iso"), ("10.03.2026", "%d.%m.%Y")])
def test_a_day_stays_the_same_day_in_utc(text: str, form: str, zone: str) -> None:
    assert read(text, form, zone) == datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", "iso"),
        ("yesterday", "iso"),
        ("2026-02-30", "iso"),
        ("13/13/2026", "%d/%m/%Y"),
        ("46091", "iso"),
        ("nan", "unix"),
        ("1e300", "unix"),
        ("2026-07-03", "iso"),
        ("9999-12-31T23:59:59-10:00", "iso"),
        ("10.03.2026 14:30", "%d.%m.%Y %H:%M GMT%z"),
        ("10.03.2026 14:30 EST", "%d.%m.%Y %H:%M %Z"),
    ],
)
def test_what_is_no_time_or_still_to_come_is_refused(text: str, form: str) -> None:
    with pytest.raises(BadCell):
        read(text, form)


def test_an_hour_that_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(BadCell, match="did not exist in Europe/Berlin"):
        read("2026-03-29 02:30", zone="Europe/Berlin")
