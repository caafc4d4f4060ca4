"""What a column of answers is, by the words of its question and what stands in it."""

import pytest

from feedback.imports.formats.reading import Header, Row
from feedback.imports.places import Place
from feedback.imports.proposals.judging.looks import ColumnLook, look_at, without_html
from feedback.imports.proposals.judging.matching import matching_place
from feedback.imports.proposals.judging.scores import judged, scored_as
from feedback.imports.proposals.judging.word_scales import SCALES_OF_WORDS, nearest_scale
from feedback.imports.proposals.proposal import Role
from feedback.metrics.scales import SCALES

PLACES = [
    Place(1, 1, "Booking", "Book", "Web"),
    Place(2, 1, "Boarding", "Board", "Web"),
    Place(3, 2, "Boarding with the app", "Board", "App"),
    Place(4, 1, "Help", "Ask", "Phone"),
    Place(5, 2, "Help", "Ask", "Chat"),
]


def look(question: str, *cells: str) -> ColumnLook:
    (found,) = look_at(Header([question]), [Row(n, [cell]) for n, cell in enumerate(cells, 2)])
    return found


@pytest.mark.parametrize(
    ("question", "cells", "metric"),
    [
        ("How likely are you to recommend us?", ("3", "4"), "nps"),
        ("Würden Sie uns weiterempfehlen?", ("0", "10"), "nps"),
        ("Likely?", ("0", "10"), "nps"),
        ("NPS", ("10 - Extremely likely", "0 - Not at all"), "nps"),
        ("How easy was it?", ("1", "5"), "ces5"),
        ("How easy was it?", ("1", "7"), "ces"),
        ("How satisfied were you?", ("1", "5"), "csat"),
        ("How satisfied were you?", ("2", "7"), "csat7"),
        ("Anything", ("1", "5"), "csat"),
        ("Satisfied?", ("Very satisfied", "dissatisfied"), "csat"),
        ("Satisfied?", ("Good", "bad"), "csat2"),
        ("It was easy", ("Strongly agree", "Somewhat disagree", "Slightly agree"), "ces"),
        ("Zufrieden?", ("sehr zufrieden", "teils/teils"), "csat"),
    ],
)
def test_the_scale(question: str, cells: tuple[str, ...], metric: str) -> None:
    found = scored_as(look(question, *cells))
    assert found is not None
    assert found.metric == metric


@pytest.mark.parametrize(
    "cells", [("0", "1"), ("-1", "3"), ("1", "11"), ("1.5", "2"), ("Yes", "No"), ("red",), ("",)]
)
def test_what_is_no_scale(cells: tuple[str, ...]) -> None:
    assert scored_as(look("Q1", *cells)) is None


def test_zero_and_words_may_say_not_applicable() -> None:
    found = scored_as(look("How satisfied?", "0", "5", "n/a", "Don't know"))
    assert found is not None
    assert (found.metric, found.not_applicable) == ("csat", ("n/a", "Don't know", "0"))


def test_one_slip_among_many_scores_hides_none_of_them() -> None:
    found = scored_as(look("How satisfied?", *["4", "5", "2"] * 5, "foru"))
    assert found is not None
    assert found.metric == "csat"
    assert "“foru” is none of them" in found.reason
    assert scored_as(look("How satisfied?", "4", "5", "foru")) is None


def test_words_of_one_scale_are_scored_by_their_place() -> None:
    assert nearest_scale(["Good", "bad"]) == ("csat2", {"Good": 2, "bad": 1})
    assert nearest_scale(["Good", "purple"], "csat") == ("csat", {"Good": 4})
    assert nearest_scale(["Good", "purple"], "nps") is None
    assert nearest_scale([]) is None


def test_the_points_of_all_word_scales_lie_on_their_scale() -> None:
    for metric, words in SCALES_OF_WORDS:
        assert set(words.values()) == set(SCALES[metric].points)


SATISFIED = (
    "Very dissatisfied",
    "Dissatisfied",
    "Neither satisfied nor dissatisfied",
    "Satisfied",
    "Very satisfied",
)


def test_a_word_that_the_scale_does_not_have_hides_none_of_the_others() -> None:
    found = judged(look("How satisfied were you with Booking?", *SATISFIED * 3, "Meh"), PLACES)
    assert (found.role, found.metric, found.touchpoint_id) == (Role.SCORE, "csat", 1)
    scores = [(word.text, word.score) for word in found.words]
    assert scores == [*zip(SATISFIED, range(1, 6), strict=True), ("Meh", None)]
    assert "“Meh” is none of its words" in found.reason


def test_a_question_that_neither_sounds_like_a_score_nor_names_a_touchpoint_may_be_one() -> None:
    found = judged(look("The weather", *SATISFIED, "Meh"), PLACES)
    assert (found.role, found.metric) == (Role.IGNORE, "csat")
    assert judged(look("The weather", *SATISFIED), PLACES).role is Role.SCORE


def test_what_names_somebody_becomes_no_word_of_a_mapping() -> None:
    found = judged(look("How satisfied?", *SATISFIED, "Ask Jo, jo@example.com"), PLACES)
    assert [word.text for word in found.words] == [*SATISFIED]
    assert "jo@example.com" not in found.reason


def test_numbers_of_another_scale_are_not_taken_for_words_of_this_one() -> None:
    words = ("Good", "Okay", "Bad")
    assert scored_as(look("How satisfied?", *words, "5", "4")) is None
    found = scored_as(look("How satisfied?", *words, "2"))
    assert found is not None
    assert (found.metric, "none of its words" in found.reason) == ("csat3", False)


@pytest.mark.parametrize(
    "cells",
    [
        ("Good", "Two clicks and done", "I got lost", "Why so many pages?"),
        ("Good", "Good", "Bad", "Staff"),
        ("Good", "Bad", "Okay", "Staff", "Queue", "Price"),
        ("Good", "Bad", "Okay", *["It was the queue"] * 4),
    ],
)
def test_what_people_wrote_is_no_scale_though_some_wrote_its_words(cells: tuple[str, ...]) -> None:
    assert scored_as(look("How satisfied were you with Booking?", *cells)) is None


@pytest.mark.parametrize(
    ("question", "touchpoint"),
    [
        ("booking", 1),
        ("How satisfied were you with Booking?", 1),
        ("Q3. Boarding with the app", 3),
        ("How was boarding with the app?", 3),
        ("How was boarding?", 2),
        ("Bording", 2),
        ("Prebookings", None),
        ("Help", None),
        ("Weather", None),
        ("", None),
    ],
)
def test_which_touchpoint_a_question_is_about(question: str, touchpoint: int | None) -> None:
    found = matching_place([question], PLACES)
    assert (found.touchpoint_id if found else None) == touchpoint


def test_numbers_alone_make_no_score() -> None:
    found = judged(look("Number of bags", "1", "2", "3"), PLACES)
    assert (found.role, found.metric) == (Role.IGNORE, "csat")
    assert "If it rates a touchpoint, say which" in found.reason


def test_prose_is_a_comment_and_a_few_words_are_not() -> None:
    said = ["It was rather slow for me", "All went well, thank you", "Why so many pages"]
    assert judged(look("Tell us", *said), PLACES).role is Role.COMMENT
    found = judged(look("Meal", *["veg", "meat"] * 10), PLACES)
    assert found.role is Role.IGNORE
    assert [word.text for word in found.words] == ["veg", "meat"]


@pytest.mark.parametrize("form", ["2026-03-{} 10:05:00", "{}.03.2026, 10:05"])
def test_times_are_nobody_s_words(form: str) -> None:
    times = [form.format(day) for day in range(10, 30)]
    found = judged(look("First seen", *times), PLACES)
    assert found.role is Role.IGNORE
    assert found.reason.startswith("times")
    said = [f"{time}: nobody called me back" for time in times]
    assert judged(look("Tell us", *said), PLACES).role is Role.COMMENT


def test_numbers_beside_a_word_need_no_score_of_their_own() -> None:
    found = judged(look("Gate", *["5", "4", "1", "lost"] * 5), PLACES)
    assert [word.text for word in found.words] == ["lost"]


def test_html_is_taken_out_of_a_question() -> None:
    assert without_html("<p>How &amp; <b>why</b>?</p>\n") == "How & why ?"
