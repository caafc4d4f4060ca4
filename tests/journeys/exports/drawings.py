"""Small drawings for the tests of those who paint them."""

from typing import Any

from journeys.maps import fonts
from journeys.maps.drawing import Block, Drawing, Mark, Page, Text

LINES = {
    "Latin": "Waits at the gate, “quietly” – 62 % (n = 1,204), Łódź, İstanbul",
    "Greek": "Το ταξίδι του πελάτη αρχίζει εδώ",  # noqa: RUF001
    "Cyrillic": "Пассажир ждёт у стойки регистрации",  # noqa: RUF001
    "Arabic": "ينتظر المسافر عند بوابة الصعود (٤٥ دقيقة)",
    "Hebrew": "הנוסע מחכה בשער (45 דקות)",
    "Devanagari": "यात्री चेक-इन काउंटर पर प्रतीक्षा करता है, क्षत्रिय ज्ञान",
    "Thai": "ผู้โดยสารรอที่เคาน์เตอร์เช็คอิน น้ำใจ",
    "Georgian": "მგზავრი ელოდება",
    "signs": "✓ ★ ⚠ ❤️ ● → ☎ ✈ ≥ ∑ ₹",
    "marks of their own": "Cafe\u0301 u\u0308ber",
    "two directions": "Said مرحبا 12 بك and left",
}
"""A line of each script that the fonts of the packages draw whole."""


def line(text: str, *, x: float = 20, y: float = 30, **manner: Any) -> Text:
    """Return a text as a layout would hand it on: measured, its direction known."""
    rtl = fonts.is_rtl(text)
    return Text(x, y, text, 11, "#1d2433", rtl=rtl, width=fonts.advance(text, size=11), **manner)


def page(*marks: Mark, width: float = 600, height: float = 60, **values: Any) -> Page:
    """Return a page with one block."""
    return Page(width, height, (Block("card-1", 0, 0, width, height, marks),), **values)


def drawing(*pages: Page, **values: Any) -> Drawing:
    """Return a drawing in English."""
    return Drawing("The journey", "en", pages, **values)
