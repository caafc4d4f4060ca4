"""Numbers shown beside each other: what anybody can work out from them holds enough people."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.metrics.suppression import Cell, shown_together, suppress_crossed

K = 5


def follows(target: list[int], known: list[list[int]]) -> bool:
    """Whether a sum of unknowns is a linear combination of sums that are known."""
    if not known:
        return False
    rank = np.linalg.matrix_rank(np.array(known))
    return bool(np.linalg.matrix_rank(np.array([*known, target])) == rank)


class TestSpans:
    def test_the_first_named_stays_and_the_next_goes(self) -> None:
        until = {0: 0, 30: 12, 90: 15}
        assert shown_together([(0, 90), (0, 30)], until, K) == [True, False]
        assert shown_together([(0, 30), (0, 90)], until, K) == [True, False]

    def test_enough_between_them_is_fine(self) -> None:
        assert shown_together([(0, 90), (0, 30)], {0: 0, 30: 12, 90: 17}, K) == [True, True]

    def test_the_same_answers_in_both_are_fine(self) -> None:
        assert shown_together([(0, 90), (0, 30)], {0: 0, 30: 12, 90: 12}, K) == [True, True]

    def test_three_may_give_away_what_two_do_not(self) -> None:
        until = {0: 0, 30: 20, 60: 40, 90: 43}
        assert shown_together([(0, 90), (0, 30), (30, 60)], until, K) == [True, True, False]

    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(st.integers(0, 12), min_size=5, max_size=5),
        st.permutations([(0, 2), (2, 4), (0, 1), (1, 2), (0, 4), (0, 5)]),
    )
    def test_no_stretch_of_time_can_be_worked_out_that_holds_too_few(
        self, sizes: list[int], spans: list[tuple[int, int]]
    ) -> None:
        until = {edge: sum(sizes[:edge]) for edge in range(6)}
        shown = shown_together(spans, until, K)
        known = [
            [int(first <= piece < last) for piece in range(5)]
            for (first, last), visible in zip(spans, shown, strict=True)
            if visible
        ]
        for first, last in combinations(range(6), 2):
            if 0 < sum(sizes[first:last]) < K:
                assert not follows([int(first <= piece < last) for piece in range(5)], known)
        if not 0 < until[spans[0][1]] - until[spans[0][0]] < K:
            assert shown[0]


cells = st.dictionaries(
    st.tuples(st.sampled_from([1, 2, 3, None]), st.sampled_from([7, 8, 9, None])),
    st.integers(0, 14),
    max_size=12,
)


class TestCrossed:
    def test_a_small_cell_takes_one_of_its_row_and_one_of_its_column_along(self) -> None:
        table: dict[Cell, int] = {(1, 7): 2, (1, 8): 40, (2, 7): 50, (2, 8): 60, (3, 9): 6}
        assert suppress_crossed(table, K) == {(1, 7), (1, 8), (2, 7), (2, 8)}

    def test_nothing_goes_where_nothing_is_small(self) -> None:
        assert suppress_crossed({(1, 7): 20, (1, 8): 40, (2, 7): 50}, K) == set()

    def test_those_of_no_segment_are_never_shown_and_hide_nobody_else_if_they_are_enough(
        self,
    ) -> None:
        assert suppress_crossed({(1, 7): 20, (None, 7): 40}, K) == {(None, 7)}

    @settings(max_examples=150, deadline=None)
    @given(cells)
    def test_no_small_cell_can_be_worked_out(self, table: dict[Cell, int]) -> None:
        hidden = suppress_crossed(table, K)
        filled = [cell for cell, n in table.items() if n]
        totals = [
            [int(cell[axis] == line) for cell in filled]
            for axis in (0, 1)
            for line in {cell[axis] for cell in filled} - {None}
        ]
        shown = [[int(each == cell) for each in filled] for cell in filled if cell not in hidden]
        for cell in filled:
            if table[cell] < K:
                assert cell in hidden
                target = [int(each == cell) for each in filled]
                # Where the totals alone tell, as in a row of one cell, the total is what is small.
                assert follows(target, totals) or not follows(target, totals + shown)
