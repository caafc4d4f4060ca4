"""Keywords in any script, and a naive reader as the oracle."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.themes.matching import (
    LONGEST_KEYWORD,
    MOST_KEYWORDS,
    BadKeyword,
    Keyword,
    Matcher,
    read_keywords,
)


def speaks(keywords: str, text: str) -> bool:
    read_keywords(keywords)
    return Matcher.of([(1, keywords)]).themes_of(text) == {1}


@pytest.mark.parametrize(
    ("keyword", "text", "expected"),
    [
        ("wait", "I had to WAIT.", True),
        ("wait", "The waiter was nice", False),
        ("wait*", "The waiter was nice", True),
        ("wait*", "We await you", False),
        ("late", "latent", False),
        ("late", "(late!)", True),
        ("opening hours", "Your opening\n  hours, please", True),
        ("opening hours", "opening of hours", False),
        ("opening hour*", "opening hours", True),
        ("don't", "They don’t answer", True),
        ("dont", "They don't answer", True),
        ("e-mail", "No e mail came", True),
        ("24", "open 24/7", True),
        ("24", "in 2024", False),
        ("straße", "Die STRASSE war gesperrt", True),
        ("café", "cafe\N{COMBINING ACUTE ACCENT} was closed", True),
        ("café", "cafe", False),
        ("ΠΌΛΗ", "στην πόλη", True),
        ("очеред*", "Очередь была длинной", True),
        ("очеред", "Очередь была длинной", False),
        ("רכבת", "הרכבת איחרה", False),
        ("הרכבת", "הרכבת איחרה", True),
        ("انتظار", "وقت انتظار طويل", True),
        ("कि", "उसने कहा कि देर हुई", True),
        ("क", "कि", False),
        ("等待", "我等待了一个小时", True),
        ("遅い", "とても遅いです", True),
        ("รอนาน", "ต้องรอนานมาก", True),
        ("배송", "배송 지연", True),
        ("배송", "배송이 늦었다", False),
        ("배송*", "배송이 늦었다", True),
        ("c++", "c++ is hard", True),
        ("wi-fi", "WIFI", False),
        ("ﬁne", "FINE", True),
        ("slow", "", False),
    ],
)
def test_whole_words_in_any_script(keyword, text, expected):
    assert speaks(keyword, text) is expected


def test_one_keyword_of_several_is_enough_and_empty_lines_are_none():
    assert speaks("bill\n\n  invoice  \n", "Where is my invoice?")
    assert not speaks("bill\ninvoice", "")


def test_a_text_may_speak_of_several_themes():
    matcher = Matcher.of([(1, "wait*"), (2, "price\nexpensive"), (3, "food")])
    assert matcher.themes_of("Waiting for expensive things") == {1, 2}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("*", "has no word"),
        ("!!!", "has no word"),
        ("w*t", "only stand at the end"),
        ("*wait", "only stand at the end"),
        ("wait**", "only stand at the end"),
        ("x" * (LONGEST_KEYWORD + 1), "longer than"),
    ],
)
def test_what_no_comment_could_use_is_refused(line, said):
    with pytest.raises(BadKeyword, match=said.replace("*", r"\*")):
        read_keywords(f"good\n{line}")


def test_too_many_are_refused():
    with pytest.raises(BadKeyword, match=f"{MOST_KEYWORDS} is the most"):
        read_keywords("\n".join(f"word{number}" for number in range(MOST_KEYWORDS + 1)))


def test_a_bad_line_in_the_database_harms_no_other():
    assert Matcher.of([(1, "*\nwait")]).themes_of("wait") == {1}


# The oracle: split by hand, compare word by word. Latin only, where a word is what stands
# between characters that are neither letter nor digit.
alphabet = st.text("abAB1 -.", max_size=14)
keyword = st.text("abAB1 ", min_size=1, max_size=4).filter(lambda text: text.strip() != "")


def naive_words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


def naive(line: str, text: str) -> bool:
    stem = line.strip().removesuffix("*")
    wanted, said = naive_words(stem), naive_words(text)
    for start in range(len(said) - len(wanted) + 1):
        piece = said[start : start + len(wanted)]
        *heads, last = wanted
        if piece[:-1] == heads and (
            piece[-1].startswith(last) if line.strip().endswith("*") else piece[-1] == last
        ):
            return True
    return False


@given(st.lists(keyword, min_size=1, max_size=3), st.booleans(), alphabet)
def test_finds_what_a_naive_reader_finds(lines, stars, text):
    lines = [line + "*" if stars else line for line in lines]
    assert speaks("\n".join(lines), text) == any(naive(line, text) for line in lines)


@given(st.text(min_size=1, max_size=20))
def test_a_text_always_uses_itself_as_a_keyword(text):
    line = " ".join(text.replace("*", " ").split())
    try:
        Keyword.of(line)
    except BadKeyword:
        return
    assert speaks(line, f"so: {line}!")


@given(st.text(max_size=30))
def test_spelling_makes_no_difference(text):
    matcher = Matcher.of([(1, "a"), (2, "é"), (3, "ab*")])
    found = matcher.themes_of(text)
    assert matcher.themes_of(unicodedata.normalize("NFD", text)) == found
    assert matcher.themes_of(f"  {text}\n") == found
