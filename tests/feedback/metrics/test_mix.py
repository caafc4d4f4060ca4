import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feedback.metrics.histogram import Histogram
from feedback.metrics.mix import mix_test, standardised
from feedback.metrics.scales import CSAT

counts = st.lists(st.integers(0, 300), min_size=2, max_size=6)


def satisfied(yes: int, no: int) -> Histogram:
    return Histogram(CSAT, (no, 0, 0, yes, 0))


@given(counts.flatmap(lambda a: st.tuples(st.just(a), st.lists(
    st.integers(0, 300), min_size=len(a), max_size=len(a)
))))  # fmt: skip
def test_it_is_the_chi_square_test_of_the_table(sides):
    found = mix_test(*sides)
    filled = [pair for pair in zip(*sides, strict=True) if sum(pair)]
    if found is None:
        assert len(filled) < 2 or not all(map(sum, sides))
        return
    expected = stats.chi2_contingency(list(zip(*filled, strict=True)), correction=False)
    assert found.chi2 == pytest.approx(expected.statistic)
    assert found.df == expected.dof
    assert found.p == pytest.approx(expected.pvalue, abs=1e-12)
    assert 0 <= found.v <= 1 + 1e-9


def test_many_answers_do_not_make_a_small_difference_matter():
    few, many = mix_test([50, 50], [80, 20]), mix_test([500_000, 500_000], [510_000, 490_000])
    assert few.clear
    assert many.p < 0.001
    assert not many.clear


@pytest.mark.parametrize("sides", [([1, 2], [1]), ([-1, 2], [1, 1])])
def test_what_is_no_table_is_refused(sides):
    with pytest.raises(ValueError, match=r"same parts|below 0"):
        mix_test(*sides)


def test_simpson_is_seen_through():
    """Each part fell, and the total rose, because more of the content part answered."""
    a = {"new": satisfied(30, 70), "loyal": satisfied(9, 1)}
    b = {"new": satisfied(2, 8), "loyal": satisfied(80, 20)}
    total = [sum(side.values(), Histogram.empty(CSAT)) for side in (a, b)]
    assert total[1].positive / total[1].n > total[0].positive / total[0].n
    before, after = standardised(a, b)
    assert after - before == pytest.approx(-10)


def test_parts_on_one_side_only_stay_out():
    a, b = {"x": satisfied(5, 5)}, {"x": satisfied(8, 2), "y": satisfied(0, 9)}
    assert standardised(a, b) == pytest.approx((50, 80))
    assert standardised(a, {"y": satisfied(1, 1)}) is None
