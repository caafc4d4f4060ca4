"""The feeling lane's lines: each column draws its own piece, and the pieces meet."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from journeys.maps.curve import HEIGHT, band_pieces, pieces, y_of

feelings = st.lists(st.one_of(st.none(), st.floats(-2, 2)), max_size=12)


def points(path: str) -> list[tuple[float, float]]:
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@given(feelings)
def test_neighbouring_pieces_meet_at_the_border(line):
    drawn = pieces(line)
    for left, right in pairwise(drawn):
        ends = left and points(left)[-1][0] == 100
        begins = right and points(right)[0][0] == 0
        assert bool(ends) == bool(begins)
        if ends and begins:
            assert points(left)[-1][1] == points(right)[0][1]


@given(feelings)
def test_a_piece_passes_through_its_own_feeling_and_stays_inside(line):
    for feeling, path in zip(line, pieces(line), strict=True):
        if not path:
            continue
        assert any(x == 50 and abs(y - y_of(feeling)) <= 0.05 for x, y in points(path))
        assert all(0 <= x <= 100 and 0 <= y <= HEIGHT for x, y in points(path))


def test_a_missing_feeling_breaks_the_line_and_is_not_bridged():
    left, gap, right = pieces([1, None, 1])
    assert (left, gap, right) == ("", "", "")
    first, second, gap, *_ = pieces([1, 0, None, 1, 0])
    assert first
    assert second
    assert gap == ""
    assert points(second)[-1][0] == 50


def test_better_is_higher():
    assert y_of(2) < y_of(0) < y_of(-2)


def test_a_band_is_closed_and_missing_where_its_line_is():
    assert band_pieces([0, None], [1, None])[1] == ""
    first, second = band_pieces([0, 0.5], [1, 1.5])
    assert first.endswith("Z")
    assert second.endswith("Z")


def test_the_band_of_a_point_alone_is_a_narrow_bar_about_it():
    lone, gap, first, second = band_pieces([0, None, 0, 0], [1, None, 1, 1])
    assert points(lone) == [(47, y_of(1)), (53, y_of(1)), (53, y_of(0)), (47, y_of(0))]
    assert lone.endswith("Z")
    assert gap == ""
    assert points(first)[0][0] == 50
    assert points(second)[0][0] == 0
