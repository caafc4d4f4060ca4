"""What a PDF holds: every line, as it was written; marks, links and pages where they belong."""

import os
import subprocess
import sys
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from pypdfium2.raw import FPDFPage_GetAnnotCount

from journeys.exports import pdf
from journeys.maps import fonts
from journeys.maps.drawing import Block, Drawing, Page, Path, Picture, Rule, Shape
from tests.journeys.exports.drawings import LINES, drawing, line, page

DAY = date(2026, 3, 10)
RED, WHITE = (255, 0, 0), (255, 255, 255)


def painted(what: Drawing) -> PdfDocument:
    return PdfDocument(pdf.paint(what, created=DAY))


def text_of(document: PdfDocument, number: int = 0) -> str:
    found: str = document[number].get_textpage().get_text_bounded()
    return found.strip()


def pixels(document: PdfDocument) -> Image.Image:
    """Return the first page with a pixel for each point."""
    return document[0].render(scale=1).to_pil().convert("RGB")


@pytest.mark.parametrize("text", LINES.values(), ids=list(LINES))
def test_a_line_is_copied_as_it_was_written(text: str) -> None:
    assert text_of(painted(drawing(page(line(text))))) == text


def test_a_box_is_copied_as_the_characters_it_stands_for() -> None:
    text = "旅客 and \U0001f680"
    assert fonts.missing(text)
    assert text_of(painted(drawing(page(line(text))))) == text


@pytest.mark.parametrize("text", LINES.values(), ids=list(LINES))
def test_what_is_painted_stays_within_the_measured_width(text: str) -> None:
    mark = line(text)
    ink = Image.eval(pixels(painted(drawing(page(mark)))).convert("L"), lambda light: 255 - light)
    left, top, right, bottom = ink.getbbox()
    assert left >= mark.x - 1
    assert right <= mark.x + mark.width + 2
    assert right - left >= 0.9 * mark.width
    assert top >= mark.y - 1.2 * mark.size
    assert bottom <= mark.y + 0.5 * mark.size


def test_the_file_says_what_it_is() -> None:
    content = pdf.paint(drawing(page(line("x"))), created=DAY)
    document = PdfDocument(content)
    assert document.get_metadata_value("Title") == "The journey"
    assert document.get_metadata_value("CreationDate").startswith("D:20260310000000")
    assert b"/Lang (en)" in content
    assert b"/DisplayDocTitle true" in content


def test_bookmarks_lead_to_their_places() -> None:
    what = drawing(
        page(line("one"), bookmarks=(("Check in", 10.0, 5.0),)),
        page(line("two"), bookmarks=(("Flug & Ankunft", 300.0, 20.0),)),
    )
    found = list(painted(what).get_toc())
    assert [each.get_title() for each in found] == ["Check in", "Flug & Ankunft"]
    places = [each.get_dest() for each in found]
    assert [place.get_index() for place in places] == [0, 1]
    assert places[1].get_view()[1][:2] == pytest.approx([300, 40])


def test_only_addresses_of_the_web_become_links() -> None:
    what = drawing(
        page(line("a", url="https://example.org/?a=1"), line("b", y=50, url="javascript:alert(1)"))
    )
    content = pdf.paint(what, created=DAY)
    assert b"https://example.org/?a=1" in content
    assert b"javascript" not in content
    assert FPDFPage_GetAnnotCount(PdfDocument(content)[0]) == 1


def test_shapes_have_their_colours_and_places() -> None:
    marks = (
        Shape(10, 10, 20, 20, fill="#ff0000"),
        Shape(50, 10, 20, 20, stroke="#0000ff", stroke_width=2),
        Rule(100, 20, 140, 20, "#00ff00", width=4),
        Path((((150, 10), (190, 10), (170, 30)),), fill="#000000", opacity=0.5),
        Shape(200, 10, 20, 20, fill="#ff0000", radius=10),
        Shape(240, 10, 20, 20, fill="#ff0000"),
    )
    picture = pixels(painted(drawing(page(*marks))))
    assert picture.getpixel((20, 20)) == RED
    assert picture.getpixel((20, 35)) == WHITE
    assert picture.getpixel((60, 20)) == WHITE
    assert picture.getpixel((50, 20)) == (0, 0, 255)
    assert picture.getpixel((120, 20)) == (0, 255, 0)
    assert picture.getpixel((170, 15)) == pytest.approx((127, 127, 127), abs=2)
    assert picture.getpixel((201, 11)) == WHITE
    assert picture.getpixel((210, 20)) == RED
    # What was transparent ends with its mark.
    assert picture.getpixel((250, 20)) == RED


def test_blocks_are_painted_within_the_clip_and_the_rest_is_not_clipped() -> None:
    block = Block("step-1", 0, 0, 100, 60, (Shape(0, 0, 100, 60, fill="#ff0000"),))
    gone = Block("step-2", 200, 0, 50, 60, (line("elsewhere", x=200),))
    behind = (Shape(0, 0, 60, 5, fill="#0000ff"),)
    above = (Shape(0, 55, 60, 5, fill="#00ff00"),)
    what = Page(300, 60, (block, gone), behind=behind, above=above, clip=(50, 10, 20, 40))
    document = painted(drawing(what))
    picture = pixels(document)
    assert [picture.getpixel(at) for at in ((60, 30), (40, 30), (60, 8))] == [RED, WHITE, WHITE]
    assert picture.getpixel((5, 2)) == (0, 0, 255)
    assert picture.getpixel((5, 57)) == (0, 255, 0)
    assert text_of(document) == ""


def test_a_picture_keeps_its_proportions_and_its_text_for_who_cannot_see_it() -> None:
    file = BytesIO()
    Image.new("RGB", (40, 40), "#ff0000").save(file, "PNG")
    mark = Picture(10, 10, 80, 40, "photo", "The gate at noon")
    content = pdf.paint(drawing(page(mark), pictures={"photo": file.getvalue()}), created=DAY)
    picture = pixels(PdfDocument(content))
    assert [picture.getpixel(at) for at in ((50, 30), (20, 30))] == [RED, WHITE]
    assert b"The gate at noon" in content


def test_pages_have_their_own_sizes() -> None:
    document = painted(drawing(page(line("a")), page(line("b"), width=842, height=595)))
    assert [document[number].get_size() for number in (0, 1)] == [(600, 60), (842, 595)]
    assert [text_of(document, number) for number in (0, 1)] == ["a", "b"]


PROGRAM = """
import hashlib
import django

django.setup()
from tests.journeys.exports.test_pdf import DAY, LINES, drawing, line, page
from journeys.exports import pdf, png, svg

what = drawing(*(page(line(each), line(each, y=50, bold=True)) for each in LINES.values()))
for content in (
    pdf.paint(what, created=DAY), svg.paint(what), png.paint(what, megapixels=0.2),
):
    print(hashlib.sha256(content).hexdigest())
"""


def test_two_processes_paint_the_same_bytes() -> None:
    printed = [
        subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout.split()
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert len(set(printed[0])) == 3
