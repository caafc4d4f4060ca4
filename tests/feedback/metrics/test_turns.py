"""Turns to the worse and back, and how often such a watch errs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics.control import cusum
from feedback.metrics.rate import Rate
from feedback.metrics.turns import HIGHEST, Plan, follow, plan, run_length

USUAL, BAD = Rate(4, 20), Rate(12, 20)
BY = Plan(0.2, 0.3)


class TestPlan:
    @given(st.integers(1, 5000), st.floats(0, 1))
    def test_p1_is_a_rise_of_five_to_ten_points(self, base, share):
        found = plan(Rate(round(share * base), base))
        if found is None:
            assert share > HIGHEST - 0.5
            return
        assert round(share * base) / base <= found.p0 < found.p1 < 1
        if found.p0 <= 0.8:
            assert 0.05 - 1e-9 <= found.p1 - found.p0 <= 0.10 + 1e-9

    def test_a_rare_share_doubles(self):
        found = plan(Rate(7_000, 100_000))
        assert found.p1 == pytest.approx(2 * found.p0)

    def test_p0_comes_nearer_to_the_share_as_answers_grow(self):
        few, many = plan(Rate(20, 100)), plan(Rate(20_000, 100_000))
        assert few.p0 > many.p0 > 0.2
        assert many.p0 == pytest.approx(0.2, abs=0.001)

    @pytest.mark.parametrize("baseline", [Rate(0, 0), Rate(97, 100)])
    def test_nothing_to_watch(self, baseline):
        assert plan(baseline) is None


class TestFollow:
    def test_all_is_well(self):
        course = follow([USUAL] * 30, BY)
        assert not course.worse
        assert (course.began, course.called) == (None, None)
        assert {mark.worse for mark in course.marks} == {False}

    def test_a_rise_is_called_and_dated_to_where_it_began(self):
        course = follow([USUAL] * 10 + [BAD] * 5, BY)
        assert course.worse
        assert course.began == 10
        assert 10 < course.called < 14

    def test_until_it_calls_it_is_the_cusum_of_the_metrics(self):
        periods = [USUAL] * 3 + [BAD] * 2
        steps = cusum(periods, p0=0.2, p1=0.3)
        assert [mark.value for mark in follow(periods, BY).marks] == [s.value for s in steps]

    def test_the_way_back_needs_as_much_evidence(self):
        lasting = follow([USUAL] * 5 + [BAD] * 4 + [USUAL] * 2, BY)
        over = follow([USUAL] * 5 + [BAD] * 4 + [USUAL] * 30, BY)
        assert lasting.worse
        assert lasting.marks[-1].worse
        assert not over.worse
        back = [mark for mark in over.marks if mark.worse]
        assert back[-1].value > BY.h

    def test_a_second_turn_is_another(self):
        course = follow([USUAL] * 5 + [BAD] * 4 + [USUAL] * 30 + [BAD] * 5, BY)
        assert course.began == 39

    @given(st.lists(st.integers(0, 20), max_size=40))
    def test_every_period_has_its_mark(self, lows):
        course = follow([Rate(low, 20) for low in lows], BY)
        assert len(course.marks) == len(lows)
        assert course.worse == (course.began is not None)
        if course.worse:
            assert course.began <= course.called < len(lows)


class TestRunLength:
    @pytest.mark.parametrize(
        ("n", "calls", "finds"), [(20, 981, 9.4), (50, 779, 4.4), (200, 972, 1.5)]
    )
    def test_agrees_with_the_table_of_the_specification(self, n, calls, finds):
        # What is stated there was simulated: some per cent off.
        assert run_length(n, 0.2, BY) == pytest.approx(calls, rel=0.07)
        assert run_length(n, 0.3, BY) == pytest.approx(finds, rel=0.05)

    @pytest.mark.parametrize(("n", "share"), [(7, 0.1), (30, 0.15), (120, 0.14)])
    def test_agrees_with_a_simulation(self, n, share):
        by, rng = Plan(0.1, 0.18), np.random.default_rng(7)
        hit, miss = math.log(by.p1 / by.p0), math.log((1 - by.p1) / (1 - by.p0))
        states, lengths, alive = np.zeros(3000), np.zeros(3000), np.arange(3000)
        while alive.size:
            hits = rng.binomial(n, share, alive.size)
            states = np.maximum(0, states + hits * hit + (n - hits) * miss)
            lengths[alive] += 1
            alive, states = alive[states <= by.h], states[states <= by.h]
        error = lengths.std() / math.sqrt(lengths.size)
        assert abs(run_length(n, share, by) - lengths.mean()) < 4 * error + 0.02 * lengths.mean()

    def test_many_answers_are_no_trouble(self):
        assert run_length(50_000, 0.3, BY) == pytest.approx(1)
