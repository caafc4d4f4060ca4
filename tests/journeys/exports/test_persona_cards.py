"""Persona cards: everything that is known, nothing on anything else, of one persona or of all."""

from datetime import date
from io import BytesIO
from itertools import combinations
from zipfile import ZipFile

import pytest
from PIL import Image
from pptx import Presentation
from pypdfium2 import PdfDocument

from journeys.exports import Format
from journeys.exports.material import PersonaCard
from journeys.exports.options import PAPERS, ExportOptions
from journeys.exports.persona_cards import FORMATS, persona_file
from journeys.maps.drawing import Block, Drawing, Mark, Picture, Rule, Shape, Text
from journeys.maps.persona_layout import persona_cards
from tests.journeys.exports.materials import material, persona
from tests.journeys.exports.test_slides import TEXTS, squeezed

A4 = ExportOptions(paper="a4", on=date(2026, 3, 12), megapixels=0.2)
BY_KEY: dict[str, Format] = {each.key: each for each in FORMATS}
VERY_LONG = TEXTS["long"] * 4


def drawn(found: PersonaCard, options: ExportOptions) -> Drawing:
    return persona_cards(
        [found], paper=options.page, language="en", title="Personas", foot=("Trip", "today")
    )


def known(found: PersonaCard) -> list[str]:
    """Return every text of a persona."""
    lists = [text for title, lines in found.lists for text in (title, *lines)]
    facts = [text for fact in found.facts for text in fact]
    traits = [text for each in found.traits for text in (each.name, each.low, each.high)]
    return [found.name, found.role, found.quote, found.summary, *lists, *facts, *traits]


def box(mark: Mark | Block) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom; of a line of text, its letters without descenders."""
    match mark:
        case Text():
            return mark.x, mark.y - mark.size * 0.7, mark.x + mark.width, mark.y
        case Rule():
            return mark.x1, mark.y1, mark.x2, mark.y2
        case Shape() | Picture() | Block():
            return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
    raise AssertionError(mark)


@pytest.mark.parametrize("text", [*TEXTS.values(), VERY_LONG, ""], ids=[*TEXTS, "very long", "no"])
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_every_text_is_drawn_whole(text: str, orientation: str) -> None:
    found = persona("Maya", text)
    drawing = drawn(found, ExportOptions(paper="a4", orientation=orientation))
    # A block goes on on the next page under its own key; between lie the other columns.
    by_key: dict[str, str] = {}
    for page in drawing.pages:
        for block in page.blocks:
            lines = [mark.text for mark in block.marks if isinstance(mark, Text)]
            by_key[block.key] = by_key.get(block.key, "") + "".join(lines)
    written = squeezed(" ".join(by_key.values()))
    assert [each for each in known(found) if squeezed(each) not in written] == []


@pytest.mark.parametrize("text", [*TEXTS.values(), VERY_LONG], ids=[*TEXTS, "very long"])
@pytest.mark.parametrize("paper", ["a4", "letter", "a0"])
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_blocks_lie_on_the_page_beside_one_another_and_hold_their_marks(
    text: str, paper: str, orientation: str
) -> None:
    for page in drawn(persona("Maya", text), ExportOptions(paper, orientation)).pages:
        for block in page.blocks:
            left, top, right, bottom = box(block)
            assert min(left, top) >= 0, block.key
            assert right <= page.width, block.key
            assert bottom <= page.height, block.key
            for mark in block.marks:
                x1, y1, x2, y2 = box(mark)
                assert left - 0.1 <= x1 <= x2 <= right + 0.1, (block.key, mark)
                assert top - 0.1 <= y1 <= y2 <= bottom + 0.1, (block.key, mark)
        for one, other in combinations(map(box, page.blocks), 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            assert min(across, down) <= 0.1


@pytest.mark.parametrize("paper", PAPERS)
def test_a_card_fills_the_paper_and_no_text_is_smaller_than_on_a5(paper: str) -> None:
    options = ExportOptions(paper)
    (page,) = drawn(persona("Maya", "Waits"), options).pages
    assert (page.width, page.height) == pytest.approx(options.page)
    sizes = [mark.size for mark in page.marks() if isinstance(mark, Text)]
    assert min(sizes) >= 7.5


def test_larger_paper_keeps_a_card_on_one_sheet_by_smaller_text() -> None:
    found = persona("Maya", TEXTS["long"][:150])
    small = persona_cards([found], paper=(595, 420), language="en", title="", foot=("Trip",))
    assert len(small.pages) == 2
    assert len(drawn(found, ExportOptions("a4")).pages) == 1


def test_the_pdf_has_each_persona_and_is_always_the_same() -> None:
    source = material(personas=3, text="Waits")
    made = BY_KEY["personas-pdf"].render(source, A4)
    pages = [page.get_textpage().get_text_bounded() for page in PdfDocument(made.content)]
    assert [name in page for page in pages for name in ("Persona 0", "Persona 1", "Persona 2")] == [
        True, False, False, False, True, False, False, False, True,
    ]  # fmt: skip
    assert BY_KEY["personas-pdf"].render(source, A4) == made


def test_pictures_are_zipped_one_to_a_page_and_named_after_the_persona() -> None:
    source = material(personas=2, text=VERY_LONG)
    made = BY_KEY["personas-png"].render(source, A4)
    assert BY_KEY["personas-png"].render(source, A4) == made
    with ZipFile(BytesIO(made.content)) as zipped:
        names = zipped.namelist()
        assert len(names) == len(set(names)) > 2
        assert names[0] == "persona-0.png"
        assert names[1] == "persona-0 2.png"
        with Image.open(BytesIO(zipped.read(names[0]))) as image:
            assert image.width * image.height == pytest.approx(200_000, rel=0.05)


@pytest.mark.parametrize("key", BY_KEY)
def test_a_journey_without_personas_says_so(key: str) -> None:
    made = BY_KEY[key].render(material(personas=0), A4)
    assert "no personas" in made.notes[0]
    assert made.content


def test_without_personas_the_page_says_so_too() -> None:
    made = BY_KEY["personas-pdf"].render(material(personas=0), A4)
    (page,) = PdfDocument(made.content)
    assert "This journey has no personas yet." in page.get_textpage().get_text_bounded()


@pytest.mark.parametrize(
    ("key", "filename", "content_type"),
    [
        ("personas-pdf", "persona-0.pdf", "application/pdf"),
        ("personas-png", "persona-0.png", "image/png"),
        ("personas-pptx", "persona-0.pptx", BY_KEY["personas-pptx"].content_type),
    ],
)
def test_one_persona_alone(key: str, filename: str, content_type: str) -> None:
    made = persona_file(persona("Persona 0", "Waits"), key, A4)
    assert (made.filename, made.content_type) == (filename, content_type)
    assert made.notes == ()


def test_one_persona_in_a_format_that_nobody_offers() -> None:
    with pytest.raises(KeyError):
        persona_file(persona("Persona 0", "Waits"), "personas-gif", A4)


def test_slides_of_personas_have_no_map() -> None:
    made = BY_KEY["personas-pptx"].render(material(personas=2), A4)
    slides = Presentation(BytesIO(made.content)).slides
    assert [slide.shapes.title.text_frame.text for slide in slides] == ["Persona 0", "Persona 1"]


def test_initials_stand_where_no_photo_is() -> None:
    (page,) = drawn(persona("Maya Lind", "Waits", photo=False), A4).pages
    assert "ML" in [mark.text for mark in page.marks() if isinstance(mark, Text)]
    assert not any(isinstance(mark, Picture) for mark in page.marks())


def test_a_character_that_no_font_has_is_named_with_the_persona() -> None:
    made = BY_KEY["personas-pdf"].render(material(text="Waits \U0001f680"), A4)
    (note,) = made.notes
    assert "ROCKET" in note
    assert "the persona “Persona 0”" in note


@pytest.mark.parametrize("key", BY_KEY)
def test_a_persona_of_whom_only_the_name_is_known(key: str) -> None:
    found = PersonaCard("maya", "Maya", "", "", "", (), (), ())
    made = persona_file(found, key, A4)
    assert made.content
    assert len(drawn(found, A4).pages) == 1
