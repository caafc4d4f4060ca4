"""Fonts that an installation may add: emoji in colour; Chinese, Japanese and Korean."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pypdfium2 import PdfDocument

from journeys.exports import pdf, svg
from journeys.maps import fonts
from tests.journeys.exports.drawings import drawing, line, page

FIRST = 0x1F300
COUNT = 300
"""Pictures, each a square in red."""


def forget() -> None:
    """Let the next test look for fonts again."""
    for each in (fonts.font_keys, fonts.font_file, fonts.loaded, fonts._font_of, fonts._plain):
        each.cache_clear()
    fonts._shaped_width.cache_clear()
    for table in fonts._advances.values():
        table.clear()


def square() -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 800), (800, 800), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


@pytest.fixture
def emoji(settings, tmp_path: Path) -> Iterator[None]:
    """A font of squares in red, made here: no package brings one."""
    pictures = {FIRST + number: f"picture{number}" for number in range(COUNT)}
    names = [".notdef", "space", "red", *pictures.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({32: "space", **pictures})
    builder.setupGlyf({name: square() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.setupCOLR({name: [("red", 0)] for name in pictures.values()})
    builder.setupCPAL([[(1, 0, 0, 1)]])
    builder.save(tmp_path / "squares.ttf")
    settings.EMOJI_FONT = str(tmp_path / "squares.ttf")
    forget()
    yield
    forget()


@pytest.mark.usefixtures("emoji")
def test_emoji_are_in_colour_where_a_font_is_named() -> None:
    text = f"ok {chr(FIRST)}"
    assert fonts.missing(text) == set()
    mark = line(text)
    document = PdfDocument(pdf.paint(drawing(page(mark)), created=date(2026, 3, 10)))
    picture = document[0].render(scale=4).to_pil().convert("RGB")
    middle = (4 * (mark.x + mark.width - mark.size / 2), 4 * (mark.y - mark.size / 3))
    assert picture.getpixel(tuple(map(round, middle))) == (255, 0, 0)
    assert document[0].get_textpage().get_text_bounded() == text
    assert b"map-emoji" in svg.paint(drawing(page(mark)))


@pytest.mark.usefixtures("emoji")
def test_a_file_may_hold_more_pictures_than_one_font_of_it_can() -> None:
    texts = ["".join(map(chr, range(FIRST + at, FIRST + at + 30))) for at in range(0, COUNT, 30)]
    content = pdf.paint(drawing(*(page(line(each)) for each in texts)), created=date(2026, 3, 10))
    document = PdfDocument(BytesIO(content))
    assert [sheet.get_textpage().get_text_bounded() for sheet in document] == texts


@pytest.fixture
def _cjk() -> None:
    pytest.importorskip("noto_cjk_sans_otc")


@pytest.mark.usefixtures("_cjk")
@pytest.mark.parametrize("text", ["旅客在机场等候", "空港で待っています", "기다립니다"])
def test_chinese_japanese_and_korean_are_drawn_where_the_package_is_there(text: str) -> None:
    assert fonts.missing(text) == set()
    document = PdfDocument(pdf.paint(drawing(page(line(text))), created=date(2026, 3, 10)))
    assert document[0].get_textpage().get_text_bounded() == text


@pytest.mark.usefixtures("_cjk")
def test_the_language_decides_the_form_of_a_letter() -> None:
    (span,) = fonts.spans("骨")
    forms = {language: fonts.shape(span, language)[0].number for language in ("ja", "zh-CN", "en")}
    assert forms["ja"] != forms["zh-CN"] == forms["en"]
