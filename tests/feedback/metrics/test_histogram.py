import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import estimates
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CES, CES_5, CSAT, NPS
from tests.feedback.metrics.strategies import answers_on, histograms, pairs, scales


@given(scales.flatmap(lambda s: st.tuples(st.just(s), answers_on(s), answers_on(s))))
def test_merging_histograms_is_pooling_answers(case):
    scale, first, second = case
    merged = Histogram.from_answers(scale, first) + Histogram.from_answers(scale, second)
    pooled = Histogram.from_answers(scale, first + second)
    assert merged == pooled
    for metric in (estimates.headline, estimates.mean, estimates.top_box, estimates.net_box):
        assert metric(merged) == metric(pooled)


@given(pairs)
def test_the_order_of_merging_does_not_matter(pair):
    one, other = pair
    assert one + other == other + one
    assert one + Histogram.empty(one.scale) == one


@given(scales.flatmap(lambda s: st.tuples(st.just(s), answers_on(s))))
def test_moments_are_those_of_the_answers(case):
    scale, answers = case
    hist = Histogram.from_answers(scale, answers)
    assert hist.n == len(answers)
    assert hist.mean == (pytest.approx(statistics.mean(answers)) if answers else None)
    assert hist.median == (statistics.median(answers) if answers else None)
    if len(answers) > 1:
        assert hist.variance == pytest.approx(statistics.variance(answers))
        assert hist.sd == pytest.approx(statistics.stdev(answers))
    else:
        assert hist.variance is None
        assert hist.sd is None


@given(histograms)
def test_every_answer_is_negative_neutral_or_positive(hist):
    assert hist.negative + hist.neutral + hist.positive == hist.n == hist.groups.n
    if hist.n:
        assert sum(hist.shares) == pytest.approx(100)
        assert sum(hist.score_shares) == pytest.approx(100)
    else:
        assert hist.shares is None
        assert hist.score_shares is None


@pytest.mark.parametrize("scale", [NPS, CSAT, CES])
def test_no_answers_have_no_moments(scale):
    hist = Histogram.empty(scale)
    assert hist.n == 0
    for name in ("mean", "sd", "variance", "median", "shares", "score_shares"):
        assert getattr(hist, name) is None
    assert hist.groups.net is hist.groups.variance is hist.groups.se is None


def test_columns_are_read_by_raw_score():
    hist = Histogram.from_columns(CSAT, [0, 14, 9, 10, 32, 42, 0, 0, 0, 0, 0])
    assert hist.counts == (14, 9, 10, 32, 42)


@pytest.mark.parametrize(
    "columns",
    [
        [3, 14, 9, 10, 32, 42, 0, 0, 0, 0, 0],
        [0, 14, 9, 10, 32, 42, 1, 0, 0, 0, 0],
        [0, 14, 9, 10, 32],
        [0, 14, -9, 10, 32, 42],
    ],
)
def test_columns_that_do_not_fit_the_scale_are_refused(columns):
    with pytest.raises(ValueError, match=r"outside|columns|below 0"):
        Histogram.from_columns(CSAT, columns)


@pytest.mark.parametrize("answer", [0, 6, 4.5, float("nan")])
def test_an_answer_off_the_scale_is_refused(answer):
    with pytest.raises(ValueError, match="is not on CSAT"):
        Histogram.from_answers(CSAT, [5, answer])


def test_histograms_of_different_scales_are_never_pooled():
    with pytest.raises(ValueError, match="cannot be pooled"):
        Histogram.empty(CES) + Histogram.empty(CES_5)


def test_a_histogram_has_one_count_for_each_score():
    with pytest.raises(ValueError, match="5 scores"):
        Histogram(CSAT, (1, 2, 3))
