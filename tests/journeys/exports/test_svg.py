"""An SVG that needs nothing else: well formed, with its letters and pictures inside."""

import base64
import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from journeys.exports import png, svg
from journeys.maps.drawing import Drawing, Path, Picture, Rule, Shape
from tests.journeys.exports.drawings import LINES, drawing, line, page

SVG = "{http://www.w3.org/2000/svg}"


def parsed(what: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(svg.paint(what))  # noqa: S314 - what we wrote ourselves


@pytest.mark.parametrize("text", LINES.values(), ids=list(LINES))
def test_a_line_is_one_text_with_its_measured_width(text: str) -> None:
    mark = line(text)
    (found,) = parsed(drawing(page(mark))).iter(f"{SVG}text")
    assert found.text == text
    assert float(found.get("textLength")) == pytest.approx(mark.width, abs=0.01)
    start = mark.x + mark.width if mark.rtl else mark.x
    assert float(found.get("x")) == pytest.approx(start, abs=0.01)
    assert found.get("direction") == ("rtl" if mark.rtl else None)


@pytest.mark.parametrize("text", LINES.values(), ids=list(LINES))
def test_its_letters_are_inside(text: str) -> None:
    style = next(parsed(drawing(page(line(text)))).iter(f"{SVG}style")).text
    files = re.findall(r"url\(data:font/woff;base64,([^)]+)\)", style)
    held = set().union(*(TTFont(BytesIO(base64.b64decode(each))).getBestCmap() for each in files))
    assert {ord(char) for char in text} - held <= {0xFE0F}


@given(st.text(max_size=30))
def test_every_text_gives_well_formed_xml(text: str) -> None:
    what = Drawing(text, "en", (page(line(f"<&{text}>")),))
    assert parsed(what).find(f"{SVG}text") is None
    assert next(parsed(what).iter(f"{SVG}text")).text.startswith("<&")


def test_it_names_its_title_and_language_and_holds_no_program() -> None:
    marks = (line("a", url="https://example.org/?a=1&b=2"), line("b", url="javascript:alert(1)"))
    root = parsed(drawing(page(*marks)))
    assert root.find(f"{SVG}title").text == "The journey"
    assert root.get("lang") == "en"
    assert [each.get("href") for each in root.iter(f"{SVG}a")] == ["https://example.org/?a=1&b=2"]
    assert not list(root.iter(f"{SVG}script"))


def test_blocks_keep_their_names_and_the_clip() -> None:
    root = parsed(drawing(page(Shape(0, 0, 9, 9, fill="#ff0000"), clip=(1, 2, 3, 4))))
    (clipped,) = (each for each in root.iter(f"{SVG}g") if each.get("clip-path"))
    assert [each.get("id") for each in clipped] == ["card-1"]
    box = root.find(f"{SVG}clipPath/{SVG}rect")
    assert [box.get(name) for name in ("x", "y", "width", "height")] == ["1", "2", "3", "4"]


def test_shapes_lines_and_pictures() -> None:
    file = BytesIO()
    Image.new("RGB", (4, 4)).save(file, "JPEG")
    marks = (
        Shape(1, 2, 3, 4, stroke="#0000ff", dashed=True, radius=1),
        Rule(1, 2, 3.456, 4, "#00ff00"),
        Path((((0, 0), (1, 1)), ((2, 2), (3, 3))), fill="#000000", opacity=0.5),
        Picture(5, 6, 7, 8, "photo", "A <gate>"),
    )
    root = parsed(drawing(page(*marks), pictures={"photo": file.getvalue()}))
    group = root.find(f"{SVG}g")
    box, rule, path, picture = group
    assert (box.get("fill"), box.get("stroke"), box.get("rx")) == ("none", "#0000ff", "1")
    assert box.get("stroke-dasharray")
    assert rule.get("x2") == "3.46"
    assert (path.get("d"), path.get("opacity")) == ("M0 0L1 1ZM2 2L3 3Z", "0.5")
    kind, content = picture.get("href").split(",")
    assert kind == "data:image/jpeg;base64"
    assert base64.b64decode(content) == file.getvalue()
    assert picture.find(f"{SVG}title").text == "A <gate>"


def test_a_picture_has_the_pixels_that_were_asked_for() -> None:
    what = drawing(page(Shape(0, 0, 300, 60, fill="#ff0000"), line("x")), page(line("y")))
    with Image.open(BytesIO(png.paint(what, megapixels=0.5))) as image:
        assert image.format == "PNG"
        assert image.width * image.height == pytest.approx(0.5e6, rel=0.01)
        assert image.width / image.height == pytest.approx(10, rel=0.01)
        assert image.getpixel((2, 2)) == (255, 0, 0)
        assert image.getpixel((image.width - 2, 2)) == (255, 255, 255)
