import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics.suppression import K_COMMENTS, K_SCORES, suppress, too_close

segments = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.one_of(st.integers(0, 9), st.integers(0, 200)),
    max_size=8,
)


@given(segments, st.integers(1, 12), st.one_of(st.just(0), st.integers(0, 20)))
def test_nobody_can_be_worked_out_from_the_total(cells, k, rest):
    total = sum(cells.values()) + rest
    hidden = suppress(total, cells, k)
    assert len(set(hidden)) == len(hidden)
    assert set(hidden) <= set(cells)
    filled = {name for name, n in cells.items() if n}
    assert {name for name in filled if cells[name] < k} <= set(hidden)
    unseen = [cells[name] for name in hidden] + [rest] * (rest > 0)
    nothing_hidden = not hidden and (rest == 0 or rest >= k)
    enough_hidden = len(unseen) >= 2 and sum(unseen) >= k
    everything_hidden = set(hidden) == filled
    assert nothing_hidden or enough_hidden or everything_hidden


@given(segments, st.integers(1, 12))
def test_what_is_large_enough_is_not_hidden_without_need(cells, k):
    if all(n >= k for n in cells.values() if n):
        assert suppress(sum(cells.values()), cells, k) == ()


def test_hiding_goes_on_until_the_hidden_hold_enough():
    assert suppress(44, {"A": 30, "B": 7, "C": 3, "D": 2, "E": 2}) == ("D", "E", "C")
    assert suppress(41, {"A": 30, "B": 7, "D": 2, "E": 2}) == ("D", "E", "B")


def test_an_empty_segment_protects_nobody():
    assert suppress(40, {"A": 30, "B": 7, "C": 3, "D": 0}) == ("C", "B")


def test_few_respondents_without_a_segment_are_protected_too():
    assert suppress(52, {"A": 30, "B": 20}) == ("B",)


def test_many_respondents_without_a_segment_protect_a_small_one():
    assert suppress(60, {"A": 30, "B": 17, "C": 3}) == ("C",)


def test_without_segments_there_is_nothing_to_hide():
    assert suppress(40, {}) == ()


@pytest.mark.parametrize(("total", "cells"), [(10, {"A": 11}), (10, {"A": -1})])
def test_impossible_counts_are_refused(total, cells):
    with pytest.raises(ValueError, match=r"more than|below 0"):
        suppress(total, cells)


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [(40, 40, False), (40, 44, True), (44, 40, True), (40, 45, False)],
)
def test_two_filters_that_differ_by_a_few_people_are_refused(first, second, refused):
    assert too_close(first, second) is refused


def test_comments_need_more_people_than_numbers():
    assert (K_SCORES, K_COMMENTS) == (5, 8)
