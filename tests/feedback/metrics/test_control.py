# mypy: no-check-untyped-defs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import control
from feedback.metrics.groups import Groups
from feedback.metrics.rate import Rate
from tests.feedback.metrics.strategies import groups, rates

periods = st.lists(rates, max_size=12)


@given(periods)
def test_limits_hold_the_centre_and_stay_between_0_and_1(given_periods):
    for chart in (
        control.p_chart(given_periods),
        control.laney_chart(given_periods),
    ):
        if chart is None:
            continue
        assert len(chart.points) == len(given_periods)
        for rate, point in zip(given_periods, chart.points, strict=True):
            if not rate.base:
                assert point == control.NO_POINT
                continue
            assert 0 <= point.lower <= chart.centre <= point.upper <= 1
            assert point.out is not (point.lower <= point.value <= point.upper)


@given(periods)
def test_laney_never_narrows_the_limits_unless_asked(given_periods):
    wide, plain = control.laney_chart(given_periods), control.p_chart(given_periods)
    if wide is not None:
        for one, other in zip(wide.points, plain.points, strict=True):
            if one.value is not None:
                assert one.lower <= other.lower
                assert one.upper >= other.upper


def test_a_quiet_process_has_a_sigma_below_one_that_is_not_applied():
    quiet = [Rate(80 + i % 2, 100) for i in range(8)]
    chart = control.laney_chart(quiet)
    assert chart.sigma_z < 1
    assert chart.points == control.p_chart(quiet).points
    assert control.laney_chart(quiet, narrow=True).points[0].lower > chart.points[0].lower


def test_without_answers_there_is_no_chart():
    assert control.p_chart([]) is None
    assert control.p_chart([Rate(0, 0)]) is None
    assert control.laney_chart([Rate(3, 9)]) is None
    assert control.nps_chart(Groups(0, 0, 0), [Groups(1, 1, 1)]) is None


def test_a_period_without_answers_is_none_and_never_zero():
    assert control.p_chart([Rate(8, 10), Rate(0, 0)]).points[1] == control.NO_POINT
    chart = control.nps_chart(Groups(1, 2, 3), [Groups(0, 0, 0)])
    assert chart.points == (control.NO_POINT,)


def test_a_unanimous_baseline_has_no_z_but_finds_any_change():
    chart = control.p_chart([Rate(9, 10), Rate(7, 7)], baseline=Rate(50, 50))
    assert [point.z for point in chart.points] == [None, None]
    assert [point.out for point in chart.points] == [True, False]


@given(groups, st.lists(groups, max_size=6))
def test_limits_of_nps_hold_the_baseline(baseline, given_periods):
    chart = control.nps_chart(baseline, given_periods)
    if chart is not None:
        for point in chart.points:
            if point.value is not None:
                assert -100 <= point.lower <= chart.centre <= point.upper <= 100


def test_cusum_finds_a_lasting_fall_that_single_periods_hide():
    fallen = [Rate(k, 20) for k in (14, 15, 14, 13, 15, 14, 14, 14, 13, 14)]
    assert not any(p.out for p in control.p_chart(fallen, baseline=Rate(800, 1000)).points)
    assert control.cusum(fallen, p0=0.8, p1=0.7)[-1].alert


def test_cusum_stays_at_zero_while_all_is_well():
    steps = control.cusum([Rate(18, 20)] * 9, p0=0.8, p1=0.7)
    assert {step.value for step in steps} == {0}


@pytest.mark.parametrize(("p0", "p1"), [(0.8, 0.8), (0, 0.5), (0.8, 1), (float("nan"), 0.5)])
def test_cusum_needs_two_different_rates(p0, p1):
    with pytest.raises(ValueError, match="must differ"):
        control.cusum([], p0=p0, p1=p1)


def test_ewma_alerts_after_a_shift_and_not_before():
    steps = control.ewma([0.5, -0.5] * 10 + [1.5] * 20)
    first = next(i for i, step in enumerate(steps) if step.alert)
    assert 20 <= first <= 30
    assert steps[-1].value == pytest.approx(1.5, abs=0.05)


def test_ewma_in_control_alerts_about_every_500_periods():
    random = np.random.default_rng(7)
    lengths = []
    for _ in range(40):
        steps = control.ewma(random.standard_normal(4000).tolist())
        lengths.append(next((i for i, step in enumerate(steps, 1) if step.alert), 4000))
    assert 300 < sum(lengths) / len(lengths) < 800


@pytest.mark.parametrize("weight", [0, 1.1])
def test_ewma_needs_a_weight_above_0_and_up_to_1(weight):
    with pytest.raises(ValueError, match="weight"):
        control.ewma([], weight=weight)


@given(st.lists(st.floats(-1, 1), max_size=40), st.integers(2, 9))
def test_a_run_is_what_it_says(values, run):
    index = control.run_rule(values, 0, run)
    ends = [
        i
        for i in range(run - 1, len(values))
        if all(v > 0 for v in values[i - run + 1 : i + 1])
        or all(v < 0 for v in values[i - run + 1 : i + 1])
    ]
    assert index == (ends[0] if ends else None)


@given(st.lists(rates, max_size=20), st.integers(1, 30))
def test_merged_periods_are_large_enough_and_lose_nothing_before_the_last(given_periods, minimum):
    merged = control.merge_periods(given_periods, minimum)
    assert all(period.rate.base >= minimum for period in merged)
    kept = given_periods[: merged[-1].last + 1] if merged else []
    assert sum((period.rate for period in merged), Rate(0, 0)) == sum(kept, Rate(0, 0))
    rest = given_periods[len(kept) :]
    assert sum(rate.base for rate in rest) < minimum
