"""Claims keep their word: simulated comparisons without a difference, and with one."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from scipy import stats

from benchmarks.compare_simulation import (
    COMPARISONS,
    POPULATIONS,
    SIZES,
    UNEVEN,
    among_many,
    by_test,
    needed,
    of_claim,
    p_values,
)
from feedback.metrics import sample_size
from feedback.metrics.claims import claim_p, mean_score_p, share_claim_p
from feedback.metrics.compare import compare
from feedback.metrics.compare_events import compare_durations
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.histogram import Histogram
from feedback.metrics.multiplicity import holm
from feedback.metrics.scales import CSAT, NPS
from feedback.metrics.two_samples import n_minus_1
from tests.feedback.metrics.strategies import pairs

ALPHA = 0.05


def sampling_error(times: int, share: float = ALPHA) -> float:
    """How far a share of so many simulations lies from the true one, 99 times in 100."""
    return 2.576 * math.sqrt(share * (1 - share) / times)


def claims(of, name: str, sizes: tuple[int, int], times: int = COMPARISONS) -> float:
    scale, shares = POPULATIONS[name]
    values = p_values(of, scale, (shares, shares), sizes, times, seed=3)
    return sum(p < ALPHA for p in values) / times


@pytest.mark.parametrize("name", ["NPS +30", "NPS −20", "CSAT 80 %", "Effort 5.0", "Effort 6.3"])
@pytest.mark.parametrize("of", [by_test, of_claim])
def test_without_a_difference_five_in_a_hundred_are_claimed(name, of):
    assert claims(of, name, (100, 100)) == pytest.approx(ALPHA, abs=sampling_error(COMPARISONS))


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("sizes", [(10, 10), (30, 300), (10, 400)])
def test_small_skewed_and_unequal_samples_are_claimed_no_more_often(name, sizes):
    assert claims(of_claim, name, sizes, 2_000) <= ALPHA + sampling_error(2_000)


def test_the_usual_test_of_means_would_not_keep_its_word_there():
    assert claims(by_test, "Effort 6.3", (10, 400), 2_000) > 2 * ALPHA


@pytest.mark.parametrize("uneven", [False, True])
def test_after_correction_a_page_makes_a_false_claim_five_times_in_a_hundred_at_most(uneven):
    pages, size = 1_000, 10
    every = list(POPULATIONS.values())
    places = [
        (*every[-1], UNEVEN) if uneven else (*every[n % len(every)], SIZES[n % len(SIZES)])
        for n in range(size)
    ]
    columns = [
        p_values(among_many, scale, (shares, shares), sizes, pages, seed=100 + number)
        for number, (scale, shares, sizes) in enumerate(places)
    ]
    found = list(zip(*columns, strict=True))
    assert sum(min(holm(page)) < ALPHA for page in found) / pages <= ALPHA + sampling_error(pages)
    if not uneven:
        assert sum(min(page) < ALPHA for page in found) / pages > 0.2


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("NPS −20", "NPS +30", 1), ("CSAT 50 %", "CSAT 80 %", 2), ("Effort 5.0", "Effort 6.3", 1)],
)
def test_a_real_difference_is_found_as_often_as_the_sample_size_says(first, second, ratio):
    (scale, one), (_, two) = POPULATIONS[first], POPULATIONS[second]
    # Half way between: differences so large would need too few answers for any approximation.
    two = tuple((a + b) / 2 for a, b in zip(one, two, strict=True))
    n = needed(scale, one, two, ratio)
    values = p_values(of_claim, scale, (one, two), (n, n * ratio), 3_000, seed=5)
    assert sum(p < ALPHA for p in values) / 3_000 == pytest.approx(0.8, abs=0.035)


def test_power_for_shares_is_that_of_all_outcomes():
    n = sample_size.shares_for_difference(0.7, 0.85)
    first, second = (stats.binom(n, share).pmf(np.arange(n + 1)) for share in (0.7, 0.85))
    power = math.fsum(
        first[a] * second[b]
        for a in range(n + 1)
        for b in range(n + 1)
        if first[a] * second[b] > 1e-9 and (n_minus_1(a, n, b, n) or _NEVER).p < ALPHA
    )
    assert power == pytest.approx(0.8, abs=0.02)


class _NEVER:
    p = 1.0


@pytest.mark.parametrize("effect", [0.2, 0.35, 0.5, 0.8])
def test_answers_for_means_are_those_of_the_noncentral_t(effect):
    def power(n: int) -> float:
        df, noncentral = 2 * n - 2, effect * math.sqrt(n / 2)
        edge = stats.t.ppf(1 - ALPHA / 2, df)
        return float(stats.nct.sf(edge, df, noncentral) + stats.nct.cdf(-edge, df, noncentral))

    n = sample_size.means_for_difference(1.0, 1.0, effect)
    assert power(n + 1) >= 0.8 > power(n - 2)


def test_answers_for_ranks_are_found_by_simulation():
    n = sample_size.ranks_for_difference(0.65, ratio=2)
    shift = math.sqrt(2) * stats.norm.ppf(0.65)
    random = np.random.default_rng(8)

    def waits(size: int, more: float) -> DurationHistogram:
        return DurationHistogram.from_seconds(np.exp(random.normal(6 + more, 1, size)).tolist())

    found = sum(compare_durations(waits(n, 0), waits(2 * n, shift)).p < ALPHA for _ in range(600))
    assert found / 600 == pytest.approx(0.8, abs=0.05)


@given(pairs)
def test_a_claim_needs_no_less_than_the_metrics_own_test(pair):
    own = compare(*pair).p
    for many in (False, True):
        p = claim_p(*pair, among_many=many)
        assert p is None or 0 <= p <= 1 + 1e-9
        if p is not None and pair[0].scale.metric != "csat":
            assert p >= own


def test_the_mean_score_test_of_shares_is_the_n_minus_1_test():
    for k1, n1, k2, n2 in ((30, 50, 20, 60), (3, 9, 40, 41), (120, 400, 95, 380)):
        expected = n_minus_1(k1, n1, k2, n2).p
        assert mean_score_p((n1, k1, k1), (n2, k2, k2)) == pytest.approx(expected)


def test_the_mean_score_test_agrees_with_permutations():
    a, b = [1, 2, 2, 3, 5, 5, 6, 7, 7], [4, 5, 6, 6, 6, 7, 7, 7, 7, 7]
    moments = [(len(side), sum(side), sum(v * v for v in side)) for side in (a, b)]
    exact = stats.permutation_test(
        (a, b), lambda x, y, axis: y.mean(axis=axis) - x.mean(axis=axis),
        n_resamples=20_000, rng=np.random.default_rng(1), vectorized=True,
    ).pvalue  # fmt: skip
    assert mean_score_p(*moments) == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize("nothing", [((0, 0, 0), (5, 9, 20)), ((3, 9, 27), (2, 6, 18))])
def test_nothing_is_tested_where_nobody_answered_or_all_alike(nothing):
    assert mean_score_p(*nothing) is None


def test_among_many_a_share_with_few_expected_is_tested_exactly():
    expected = stats.fisher_exact(np.array([[9, 1], [250, 150]])).pvalue
    assert share_claim_p(9, 10, 250, 400, among_many=True) == pytest.approx(expected)
    alone = share_claim_p(9, 10, 250, 400, among_many=False)
    assert alone == pytest.approx(n_minus_1(9, 10, 250, 400).p)
    large = partial(share_claim_p, 300, 400, 250, 400)
    assert large(among_many=True) == large(among_many=False)


def test_two_scales_are_never_compared():
    with pytest.raises(ValueError, match="cannot be compared"):
        claim_p(Histogram.empty(NPS), Histogram.empty(CSAT), among_many=True)
