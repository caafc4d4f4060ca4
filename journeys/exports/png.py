"""The painter of PNG: the PDF, drawn by PDFium."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from math import sqrt
from threading import Lock

from pypdfium2 import PdfDocument

from journeys.exports import pdf
from journeys.maps.drawing import Drawing

_ONE_AT_A_TIME = Lock()
"""PDFium has one state for all threads of a process."""


def paint(drawing: Drawing, *, megapixels: float, page: int = 0) -> bytes:
    """Return one page as a picture with that many million pixels, on white."""
    sheet = drawing.pages[page]
    content = pdf.paint(replace(drawing, pages=(sheet,)), created=date(2000, 1, 1))
    scale = sqrt(megapixels * 1e6 / (sheet.width * sheet.height))
    with _ONE_AT_A_TIME, PdfDocument(content) as document:
        # Red, green and blue in the order in which PNG holds them: nothing is copied.
        bitmap = document[0].render(scale=scale, rev_byteorder=True)
        picture = BytesIO()
        bitmap.to_pil().save(picture, "PNG", compress_level=3, dpi=(72 * scale, 72 * scale))
        bitmap.close()
    return picture.getvalue()
