"""The poster: everything is on it, nothing overlaps, nothing stands out."""

import re
from datetime import UTC, datetime
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from journeys.exports.material import Remark
from journeys.exports.options import PAPERS, ExportOptions
from journeys.maps import theme
from journeys.maps.drawing import Path as DrawnPath
from journeys.maps.drawing import Picture, Rule, Shape, Text
from journeys.maps.fonts import ASCENT, DESCENT
from journeys.maps.grid import Card, Link
from journeys.maps.layout.poster import poster
from journeys.maps.sheets.fitting import MINIMUM
from tests.journeys.exports.random_maps import (
    LONG,
    TEXTS,
    make_lane,
    make_map,
    make_moods,
    make_stages,
    maps,
)

PAPER = st.builds(
    ExportOptions,
    paper=st.sampled_from(list(PAPERS)),
    orientation=st.sampled_from(("landscape", "portrait")),
    tiled=st.booleans(),
)
many = hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def draw(found, *, one_sheet=False, pictures=None, **options):
    return poster(found, ExportOptions(**options), pictures=pictures or {}, one_sheet=one_sheet)


def squeezed(text):
    return re.sub(r"\s", "", text)


def written(block):
    return squeezed("".join(mark.text for mark in block.marks if isinstance(mark, Text)))


def box(mark):
    """The box that a mark takes; a text's from the top of its letters to their feet."""
    match mark:
        case Text():
            top = mark.y - ASCENT * mark.size
            return mark.x, top, mark.x + mark.width, mark.y + DESCENT * mark.size
        case Shape() | Picture():
            return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
        case Rule():
            return mark.x1, mark.y1, mark.x2, mark.y2
        case DrawnPath():
            across = [x for piece in mark.pieces for x, _ in piece]
            down = [y for piece in mark.pieces for _, y in piece]
            return min(across), min(down), max(across), max(down)


def overlap(one, other):
    return (
        min(one.x + one.width, other.x + other.width) - max(one.x, other.x) > 0.01
        and min(one.y + one.height, other.y + other.height) - max(one.y, other.y) > 0.01
    )


def assert_sound(drawing):
    """No two blocks of a page overlap, and what a block holds lies inside it."""
    for page in drawing.pages:
        for one, other in combinations(page.blocks, 2):
            assert not overlap(one, other), (one.key, other.key)
        for block in page.blocks:
            for mark in block.marks:
                left, top, right, bottom = box(mark)
                assert left >= block.x - 0.6, (block.key, mark)
                assert right <= block.x + block.width + 0.6, (block.key, mark)
                assert top >= block.y - 0.6, (block.key, mark)
                assert bottom <= block.y + block.height + 0.6, (block.key, mark)


def items(found):
    return [item for lane in found.lanes for cell in lane.cells for item in cell.items]


def texts_of(item):
    if isinstance(item, Card):
        return (item.text, item.detail, item.badge, item.persona)
    if isinstance(item, Link):
        return (item.from_label, item.to_label, item.what_moves, item.wait_text)
    return ()


@many
@given(maps(), PAPER)
def test_everything_is_on_it_and_nothing_overlaps(found, options):
    drawing = poster(found, options, pictures={})
    assert_sound(drawing)
    blocks = {block.key: block for page in drawing.pages for block in page.blocks}
    expected: list[tuple[str, tuple[str, ...]]] = []
    expected += [(f"stage-{each.id}", (each.title, each.goal)) for each in found.stages]
    expected += [(f"step-{each.id}", (each.title,)) for each in found.steps]
    expected += [("title", (found.title, found.goal))]
    for lane in found.lanes:
        sort = {"touchpoints": "touchpoint", "links": "handoff"}.get(lane.form, "card")
        expected += [
            (f"{sort}-{item.id}", texts_of(item))
            for cell in lane.cells
            for item in cell.items
            if texts_of(item)
        ]
    for key, texts in expected:
        for text in texts:
            assert squeezed(text) in squeezed(blocks[key].text)
            assert squeezed(text) in written(blocks[key])


@many
@given(maps(most_stages=3), PAPER)
def test_no_text_is_smaller_than_the_paper_allows_unless_a_note_says_so(found, options):
    drawing = poster(found, options, pictures={})
    sizes = [
        mark.size
        for page in drawing.pages
        for block in page.blocks
        if block.key != "plan"
        for mark in block.marks
        if isinstance(mark, Text)
    ]
    assert min(sizes) >= MINIMUM[options.paper] - 0.01 or "smaller" in " ".join(drawing.notes)


@many
@given(maps(most_stages=4))
def test_one_sheet_is_as_large_as_the_map(found):
    drawing = poster(found, ExportOptions(), pictures={}, one_sheet=True)
    (page,) = drawing.pages
    assert_sound(drawing)
    for block in page.blocks:
        assert block.x >= 0
        assert block.y >= 0
        assert block.x + block.width <= page.width
        assert block.y + block.height <= page.height
    assert [title for title, _, _ in page.bookmarks] == [stage.title for stage in found.stages]


def test_the_colours_are_those_of_the_page():
    css = (Path(settings.BASE_DIR) / "static/css/app.css").read_text()
    light = css[: css.index("prefers-color-scheme: dark")]
    page = dict(re.findall(r"--([\w-]+): (#\w+)", light))
    names = {
        "paper": "PAPER", "wash": "WASH", "ink": "INK", "ink-2": "INK_2", "ink-3": "INK_3",
        "line": "LINE", "line-2": "LINE_2", "line-soft": "LINE_SOFT", "accent": "ACCENT",
        "good": "GOOD", "warn": "WARN", "bad": "BAD", "star": "STAR", "pain": "PAIN",
        "pain-line": "PAIN_LINE", "opp": "OPPORTUNITY", "opp-line": "OPPORTUNITY_LINE",
        "heat-ink": "HEAT_INK",
    }  # fmt: skip
    assert {name: getattr(theme, python) for name, python in names.items()} == {
        name: page[name] for name in names
    }
    assert theme.CARD == "#ffffff"
    assert page["card"] == "#fff"
    assert tuple(page[f"h{level}"] for level in range(11)) == theme.HEAT
    assert tuple(page[f"hue-{hue}"] for hue in range(8)) == theme.HUES
    assert {tone: page[tone] for tone in ("t1", "t2", "t3", "t4", "t5")} == theme.TONES


def test_no_style_is_smaller_than_the_smallest():
    styles = [each for each in vars(theme).values() if isinstance(each, theme.Style)]
    assert min(style.size for style in [*styles, *theme.TITLES]) == theme.SMALLEST


def test_an_empty_journey_is_still_a_poster():
    drawing = draw(make_map((), ()), one_sheet=True)
    text = " ".join(block.text for block in drawing.pages[0].blocks)
    assert "Business trip" in text
    assert "no stages yet" in text
    assert "All lanes are hidden, or this journey has none yet." in text


def test_the_title_block_says_what_a_reader_must_know():
    found = make_map(make_stages([2]), [make_lane("doing", [[], []])])
    text = " ".join(block.text for block in draw(found, one_sheet=True).pages[0].blocks)
    for said in ("Northwind", "Maya", "Current state", "v12", "Last 90 days", "Marta Ruiz",
                 "evidence 1 day old", "simulated data", "±1.3", "n 5,876",
                 "Lanes not shown: Systems."):  # fmt: skip
        assert said in text


def test_a_stage_without_steps_says_so():
    found = make_map(make_stages([1, 0, 2]), [make_lane("doing", [[], [], []])])
    drawing = draw(found, one_sheet=True)
    blocks = {block.key: block for block in drawing.pages[0].blocks}
    assert blocks["no-steps-1"].text == "no steps yet"
    assert blocks["step-0"].x < blocks["stage-1"].x < blocks["step-1"].x


def test_a_picture_keeps_its_shape():
    file = BytesIO()
    Image.new("RGB", (300, 100)).save(file, "PNG")
    content = file.getvalue()
    found = make_map(make_stages([1]), [make_lane("doing", [[Card(7, "The gate")]])])
    drawing = draw(found, pictures={7: content}, one_sheet=True)
    (picture,) = [mark for mark in drawing.pages[0].marks() if isinstance(mark, Picture)]
    assert picture.width == pytest.approx(3 * picture.height)
    assert drawing.pictures[picture.key] == content
    assert picture.alt == "The gate"


def test_a_handoff_reaches_over_the_border_that_it_bridges():
    link = Link(3, "Ground", "Cabin", "Board", True, "The list", 22, "22 min", "10 min", None, True)
    found = make_map(make_stages([2]), [make_lane("handoffs", [[link], []])])
    blocks = {b.key: b for b in draw(found, one_sheet=True).pages[0].blocks}
    assert blocks["handoff-3"].x < blocks["step-1"].x
    assert blocks["handoff-3"].x + blocks["handoff-3"].width > blocks["step-1"].x
    assert blocks["handoff-3"].text == "Ground → Cabin wait 22 min agreed 10 min The list"


def test_a_line_of_feelings_is_broken_where_nothing_is_known():
    moods = make_moods([1.0, 0.5, None, -1.0, -2.0])
    found = make_map(make_stages([5]), [make_lane("feeling", moods)])
    page = draw(found, one_sheet=True).pages[0]
    lines = [
        [mark for mark in block.marks if isinstance(mark, DrawnPath) and not mark.fill]
        for block in page.blocks
        if block.key.startswith("mood-")
    ]
    assert [len(each) for each in lines] == [2, 2, 0, 2, 2]
    assert [[mark.dashed for mark in each] for each in lines if each] == [[True, False]] * 4


def test_a_character_without_a_font_is_named_with_its_place():
    found = make_map(make_stages([1]), [make_lane("doing", [[Card(7, "Says \U00012000 twice")]])])
    (missing,) = draw(found, one_sheet=True).missing
    assert missing.character == "\U00012000"
    assert missing.place == "the card “Says \U00012000 twice” at Step 0"


REMARKS = st.lists(
    st.builds(
        Remark,
        place=TEXTS,
        author=st.sampled_from(("", "Marta Ruiz")),
        at=st.just(datetime(2026, 3, 9, 12, tzinfo=UTC)),
        text=st.one_of(TEXTS, LONG, LONG.map(lambda text: f"{text}\n\n{text} " * 8)),
        resolved=st.booleans(),
        is_reply=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@many
@given(REMARKS, PAPER)
def test_comments_stand_whole_on_sheets_of_their_own(remarks, options):
    found = make_map(make_stages([1]), [make_lane("doing", [[]])])
    before = len(poster(found, options, pictures={}).pages)
    drawing = poster(found, options, pictures={}, remarks=remarks)
    assert_sound(drawing)
    blocks = [block for page in drawing.pages[before:] for block in page.blocks]
    for number, remark in enumerate(remarks):
        parts = [block for block in blocks if block.key.startswith(f"comment-{number}-")]
        said = "".join(written(block) for block in parts)
        assert squeezed(remark.text) in said
        assert remark.is_reply or squeezed(remark.place) in said
    width, height = options.page
    assert all(block.x + block.width <= width for block in blocks)
    assert all(block.y + block.height <= height for block in blocks)


def test_a_picture_says_that_comments_are_not_on_it():
    at = datetime(2026, 3, 9, tzinfo=UTC)
    remark = Remark("Doing at Step 0", "Marta", at, "Why?", resolved=False, is_reply=False)
    found = make_map(make_stages([1]), [make_lane("doing", [[]])])
    drawing = poster(found, ExportOptions(), pictures={}, remarks=[remark], one_sheet=True)
    assert "Comments are not on a picture" in drawing.notes[0]
