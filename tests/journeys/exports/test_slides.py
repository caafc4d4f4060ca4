"""The slides: whole texts, in their boxes, beside one another, and always the same bytes."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from itertools import combinations
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

from journeys.exports.material import Material
from journeys.exports.options import ExportOptions
from journeys.exports.slides import charts, render
from journeys.maps.fonts import advance
from journeys.maps.grid import Card, Heat, Link, Score
from tests.journeys.exports.materials import material

OPTIONS = ExportOptions(comments=True, language="de", on=date(2026, 3, 12))
EMU = 12_700
TEXTS = {
    "short": "Waits at the desk",
    "long": "Waits at the desk until somebody comes back from lunch, and then again. " * 6,
    "arabic": "ينتظر العميل عند المكتب حتى يعود الموظف من استراحة الغداء",
    "chinese": "顾客在柜台等待工作人员午休回来。然后再等一次。直到有人把行李拿走。" * 3,
    "emoji": "Waits 😀 at the desk 👍🏽 in 🇩🇪 with ❤️ for the 🚀",
    "one word": "Donaudampfschifffahrtsgesellschaft" * 8,
    "hostile": "=1+1 <b>&amp; \x0b \x00 \ud7ff ]]> @airline thanks",
}
MAPS: dict[str, dict[str, Any]] = {
    **{name: {"text": text, "remarks": 5, "pictures": True} for name, text in TEXTS.items()},
    "many stages": {"stages": 40, "steps": 2},
    "many steps": {"stages": 1, "steps": 30},
    "many cards": {"stages": 1, "steps": 2, "cards": 9, "text": TEXTS["long"]},
    "nothing": {"stages": 0, "personas": 0, "metrics": False},
    "no steps": {"stages": 3, "steps": 0},
    "not measured": {"metrics": False},
}


@cache
def found(name: str) -> Material:
    return material(**MAPS[name])


@cache
def content(name: str) -> bytes:
    return render(found(name), OPTIONS).content


def slides(name: str) -> Any:
    return Presentation(BytesIO(content(name))).slides


def shapes(slide: Any) -> Iterator[Any]:
    """Yield every shape, those of groups instead of the groups."""
    for shape in slide.shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from shapes(shape)
        else:
            yield shape


def frames(shape: Any) -> Iterator[tuple[Any, float, float, float]]:
    """Yield the texts of a shape or a table with their width, height and space above and below."""
    if getattr(shape, "has_table", False) and shape.has_table:
        widths = [column.width / EMU for column in shape.table.columns]
        for row in shape.table.rows:
            for width, cell in zip(widths, row.cells, strict=True):
                inner = width - (cell.margin_left + cell.margin_right) / EMU
                yield cell.text_frame, inner, row.height / EMU - 7, 0
    elif shape.has_text_frame:
        frame = shape.text_frame
        sides = (frame.margin_left + frame.margin_right) / EMU
        above = (frame.margin_top + frame.margin_bottom) / EMU
        yield frame, shape.width / EMU - sides, shape.height / EMU - above, 0


def said(slide: Any) -> list[str]:
    return [
        frame.text for shape in shapes(slide) for frame, *_ in frames(shape) if frame.text.strip()
    ]


def squeezed(text: str) -> str:
    """Return a text without spaces and without what no XML file may hold."""
    return re.sub(r"[\s\x00-\x1f]+", "", text)


@pytest.mark.parametrize("name", MAPS)
def test_every_text_of_the_map_is_there_whole(name: str) -> None:
    written = squeezed("".join(text for slide in slides(name) for text in said(slide)))
    source = found(name)
    wanted = [source.map.title, source.map.goal, *(remark.text for remark in source.remarks)]
    for stage in source.map.stages:
        wanted += [stage.title, stage.goal, *(step.title for step in stage.steps)]
    for person in source.personas:
        wanted += [person.name, person.role, person.quote, person.summary]
        wanted += [line for _, lines in person.lists for line in lines]
    for lane in source.map.lanes:
        for cell in lane.cells:
            for each in cell.items:
                match each:
                    case Card():
                        wanted += [each.text, each.detail, each.badge_title]
                    case Score() | Heat():
                        wanted += [each.label, each.metric.text]
                    case Link():
                        wanted += [each.from_label, each.wait_text]
    assert [text for text in wanted if squeezed(text) not in written] == []


@pytest.mark.parametrize("name", MAPS)
def test_nothing_lies_on_anything_else_or_beyond_the_slide(name: str) -> None:
    deck = Presentation(BytesIO(content(name)))
    for number, slide in enumerate(deck.slides, start=1):
        boxes = [
            (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height, shape.name)
            for shape in slide.shapes
            if not shape.element.tag.endswith("cxnSp")
        ]
        for left, top, right, bottom, title in boxes:
            assert left >= 0, (number, title)
            assert top >= 0, (number, title)
            assert right <= deck.slide_width, (number, title)
            assert bottom <= deck.slide_height, (number, title)
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            assert min(across, down) <= EMU / 10, (number, one, other)


@pytest.mark.parametrize("name", MAPS)
def test_text_fits_its_box_with_a_tenth_to_spare_and_none_is_small(name: str) -> None:
    """Lines are counted as a program does that fills them letter by letter."""
    for number, slide in enumerate(slides(name), start=1):
        for shape in shapes(slide):
            for frame, width, height, _ in frames(shape):
                needed = 0.0
                for place, paragraph in enumerate(frame.paragraphs):
                    runs = paragraph.runs
                    assert all(run.font.size.pt >= 9 for run in runs), (number, frame.text)
                    if not runs:
                        continue
                    long = sum(
                        advance(
                            re.sub(" +", " ", run.text), size=run.font.size.pt,
                            bold=bool(run.font.bold), italic=bool(run.font.italic),
                        )
                        for run in runs
                    )  # fmt: skip
                    lines = max(1, -(-long * 1.1 // width))
                    needed += lines * paragraph.line_spacing.pt
                    needed += paragraph.space_before.pt if place else 0
                assert needed <= height + 0.1, (number, shape.name, frame.text)


@pytest.mark.parametrize("name", ["short", "arabic", "many stages"])
def test_the_same_map_gives_the_same_bytes(name: str) -> None:
    assert render(found(name), OPTIONS).content == content(name)
    with ZipFile(BytesIO(content(name))) as file:
        assert {each.date_time for each in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        books = [each for each in file.namelist() if each.endswith(".xlsx")]
        for each in books:
            with ZipFile(BytesIO(file.read(each))) as book:
                assert b"2026-03-12T00:00:00Z" in book.read("docProps/core.xml")
    assert books


def test_it_says_what_it_is() -> None:
    about = Presentation(BytesIO(content("short"))).core_properties
    assert about.title == found("short").map.title
    assert about.language == "de"
    assert about.modified.date() == date(2026, 3, 12)
    first = "\n".join(said(slides("short")[0]))
    for text in ("Northwind", "Current state", "v12", "12 March 2026", "Simulated data"):
        assert text in first


def test_every_slide_has_a_title_for_readers_aloud() -> None:
    for slide in slides("short"):
        (title,) = slide.placeholders
        assert title.placeholder_format.type == PP_PLACEHOLDER.TITLE
        assert title.text_frame.text


def test_right_to_left_text_is_marked_and_starts_on_the_right() -> None:
    marked = [
        paragraph._p.pPr
        for slide in slides("arabic")
        for shape in shapes(slide)
        for frame, *_ in frames(shape)
        for paragraph in frame.paragraphs
        if paragraph.text.startswith("ينتظر")
    ]
    assert marked
    assert {(each.get("rtl"), each.get("algn")) for each in marked} == {("1", "r")}


def test_no_shape_has_a_shadow_or_asks_for_one() -> None:
    with ZipFile(BytesIO(content("short"))) as file:
        for name in file.namelist():
            if name.endswith(".xml") and "slideMaster" not in name:
                assert b"Shdw" not in file.read(name), name
                assert b"effectRef" not in file.read(name), name


def test_charts_are_native_and_hold_the_numbers() -> None:
    charts = [shape.chart for slide in slides("short") for shape in slide.shapes if shape.has_chart]
    by_series = {chart.plots[0].series[0].name: chart for chart in charts}
    assert list(by_series["Measured"].plots[0].series[0].values) == [-1.0, 0.5, 1.5] * 3
    assert set(by_series["CSAT"].plots[0].series[0].values) == {62.0}
    assert set(by_series["Friction"].plots[0].series[0].values) == {57.0}


@pytest.mark.parametrize(
    "label", ["{=1+1}", "=1+1", "external:\\\\host\\file", "https://a.example"]
)
def test_the_workbook_of_a_chart_holds_texts_as_texts(label: str) -> None:
    data = charts._Data(
        [label], [charts.Series("CSAT", (62.0,))], datetime(2026, 3, 10, tzinfo=UTC)
    )
    cell = load_workbook(BytesIO(data.xlsx_blob)).active["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (label, "s", None)


def test_tables_are_native_and_hold_frictions_and_handoffs() -> None:
    tables = {
        slide.shapes.title.text_frame.text: shape.table
        for slide in slides("short")
        for shape in slide.shapes
        if shape.has_table
    }
    assert [cell.text for cell in tables["Top frictions"].rows[0].cells][:2] == [
        "Score", "Touchpoint",
    ]  # fmt: skip
    row = [cell.text for cell in tables["Handoffs"].rows[1].cells]
    assert row[3:6] == ["22 min", "10 min", "11%"]


def test_what_needs_more_slides_says_which_of_how_many() -> None:
    titles = [slide.shapes.title.text_frame.text for slide in slides("many steps")]
    of_stage = [title for title in titles if title.startswith("1  Stage 1")]
    assert len(of_stage) > 1
    assert [title.rsplit("  ", 1)[1] for title in of_stage] == [
        f"({place} of {len(of_stage)})" for place in range(1, len(of_stage) + 1)
    ]


def test_an_empty_map_says_so() -> None:
    assert "This journey has no stages yet." in said(slides("nothing")[1])
    assert any("This stage has no steps yet." in said(slide) for slide in slides("no steps"))


def test_comments_come_only_where_they_were_gathered() -> None:
    titles = [slide.shapes.title.text_frame.text for slide in slides("many steps")]
    assert "Comments" not in titles
    assert any(
        slide.shapes.title.text_frame.text.startswith("Comments") for slide in slides("short")
    )


def test_the_number_of_a_slide_follows_it_when_it_is_moved() -> None:
    for slide in slides("short"):
        fields = slide.element.xpath(".//a:fld[@type='slidenum']")
        assert len(fields) == 1


def test_bars_and_lines_show_their_intervals() -> None:
    charts = [shape.chart for slide in slides("short") for shape in slide.shapes if shape.has_chart]
    ends = {
        chart.plots[0].series[0].name: [
            float(value.text) for value in chart._chartSpace.xpath(".//c:errBars/c:plus//c:v")
        ]
        for chart in charts
    }
    assert ends["Measured"] == [0.2] * 9
    assert ends["CSAT"] == [3.0] * 3
