# mypy: no-check-untyped-defs
import math

import pytest
from hypothesis import given

from feedback.metrics import compare
from feedback.metrics.compare import Difference
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CES, CES_5, CSAT, NPS
from tests.feedback.metrics.strategies import SCALE_LIST, pairs

LIMIT = {"nps": 200, "csat": 100}


def numbers(difference: Difference) -> list[float]:
    values = difference.value, difference.low, difference.high, difference.p
    return [value for value in values if value is not None]


@given(pairs)
def test_a_difference_is_made_of_numbers_or_none(pair):
    before, after = pair
    difference = compare.compare(before, after)
    assert all(map(math.isfinite, numbers(difference)))
    assert (difference.value is None) == (not before.n or not after.n)
    assert difference.p is None or 0 <= difference.p <= 1
    assert difference.clear is (None if difference.p is None else difference.p < 0.05)
    if difference.low is not None:
        scale = before.scale
        limit = LIMIT.get(scale.metric, scale.high - scale.low) + 1e-9
        assert -limit <= difference.low <= difference.high <= limit


@given(pairs)
def test_the_p_value_alone_is_that_of_the_difference(pair):
    assert compare.compare_p(*pair) == compare.compare(*pair).p


@given(pairs)
def test_shares_and_means_lie_in_the_interval_of_their_difference(pair):
    before, after = pair
    difference = compare.compare(before, after)
    if before.scale.metric != "nps" and difference.low is not None:
        assert difference.low - 1e-9 <= difference.value <= difference.high + 1e-9


@given(pairs)
def test_exchanging_before_and_after_turns_the_difference_round(pair):
    there, back = compare.compare(*pair), compare.compare(*reversed(pair))
    if there.value is None:
        assert back == there
        return
    assert back.value == pytest.approx(-there.value)
    assert back.test == there.test
    assert back.p == (None if there.p is None else pytest.approx(there.p, abs=1e-9))
    if there.low is not None:
        assert back.low == pytest.approx(-there.high)
        assert back.high == pytest.approx(-there.low)


@pytest.mark.parametrize("scale", SCALE_LIST)
def test_without_answers_on_one_side_there_is_no_difference(scale):
    some = Histogram(scale, tuple(9 for _ in scale.points))
    nothing = Difference(None, None, None, None, "none")
    for pair in [
        (some, Histogram.empty(scale)),
        (Histogram.empty(scale), some),
        (Histogram.empty(scale), Histogram.empty(scale)),
    ]:
        assert compare.compare(*pair) == nothing
    assert nothing.clear is None


@pytest.mark.parametrize("scale", SCALE_LIST)
def test_no_change_is_not_a_clear_difference(scale):
    hist = Histogram(scale, tuple(9 for _ in scale.points))
    difference = compare.compare(hist, hist)
    assert difference.value == 0
    assert difference.p == pytest.approx(1)
    assert difference.clear is False


def test_each_metric_has_its_test():
    assert compare.compare(*2 * [Histogram(NPS, (3,) * 11)]).test == compare.Z_ADJUSTED
    assert compare.compare(*2 * [Histogram(CSAT, (3,) * 5)]).test == compare.N_MINUS_1
    assert compare.compare(*2 * [Histogram(CES, (3,) * 7)]).test == compare.WELCH


def test_few_expected_answers_call_for_fishers_exact_test():
    before, after = Histogram(CSAT, (0, 0, 0, 0, 8)), Histogram(CSAT, (1, 0, 0, 0, 8))
    difference = compare.compare(before, after)
    assert difference.test == compare.FISHER
    assert difference.p == pytest.approx(1)
    assert difference.value == pytest.approx(-100 / 9)


@pytest.mark.parametrize(("first", "second"), [([4], [1, 7]), ([4] * 9, [5] * 9)])
def test_means_without_enough_spread_have_a_difference_but_no_test(first, second):
    difference = compare.compare(
        Histogram.from_answers(CES, first), Histogram.from_answers(CES, second)
    )
    assert difference.value is not None
    assert (difference.low, difference.high, difference.p) == (None, None, None)
    assert difference.clear is None


def test_different_scales_are_not_compared():
    with pytest.raises(ValueError, match="cannot be compared"):
        compare.compare(Histogram.empty(CES), Histogram.empty(CES_5))
