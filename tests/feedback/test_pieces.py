"""Trends beside their whole, and beside everybody else's."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.pieces import hidden_pieces

pieces = st.dictionaries(st.integers(0, 11), st.integers(0, 40), max_size=12)


@given(pieces, pieces, st.integers(3, 10))
def test_neither_the_slice_nor_the_others_can_be_had_by_subtraction(sizes, others, minimum):
    hidden = hidden_pieces(sizes, others, [], minimum)
    for counts in (sizes, others):
        people = sum(n for piece, n in counts.items() if piece in hidden)
        everything = people == sum(counts.values())
        assert people == 0 or people >= minimum or everything
        assert all(piece in hidden for piece, n in counts.items() if 0 < n < minimum)


@given(pieces, st.integers(3, 10))
def test_nothing_is_hidden_without_need(sizes, minimum):
    large = {piece: n for piece, n in sizes.items() if n >= minimum}
    assert hidden_pieces(large, {}, [], minimum) == set()


def test_a_piece_of_too_few_takes_the_next_smallest_along():
    assert hidden_pieces({0: 30, 1: 2, 2: 9}, {}, [], 5) == {1, 2}


def test_a_piece_that_leaves_too_few_others_is_hidden_too():
    assert hidden_pieces({0: 30, 1: 30}, {0: 20, 1: 2}, [], 5) == {0, 1}
    assert hidden_pieces({0: 30, 1: 30}, {0: 20, 1: 20}, [], 5) == set()


def test_what_is_withheld_stays_so():
    assert hidden_pieces({0: 30, 1: 30}, {0: 20, 1: 20}, [1], 5) == {1}
