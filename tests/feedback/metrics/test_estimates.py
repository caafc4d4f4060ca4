# mypy: no-check-untyped-defs
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import estimates, groups, intervals
from feedback.metrics.estimates import Estimate
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CES, CSAT, NPS
from tests.feedback.metrics import strategies
from tests.feedback.metrics.strategies import histograms, histograms_on, scales

METRICS = [
    estimates.headline,
    estimates.mean,
    estimates.top_box,
    estimates.bottom_box,
    estimates.net_box,
]
confidences = st.sampled_from([0.8, 0.9, 0.95, 0.99])
proportions = strategies.rates.map(lambda rate: (rate.hits, rate.base))
METHODS = [intervals.wilson, intervals.agresti_coull, intervals.wald, intervals.clopper_pearson]


def is_sound(estimate: Estimate) -> bool:
    """Every number finite, both ends or neither, in order."""
    ends = [end for end in (estimate.low, estimate.high) if end is not None]
    numbers = [*ends, *([] if estimate.value is None else [estimate.value])]
    return len(ends) != 1 and ends == sorted(ends) and all(map(math.isfinite, numbers))


@pytest.mark.parametrize("metric", METRICS)
@given(hist=histograms, conf=confidences)
def test_estimates_are_numbers_or_none(metric, hist, conf):
    estimate = metric(hist, conf)
    assert is_sound(estimate)
    assert estimate.n == hist.n
    assert (estimate.value is None) == (hist.n == 0)


@pytest.mark.parametrize("metric", METRICS)
@given(scale=scales)
def test_no_answers_are_none_and_never_zero(metric, scale):
    estimate = metric(Histogram.empty(scale))
    assert estimate == Estimate(None, None, None, 0)
    assert estimate.margin is None
    assert estimate.base == "empty"


@given(histograms, confidences)
def test_shares_and_means_lie_in_their_intervals_and_on_their_scale(hist, conf):
    for metric, low, high in (
        (estimates.top_box, 0, 100),
        (estimates.bottom_box, 0, 100),
        (estimates.mean, hist.scale.low, hist.scale.high),
    ):
        estimate = metric(hist, conf)
        if estimate.low is not None:
            assert low <= estimate.low <= estimate.value + 1e-9
            assert estimate.value - 1e-9 <= estimate.high <= high


@given(histograms_on(NPS), confidences)
def test_the_interval_of_nps_holds_the_adjusted_score_and_ends_at_100(hist, conf):
    estimate = estimates.nps(hist, conf)
    if not hist.n:
        return
    assert -100 <= estimate.low <= hist.groups.adjusted()[0] <= estimate.high <= 100
    assert estimate.low < estimate.high


@given(histograms)
def test_a_higher_confidence_is_never_narrower(hist):
    for metric in METRICS:
        wide, narrow = metric(hist, 0.99), metric(hist, 0.9)
        if narrow.low is not None:
            assert wide.low <= narrow.low + 1e-9
            assert wide.high >= narrow.high - 1e-9


def test_one_promoter_is_shown_with_a_wide_interval_not_without_any():
    estimate = estimates.nps(Histogram.from_answers(NPS, [10]))
    assert estimate.value == 100
    assert (estimate.low, estimate.high) == pytest.approx((-48.4986, 98.4986), abs=1e-4)
    assert estimate.margin == pytest.approx(73.4986, abs=1e-4)


@pytest.mark.parametrize("answers", [[4], [4] * 40])
def test_a_mean_without_spread_has_no_interval(answers):
    assert estimates.mean(Histogram.from_answers(CES, answers)) == Estimate(
        4, None, None, len(answers)
    )


def test_only_nps_answers_have_an_nps():
    with pytest.raises(ValueError, match="has no NPS"):
        estimates.nps(Histogram.empty(CSAT))


def test_the_headline_is_what_the_metric_is_known_for():
    nps = Histogram.from_answers(NPS, [0, 10, 10, 10])
    csat = Histogram.from_answers(CSAT, [1, 4, 5, 5])
    ces = Histogram.from_answers(CES, [1, 7, 7, 7])
    assert estimates.headline(nps) == estimates.nps(nps)
    assert estimates.headline(csat) == estimates.top_box(csat)
    assert estimates.headline(ces) == estimates.mean(ces)


@pytest.mark.parametrize(
    ("n", "base"),
    [(0, "empty"), (4, "suppressed"), (5, "low_base"), (29, "low_base"), (30, "ok")],
)
def test_the_base_of_an_estimate(n, base):
    assert estimates.mean(Histogram(CSAT, (0, 0, 0, 0, n))).base == base


@pytest.mark.parametrize("method", METHODS)
@given(proportion=proportions, conf=confidences)
def test_intervals_of_proportions_hold_the_proportion(method, proportion, conf):
    k, n = proportion
    interval = method(k, n, conf)
    if n == 0:
        assert interval is None
    else:
        assert 0 <= interval[0] <= 100 * k / n + 1e-9
        assert 100 * k / n - 1e-9 <= interval[1] <= 100


@pytest.mark.parametrize("method", METHODS)
@given(proportion=proportions)
def test_intervals_of_proportions_mirror(method, proportion):
    k, n = proportion
    if n:
        low, high = method(k, n)
        mirrored = method(n - k, n)
        assert mirrored == (pytest.approx(100 - high), pytest.approx(100 - low))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_what_is_not_a_proportion_is_refused(method, k, n):
    with pytest.raises(ValueError, match="not a proportion"):
        method(k, n)


@given(strategies.groups, confidences)
def test_simultaneous_intervals_hold_their_shares(counts, conf):
    numbers = counts.negative, counts.neutral, counts.positive
    shown = intervals.goodman(numbers, conf)
    if not counts.n:
        assert shown is None
        return
    for number, (low, high) in zip(numbers, shown, strict=True):
        assert 0 <= low <= 100 * number / counts.n + 1e-9
        assert 100 * number / counts.n - 1e-9 <= high <= 100


@given(strategies.groups, confidences)
def test_the_score_interval_holds_the_net_score(counts, conf):
    shown = groups.score_interval(counts, conf)
    if not counts.n:
        assert shown is None
        assert groups.wald(counts, conf) is None
        assert groups.versus_target(counts, 30) is None
        return
    assert -100 - 1e-9 <= shown[0] <= counts.net + 1e-6
    assert counts.net - 1e-6 <= shown[1] <= 100 + 1e-9


@given(strategies.groups, confidences)
def test_turning_bad_into_good_mirrors_the_intervals_of_a_net_score(counts, conf):
    turned = groups.Groups(counts.positive, counts.neutral, counts.negative)
    for method in (groups.wald, groups.adjusted_wald, groups.score_interval):
        if counts.n:
            low, high = method(counts, conf)
            assert method(turned, conf) == (
                pytest.approx(-high, abs=1e-6),
                pytest.approx(-low, abs=1e-6),
            )
