"""Tiles: whatever is cut by one is whole on another, and all of the poster is on some."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from journeys.exports.options import PAPERS, ExportOptions
from journeys.maps.drawing import Rule
from journeys.maps.grid import Card
from journeys.maps.layout.poster import poster
from journeys.maps.sheets.tiles import TooLargeError, letters, parts
from tests.journeys.exports.random_maps import make_lane, make_map, make_stages, maps

TILED = st.builds(
    ExportOptions,
    paper=st.sampled_from(list(PAPERS)),
    orientation=st.sampled_from(("landscape", "portrait")),
    tiled=st.just(True),
)
many = hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def is_whole(block, page):
    left, top, width, height = page.clip
    return (
        block.x >= left - 0.01 and block.x + block.width <= left + width + 0.01
        and block.y >= top - 0.01 and block.y + block.height <= top + height + 0.01
    )  # fmt: skip


@many
@given(maps(), TILED)
def test_every_block_is_whole_on_a_tile(found, options):
    _, *tiles = poster(found, options, pictures={}).pages
    whole = {block.key for page in tiles for block in page.blocks if is_whole(block, page)}
    assert whole == {block.key for page in tiles for block in page.blocks}
    assert {"title", "legend", "footer"} <= whole


@many
@given(maps(), TILED)
def test_tiles_fit_the_paper_with_their_crop_marks(found, options):
    width, height = options.page
    for page in poster(found, options, pictures={}).pages[1:]:
        assert (page.width, page.height) == (width, height)
        left, top, wide, high = page.clip
        assert left >= 18
        assert top >= 18
        assert left + wide <= width - 18
        assert top + high <= height - 18
        marks = [mark for mark in page.above if isinstance(mark, Rule)]
        assert len(marks) == 8
        for mark in marks:
            assert 5 <= mark.x1 <= mark.x2 <= width - 5 or 5 <= mark.x2 <= mark.x1
            assert min(mark.y1, mark.y2) >= 5
            assert max(mark.y1, mark.y2) <= height - 5


@many
@given(maps(most_stages=4), TILED)
def test_each_stage_has_one_bookmark_among_the_tiles(found, options):
    _, *tiles = poster(found, options, pictures={}).pages
    titles = [title for page in tiles for title, _, _ in page.bookmarks]
    assert titles == [stage.title for stage in found.stages]


def test_the_assembly_sheet_shows_every_tile_and_how_many_there_are():
    cards = [[Card(100 * step + number, "Waits " * 40) for number in range(3)] for step in range(9)]
    found = make_map(make_stages([3, 3, 3]), [make_lane("doing", cards)])
    drawing = poster(found, ExportOptions(paper="a4", tiled=True), pictures={})
    words, plan = drawing.pages[0].blocks
    labels = [next(m.text for m in page.above if hasattr(m, "text")) for page in drawing.pages[1:]]
    assert plan.text.split() == labels
    assert labels[0] == "A1"
    assert f"Print the {len(labels)} sheets" in words.text


def test_a_card_larger_than_a_sheet_is_drawn_smaller_and_a_note_says_so():
    found = make_map(make_stages([1]), [make_lane("doing", [[Card(1, "Waits again " * 900)]])])
    drawing = poster(found, ExportOptions(paper="a4", tiled=True), pictures={})
    assert "drawn smaller" in drawing.notes[0]
    _, *tiles = drawing.pages
    assert any(b.key == "card-1" and is_whole(b, page) for page in tiles for b in page.blocks)


def test_a_map_that_fits_is_one_sheet_unless_tiles_were_asked_for():
    found = make_map(make_stages([2]), [make_lane("doing", [[], []])])
    one = poster(found, ExportOptions(paper="a3"), pictures={})
    assert [page.clip for page in one.pages] == [None]
    several = poster(found, ExportOptions(paper="a3", tiled=True), pictures={})
    assert [page.clip is None for page in several.pages][:2] == [True, False]


def test_borders_lie_between_columns_where_nothing_crosses():
    spans = [(column * 100 + 8, column * 100 + 92) for column in range(10)]
    borders = [column * 100 for column in range(11)]
    assert parts(spans, borders, 1000, 350) == [(0, 300), (300, 600), (600, 900), (900, 1000)]


def test_what_every_border_crosses_is_repeated_whole():
    bridges = [(column * 100 + 8, column * 100 + 192) for column in range(9)]
    borders = [column * 100 for column in range(11)]
    found = parts(bridges, borders, 1000, 350)
    assert found[:2] == [(0, 300), (200, 500)]
    assert all(any(a <= left and right <= b for a, b in found) for left, right in bridges)


@given(
    st.lists(st.tuples(st.floats(0, 950), st.floats(1, 90)), max_size=60),
    st.lists(st.floats(1, 999), max_size=20),
)
def test_parts_hold_every_span_whole(starts, borders):
    spans = [(start, min(1000, start + width)) for start, width in starts]
    found = parts(spans, borders, 1000, 100)
    assert found[0][0] == 0
    assert found[-1][1] == 1000
    assert all(end - start <= 100.02 for start, end in found)
    assert all(later <= end for (_, end), (later, _) in pairwise(found))
    assert all(any(a <= left and right <= b for a, b in found) for left, right in spans)


def test_a_span_longer_than_the_room_is_refused():
    with pytest.raises(TooLargeError):
        parts([(50, 200)], [100], 300, 120)


def test_rows_are_lettered_like_a_spreadsheet():
    assert [letters(number) for number in (0, 25, 26, 51, 52, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "AAA",
    ]  # fmt: skip
