"""What people said about the map: its comments, as a table."""

from collections.abc import Sequence

from journeys.exports.material import Remark
from journeys.exports.slides.deck import Deck
from journeys.exports.slides.look import FLOOR, MARGIN
from journeys.exports.slides.sheet import below_heading
from journeys.exports.slides.tables import Row, Table, cell
from journeys.exports.wording import day
from journeys.maps.theme import INK_2, INK_3


def add_remarks(deck: Deck, remarks: Sequence[Remark]) -> None:
    """Add the comments with their replies, on as many slides as they need."""
    if not remarks:
        return
    rows = tuple(_row(remark) for remark in remarks)
    table = Table("Comments", ("Where", "Who and when", "Comment"), (200, 176, 520), rows)
    pages = list(table.pages(FLOOR - below_heading("Comments")))
    for place, page in enumerate(pages, start=1):
        with deck.sheet("Comments", part=(place, len(pages))) as sheet:
            page.draw(sheet, MARGIN, sheet.top)


def _row(remark: Remark) -> Row:
    author = remark.author or "A former member"
    when = day(remark.at) + (" · resolved" if remark.resolved else "")
    return (
        cell("↳ reply" if remark.is_reply else remark.place, colour=INK_2),
        cell(f"{author}\n{when}", size=9, colour=INK_3),
        cell(remark.text, size=10.5),
    )
