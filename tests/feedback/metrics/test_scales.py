import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import zendesk
from feedback.metrics.scales import CES, CES_5, CSAT, CSAT_3, CSAT_7, NPS, SCALES, Scale


def test_every_scale_stands_in_the_register_under_its_key():
    assert list(SCALES) == ["nps", "csat", "csat2", "csat3", "csat7", "ces", "ces5"]
    assert all(scale.key == key for key, scale in SCALES.items())


@pytest.mark.parametrize(
    ("scale", "low", "high", "negative_max", "positive_min"),
    [
        (NPS, 0, 10, 6, 9),
        (CSAT, 1, 5, 2, 4),
        (CSAT_3, 1, 3, 1, 3),
        (CSAT_7, 1, 7, 2, 6),
        (CES, 1, 7, 3, 5),
        (CES_5, 1, 5, 2, 4),
    ],
)
def test_cuts(scale, low, high, negative_max, positive_min):
    assert (scale.low, scale.high) == (low, high)
    assert (scale.negative_max, scale.positive_min) == (negative_max, positive_min)


@pytest.mark.parametrize(
    ("value", "inside"), [(0, False), (1, True), (5.0, True), (4.5, False), (6, False)]
)
def test_only_whole_scores_between_the_ends_are_on_a_scale(value, inside):
    assert CSAT.contains(value) is inside


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_number_is_on_no_scale(value):
    assert not NPS.contains(value)


@given(st.sampled_from(list(SCALES.values())), st.sampled_from(list(SCALES.values())))
def test_converting_keeps_the_ends(one, other):
    assert one.convert(one.low, other) == other.low
    assert one.convert(one.high, other) == other.high


def test_a_value_outside_its_scale_is_not_converted():
    with pytest.raises(ValueError, match="outside"):
        CES_5.convert(5.1, CES)


@pytest.mark.parametrize("cuts", [(0, 4), (4, 4), (2, 6)])
def test_a_scale_with_cuts_out_of_order_is_refused(cuts):
    with pytest.raises(ValueError, match="cuts"):
        Scale("x", "csat", "x", 1, 5, *cuts)


def test_a_scale_of_an_unknown_metric_is_refused():
    with pytest.raises(ValueError, match="unknown metric"):
        Scale("x", "stars", "x", 1, 5, 2, 4)


@pytest.mark.parametrize("score", [0, 6])
def test_zendesk_has_no_rating_outside_five_points(score):
    with pytest.raises(ValueError, match="not a Zendesk rating"):
        zendesk.rating(score)


def test_an_unknown_zendesk_word_is_refused_rather_than_dropped():
    with pytest.raises(ValueError, match="excellent"):
        zendesk.legacy_rating("excellent")
