"""Breaking lines: Unicode's rules, real widths, and never a letter lost."""

import re
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from uniseg.graphemecluster import grapheme_clusters
from uniseg.linebreak import line_break_units

from journeys.maps import theme
from journeys.maps.typesetting import _units, clusters, measure, set_lines
from tests.journeys.exports.random_maps import LONG, TEXTS

STYLES = st.sampled_from((theme.BODY, theme.QUOTE, theme.TOUCHPOINT, theme.NOTE))
CHARACTERS = st.text(
    st.sampled_from("aé1-/—.,!%()“”中の\uff08。ー조한กำ้कि्षאب🇩🇪👍🏽❤️\u200d\u00a0\u202f\u2060\u00ad"),
    max_size=14,
)
SPACED = st.text(st.sampled_from("a1 -/,!?%()中。"), max_size=14)
quick = hypothesis_settings(deadline=None, max_examples=150)


def squeezed(text):
    return re.sub(r"\s", "", text)


@quick
@given(st.one_of(TEXTS, LONG), st.floats(40, 300), STYLES)
def test_lines_hold_the_whole_text_within_the_width(text, width, style):
    lines = set_lines(text, width, style)
    assert squeezed("".join(line.text for line in lines)) == squeezed(text)
    for line in lines:
        assert line.width <= width or len(clusters(line.text)) == 1
        assert line.text == line.text.strip(" ")


@quick
@given(TEXTS, st.floats(60, 200))
def test_a_line_is_as_wide_as_it_says(text, width):
    for line in set_lines(text, width, theme.BODY):
        real = measure(line.text, theme.BODY)
        assert abs(line.width - real) <= 0.12 * max(real, 10), line


@quick
@given(st.one_of(CHARACTERS, SPACED))
def test_breaks_are_those_of_unicode(text):
    text = re.sub(" +", " ", text).strip(" ")
    mine, theirs = (accumulate(map(len, find(text))) for find in (_units, line_break_units))
    assert set(mine) <= set(theirs)


@quick
@given(CHARACTERS)
def test_letters_are_those_of_unicode(text):
    assert clusters(text) == list(grapheme_clusters(text))


def test_lines_are_as_full_as_they_can_be():
    lines = [line.text for line in set_lines("one two three four five six", 60, theme.BODY)]
    for line, following in pairwise(lines):
        more = f"{line} {following.split()[0]}"
        assert measure(more, theme.BODY) > 60


def test_lines_of_its_own_are_kept():
    lines = set_lines("first\n\nsecond  and   third\n", 300, theme.BODY)
    assert [line.text for line in lines] == ["first", "", "second and third"]


def test_arabic_and_hebrew_read_from_the_right():
    for text, rtl in (
        ("ينتظر المسافر", True),
        ("ממתין", True),
        ("Waits ينتظر", False),
        ("22", False),
    ):
        assert all(line.rtl is rtl for line in set_lines(text, 100, theme.BODY))


def test_words_without_spaces_break_between_letters():
    for text in ("สวัสดีครับยินดีต้อนรับสู่สายการบิน", "乘客在值机柜台等待太久无法及时登机", "W" * 80):
        lines = set_lines(text, 70, theme.BODY)
        assert len(lines) > 1
        assert "".join(line.text for line in lines) == text
        assert all(line.width <= 70 for line in lines)
