# mypy: no-check-untyped-defs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import revenue


def test_a_start_of_nothing_is_none_and_never_zero():
    assert revenue.churn(0, 0) is None
    assert revenue.retention(0, 0) is None
    assert revenue.net_revenue_retention(0, 500, 0, 0) is None
    assert revenue.gross_revenue_retention(0, 0, 0) is None
    assert revenue.response_rate(0, 0) is None


def test_without_churn_a_lifetime_has_no_end():
    assert revenue.clv_simple(500, 0.8, 0) is None
    assert revenue.clv_discounted(500, 0.8, 0, 0) is None
    assert revenue.clv_discounted(500, 0.8, 0, 0.01) == pytest.approx(40_000)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_who_is_not_lost_is_kept(case):
    assert revenue.churn(*case) + revenue.retention(*case) == pytest.approx(100)
    assert 0 <= revenue.churn(*case) <= 100


@given(st.floats(1, 1e9), st.floats(0, 1e9), st.floats(0, 0.5), st.floats(0, 0.5))
def test_gross_retention_is_at_most_100_and_never_above_net(start, expansion, less, gone):
    lost = less * start, gone * start
    gross = revenue.gross_revenue_retention(start, *lost)
    assert -1e-9 <= gross <= 100
    assert gross <= revenue.net_revenue_retention(start, expansion, *lost) + 1e-6


def test_response_rate():
    assert revenue.response_rate(30, 400) == 7.5


@pytest.mark.parametrize(
    "make",
    [
        lambda: revenue.churn(10, 11),
        lambda: revenue.churn(10, -1),
        lambda: revenue.net_revenue_retention(100, -1, 0, 0),
        lambda: revenue.gross_revenue_retention(100, 60, 50),
        lambda: revenue.clv_simple(500, 80, 0.05),
        lambda: revenue.clv_discounted(500, 0.8, 0.05, -0.1),
        lambda: revenue.response_rate(5, 4),
    ],
)
def test_impossible_amounts_are_refused(make):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        make()
