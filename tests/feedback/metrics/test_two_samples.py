# mypy: no-check-untyped-defs
"""Two-sample tests against scipy.stats, which the package itself does without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feedback.metrics import two_samples
from tests.feedback.metrics.strategies import pairs

arms = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(arms, arms)
def test_fisher_agrees_with_scipy(first, second):
    (k1, n1), (k2, n2) = first, second
    test = two_samples.fisher(k1, n1, k2, n2)
    if not n1 or not n2:
        assert test is None
        return
    expected = stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]])
    assert test.p == pytest.approx(expected.pvalue, rel=1e-6)


def test_fisher_holds_out_against_large_numbers():
    test = two_samples.fisher(1, 2, 900_000, 1_000_000)
    assert test.p == pytest.approx(stats.binomtest(1, 2, 0.9).pvalue, abs=1e-4)
    assert two_samples.fisher(0, 5000, 5000, 5000).p == 0
    assert two_samples.fisher(0, 5, 5, 5).odds_ratio == 0
    assert two_samples.fisher(5, 5, 0, 5).odds_ratio is None


@given(pairs)
def test_welch_agrees_with_scipy(pair):
    first, second = pair
    if first.n < 2 or second.n < 2 or not (first.variance or second.variance):
        return
    test = two_samples.welch(
        first.mean, first.variance, first.n, second.mean, second.variance, second.n
    )
    expected = stats.ttest_ind_from_stats(
        second.mean, second.sd, second.n, first.mean, first.sd, first.n, equal_var=False
    )
    assert test.t == pytest.approx(expected.statistic, abs=1e-9)
    assert test.p == pytest.approx(expected.pvalue, abs=1e-9)
    assert test.low <= test.difference <= test.high


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=8))
def test_mann_whitney_agrees_with_scipy(cells):
    first, second = zip(*cells, strict=True)
    test = two_samples.mann_whitney(first, second)
    if not sum(first) or not sum(second):
        assert test is None
        return
    answers = [[score for score, n in enumerate(arm) for _ in range(n)] for arm in (first, second)]
    if len(set(answers[0] + answers[1])) == 1:
        assert (test.z, test.p, test.prob_superiority) == (None, None, 0.5)
        return
    expected = stats.mannwhitneyu(answers[1], answers[0], method="asymptotic")
    assert test.u == expected.statistic
    assert test.p == pytest.approx(min(expected.pvalue, 1), abs=1e-9)


def test_mann_whitney_needs_the_same_categories():
    with pytest.raises(ValueError, match="same categories"):
        two_samples.mann_whitney([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="below 0"):
        two_samples.mann_whitney([1, -2], [1, 2])


@given(arms, arms)
def test_newcombe_holds_the_difference(first, second):
    interval = two_samples.newcombe(*first, *second)
    if not first[1] or not second[1]:
        assert interval is None
        return
    difference = 100 * (second[0] / second[1] - first[0] / first[1])
    assert -100 - 1e-9 <= interval[0] <= difference + 1e-9
    assert difference - 1e-9 <= interval[1] <= 100 + 1e-9


@pytest.mark.parametrize("test", [two_samples.pooled_z, two_samples.n_minus_1])
def test_arms_without_answers_or_difference_have_no_z(test):
    assert test(0, 0, 3, 5) is None
    assert test(5, 5, 5, 5) is None


@pytest.mark.parametrize("test", [two_samples.pooled_z, two_samples.fisher])
def test_more_hits_than_answers_are_refused(test):
    with pytest.raises(ValueError, match="not two proportions"):
        test(6, 5, 1, 5)
