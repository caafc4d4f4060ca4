# mypy: no-check-untyped-defs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics.survival import kaplan_meier

customers = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40)


@given(customers)
def test_the_curve_only_falls(cases):
    times, reached = zip(*cases, strict=True)
    curve = kaplan_meier(times, reached)
    shares = [1.0, *[share for _, share in curve.steps]]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] >= 0


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(0, 40))
def test_without_censoring_it_is_the_plain_share(times, day):
    curve = kaplan_meier(times, [True] * len(times))
    assert curve.reached_by(day) == pytest.approx(sum(t <= day for t in times) / len(times))


def test_leaving_out_who_is_not_there_yet_would_be_biased_low():
    curve = kaplan_meier([1, 2, 9, 9, 9], [True, True, False, False, False])
    assert curve.median is None
    assert curve.reached_by(5) == pytest.approx(0.4)


def test_beyond_the_observation_nothing_is_claimed():
    curve = kaplan_meier([3, 5], [True, False])
    assert curve.reached_by(5) == pytest.approx(0.5)
    assert curve.reached_by(6) is None


def test_no_customers_have_no_curve():
    assert kaplan_meier([], []) is None


@pytest.mark.parametrize(
    ("times", "reached"), [([1, 2], [True]), ([-1], [True]), ([float("nan")], [True])]
)
def test_impossible_times_are_refused(times, reached):
    with pytest.raises(ValueError, match=r"marked|below 0"):
        kaplan_meier(times, reached)
