"""Which font draws what, how wide it is, and in which order the eye meets it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from journeys.checks import emoji_font_is_there
from journeys.maps import fonts
from journeys.maps.fonts import Face
from tests.journeys.exports.drawings import LINES

SIZE = 12.0
LATIN = st.text("abcdefghijklmnopqrstuvwxyzÄÖÜéñABCXYZ 0123456789.,;–“”", max_size=40)


@pytest.mark.parametrize("face", Face)
def test_a_plain_text_is_as_wide_as_the_fonts_own_table_says(face: Face) -> None:
    font = TTFont(fonts.font_file(face))
    names, widths = font.getBestCmap(), font["hmtx"]
    text = "Quietly – Παρακαλώ ждёт 1,204"
    expected = sum(widths[names[ord(char)]][0] for char in text) / font["head"].unitsPerEm
    bold, italic = "bold" in face, "italic" in face
    assert fonts.advance(text, size=SIZE, bold=bold, italic=italic) == pytest.approx(
        SIZE * expected
    )


@given(LATIN, LATIN)
def test_widths_of_plain_texts_add_up(first: str, second: str) -> None:
    whole = fonts.advance(first + second, size=SIZE)
    parts = fonts.advance(first, size=SIZE) + fonts.advance(second, size=SIZE)
    assert whole == pytest.approx(parts)


@pytest.mark.parametrize("text", LINES.values(), ids=list(LINES))
def test_a_text_is_as_wide_as_what_is_painted(text: str) -> None:
    spans = fonts.spans(text, rtl=fonts.is_rtl(text))
    painted = sum(glyph.advance for span in spans for glyph in fonts.shape(span))
    assert fonts.advance(text, size=SIZE) == pytest.approx(SIZE * painted)


def test_a_joined_script_is_not_its_letters_side_by_side() -> None:
    letters = "مرحبا"
    alone = sum(fonts.advance(letter, size=SIZE) for letter in letters)
    assert fonts.advance(letters, size=SIZE) < 0.9 * alone


@pytest.mark.parametrize("text", LINES.values(), ids=list(LINES))
def test_the_scripts_of_the_packages_lack_nothing(text: str) -> None:
    assert fonts.missing(text) == set()


def test_what_no_font_has_is_named_and_takes_the_width_of_a_box() -> None:
    assert fonts.missing("A\U0001f680B") == {"\U0001f680"}
    assert fonts.advance("\U0001f680", size=SIZE) == fonts.advance(fonts.BOX, size=SIZE)


def test_signs_come_from_another_font_and_return() -> None:
    assert fonts.runs("ok ✓ done", bold=True) == [
        (Face.BOLD, "ok "),
        ("symbols", "✓"),
        (Face.BOLD, " done"),
    ]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")), max_size=30))
def test_no_letter_is_lost_or_doubled_on_the_way(text: str) -> None:
    kept = Counter(char for span in fonts.spans(text) for char in span.text)
    assert set((Counter(text) - kept).elements()) <= set("\u034f\u115f\u1160\u17b4\u17b5\ufe0f")
    assert not kept - Counter(text)


@pytest.mark.parametrize(
    ("text", "rtl"),
    [("abc אבג", False), ("אבג abc", True), ("12 אב", True), ("12 (a", False), ("…", False)],
)
def test_the_first_letter_gives_the_direction(text: str, rtl: bool) -> None:
    assert fonts.is_rtl(text) is rtl


@pytest.mark.parametrize(
    ("text", "rtl", "seen"),
    [
        # The examples of Unicode's annex 9, with Hebrew for its capitals.
        ("car means מכונית.", False, ["car means ", "מכונית", "."]),
        ("car גורם ל", True, ["גורם ל", "car "]),
        ("דג עוף 123 חי", False, ["חי", "123", "דג עוף "]),
        ("a (ב) c", False, ["a (", "ב", ") c"]),
    ],
)
def test_spans_come_as_the_eye_meets_them(text: str, rtl: bool, seen: list[str]) -> None:
    spans = fonts.spans(text, rtl=rtl)
    assert [span.text.strip() for span in spans] == [each.strip() for each in seen]


def test_brackets_open_towards_what_they_hold() -> None:
    (span,) = fonts.spans("(אב)", rtl=True)
    assert [glyph.text for glyph in fonts.shape(span)] == ["(", "ב", "א", ")"]


def test_a_font_is_unpacked_once_by_many_at_a_time(settings, tmp_path: Path) -> None:
    settings.FONT_DIR = tmp_path
    fonts.font_file.cache_clear()
    try:
        with ThreadPoolExecutor(4) as pool:
            files = set(pool.map(fonts.font_file, [Face.BOLD] * 8))
        assert {path.parent for path in files} == {tmp_path}
        assert [path.name for path in tmp_path.iterdir()] == [next(iter(files)).name]
    finally:
        fonts.font_file.cache_clear()


def test_an_emoji_font_that_is_not_there_stops_the_start(settings, tmp_path: Path) -> None:
    settings.EMOJI_FONT = str(tmp_path / "gone.ttf")
    assert [each.id for each in emoji_font_is_there(None)] == ["journeys.E003"]
    settings.EMOJI_FONT = str(fonts.font_file("symbols"))
    assert emoji_font_is_there(None) == []
