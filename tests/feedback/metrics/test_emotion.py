# mypy: no-check-untyped-defs
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import emotion, estimates
from feedback.metrics.estimates import Estimate
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CES, CES_5, CSAT, NPS
from tests.feedback.metrics.strategies import histograms, histograms_on

several = st.lists(histograms, max_size=6)


@given(several)
def test_a_blend_lies_on_the_scale_and_between_its_parts(hists):
    shown = emotion.blend(hists)
    values = [value for value in map(emotion.from_histogram, hists) if value is not None]
    assert shown.n == sum(hist.n for hist in hists)
    if not values:
        assert shown == Estimate(None, None, None, 0)
        return
    assert -2 <= min(values) <= max(values) <= 2
    assert min(values) - 1e-9 <= shown.value <= max(values) + 1e-9
    if shown.low is not None:
        assert -2 <= shown.low <= shown.high <= 2
        assert math.isfinite(shown.low)


@given(several)
def test_a_blend_without_nps_lies_in_its_interval(hists):
    shown = emotion.blend(hist for hist in hists if hist.scale != NPS)
    if shown.low is not None:
        assert shown.low - 1e-9 <= shown.value <= shown.high + 1e-9


@given(histograms)
def test_a_blend_of_one_is_that_one(hist):
    shown = emotion.blend([hist])
    interval = emotion.interval(hist)
    value = emotion.from_histogram(hist)
    assert shown.value == (None if value is None else pytest.approx(value))
    assert (shown.low, shown.high) == (interval or (None, None))


@given(st.sampled_from([CSAT, CES, NPS]).flatmap(lambda s: st.tuples(*[histograms_on(s)] * 2)))
def test_blending_one_scale_is_pooling_it(pair):
    assert emotion.blend(pair) == emotion.blend([pair[0] + pair[1]])


@given(histograms_on(CSAT))
def test_the_emotion_of_csat_is_its_mean_less_three_with_the_same_interval(hist):
    mean, interval = estimates.mean(hist), emotion.interval(hist)
    if mean.value is None:
        assert emotion.from_histogram(hist) is None
        return
    assert emotion.from_histogram(hist) == pytest.approx(mean.value - 3)
    if mean.low is None:
        assert interval is None
    else:
        assert interval == (pytest.approx(mean.low - 3), pytest.approx(mean.high - 3))


@given(histograms_on(NPS))
def test_the_emotion_of_nps_is_a_fiftieth_of_it_with_the_same_interval(hist):
    nps, interval = estimates.nps(hist), emotion.interval(hist)
    if nps.value is None:
        assert interval is None
        return
    assert emotion.from_histogram(hist) == pytest.approx(nps.value / 50)
    assert interval == (pytest.approx(nps.low / 50), pytest.approx(nps.high / 50))


def test_answers_without_spread_have_no_interval_alone_and_widen_that_of_others():
    one = Histogram.from_answers(CES_5, [5])
    others = Histogram(CSAT, (3, 4, 5, 6, 7))
    assert emotion.interval(one) is None
    assert emotion.blend([one]).low is None
    alone, together = emotion.blend([others]), emotion.blend([others, one])
    assert together.margin > alone.margin * 25 / 26


@pytest.mark.parametrize(
    ("value", "low", "high"), [(0, 1, 5), (6, 1, 5), (math.nan, 1, 5), (3, 3, 3), (3, 5, 1)]
)
def test_a_value_outside_its_scale_is_refused(value, low, high):
    with pytest.raises(ValueError, match="outside"):
        emotion.rescale(value, low, high)


@pytest.mark.parametrize(
    ("assessed", "flagged"), [(0.5, False), (0.9, True), (-0.6, True), (1.6, True)]
)
def test_a_gap_is_more_than_one_or_outside_the_interval(assessed, flagged):
    assert emotion.gap(assessed, Estimate(0.5, -0.5, 0.8, 40)) is flagged


def test_without_an_interval_only_the_distance_counts():
    assert emotion.gap(1.6, Estimate(0.5, None, None, 1))
    assert not emotion.gap(1.4, Estimate(0.5, None, None, 1))
    assert not emotion.gap(2, Estimate(None, None, None, 0))


def test_the_moments_that_people_remember():
    assert emotion.peak_end([None, 1, -1.5, -1.5, 2, 2, 0.5, None]) == emotion.PeakEnd(2, 4, 6)
    assert emotion.peak_end([None]) == emotion.PeakEnd(None, None, None)
