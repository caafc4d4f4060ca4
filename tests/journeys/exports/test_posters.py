"""The drawn formats of a map: everything on the sheets, and what is missing named."""

from dataclasses import replace
from io import BytesIO
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from PIL import Image
from pypdfium2 import PdfDocument

from journeys.exports import export
from journeys.exports.gathering import gather
from journeys.exports.material import Material
from journeys.exports.options import ExportOptions
from journeys.exports.posters import rendered
from journeys.maps import MapFilters
from journeys.maps.drawing import Drawing, Missing
from journeys.models import LaneKind
from tests.factories import make_card, make_journey, make_lane, make_stage, make_step

pytestmark = pytest.mark.django_db
OPTIONS = ExportOptions(megapixels=1)


def material(*texts: str) -> Material:
    """Return a journey of one stage, with a step and a card for each text."""
    journey = make_journey(title="Flight", slug="flight")
    stage = make_stage(journey, title="Airport")
    lane = make_lane(journey, kind=LaneKind.DOING)
    for number, text in enumerate(texts):
        make_card(lane, make_step(stage, title=f"Step {number}"), text=text)
    filters = MapFilters.default(timezone.now().date())
    return gather(journey, filters=filters, options=OPTIONS)


def words(text: str) -> list[str]:
    return normalize("NFC", text).replace("\xad", "").split()


TEXTS = (
    "Waits at the gate for the delayed flight",
    "ينتظر المسافر عند بوابة الصعود",
    "ผู้โดยสารรอที่เคาน์เตอร์เช็คอิน",
)


@pytest.mark.parametrize("tiled", [False, True])
def test_every_word_of_every_card_is_in_the_pdf(tiled: bool) -> None:
    made = export(material(*TEXTS), "pdf", replace(OPTIONS, paper="a4", tiled=tiled))
    assert made.filename == "flight.pdf"
    document = PdfDocument(made.content)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    found = "".join(words(" ".join(pages)))
    for text in TEXTS:
        assert [word for word in words(text) if word not in found] == []


def test_every_word_is_in_the_svg_and_it_is_one_sheet() -> None:
    made = export(material(*TEXTS), "svg", replace(OPTIONS, paper="a4", tiled=True))
    root = ElementTree.fromstring(made.content)  # noqa: S314 - what we wrote ourselves
    found = "".join(words(" ".join(each.text for each in root.findall(".//{*}text"))))
    for text in TEXTS:
        assert [word for word in words(text) if word not in found] == []


def test_the_picture_has_the_pixels_that_were_asked_for() -> None:
    made = export(material("Waits"), "png", OPTIONS)
    with Image.open(BytesIO(made.content)) as image:
        assert image.width * image.height == pytest.approx(1e6, rel=0.01)


@pytest.mark.parametrize("key", ["pdf", "svg", "png"])
def test_two_exports_of_a_day_are_the_same_bytes(key: str) -> None:
    found = material(*TEXTS)
    assert export(found, key, OPTIONS).content == export(found, key, OPTIONS).content


@pytest.mark.parametrize("key", ["pdf", "svg", "png"])
def test_what_cannot_be_drawn_is_named_with_its_place(key: str) -> None:
    notes = export(material("Takes off \U0001f680"), key, OPTIONS).notes
    (note,) = (each for each in notes if "\U0001f680" in each)
    assert "U+1F680 ROCKET" in note
    assert "Takes off" in note
    assert "Step 0" in note


def test_notes_name_three_places_and_count_the_others() -> None:
    missing = tuple(Missing("\u9a6c", f"card {number}") for number in (1, 1, 2, 3, 4, 5))
    notes = rendered(b"", Drawing("x", "en", (), missing, notes=("First.",))).notes
    assert notes[0] == "First."
    assert notes[1].endswith("in card 1, card 2, card 3 and 2 more places.")
    assert "U+9A6C CJK UNIFIED IDEOGRAPH-9A6C" in notes[1]
    two = rendered(b"", Drawing("x", "en", (), missing[1:3])).notes[0]
    assert two.endswith("in card 1 and card 2.")


def test_many_missing_characters_are_told_by_their_places() -> None:
    written = {"the title": "旅客", "card 1": "旅客在机场", "card 2": "在", "card 3": "等候"}
    missing = tuple(Missing(char, place) for place, text in written.items() for char in text)
    assert rendered(b"", Drawing("x", "en", (), missing)).notes == (
        "No font at hand can draw 7 characters: a box stands in place of each.",
        "Boxes in the title: 旅客",
        "Boxes in card 1: 在机场",
        "Boxes in card 3: 等候",
    )
