# mypy: no-check-untyped-defs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics.friction import Rate, Wait
from feedback.metrics.handoff import COMPONENTS, HandoffFormula, handoff_quality
from tests.feedback.metrics.strategies import rates, waits

inputs = st.fixed_dictionaries(
    {},
    optional={
        "wait": waits,
        "breach": rates,
        "dropoff": rates,
        "reexplain": rates,
        "bounce": rates,
    },
)


@given(inputs)
def test_contributions_add_up_to_what_is_lost(given_inputs):
    result = handoff_quality(**given_inputs)
    assert set(result.contributions) <= set(COMPONENTS)
    if result.quality is None:
        assert result.contributions == {}
        assert result.band is None
    else:
        assert 0 <= result.quality <= 100
        assert sum(result.contributions.values()) == pytest.approx(100 - result.quality)
    assert 0 <= result.rho <= result.coverage <= 1 + 1e-9


def test_nothing_known_is_none_and_never_zero():
    for result in (handoff_quality(), handoff_quality(breach=Rate(0, 0), wait=Wait(9, 4, 0))):
        assert (result.quality, result.band, result.largest) == (None, None, None)
        assert not result.partial


def test_without_the_question_to_the_customer_the_quality_rests_on_less():
    known = {
        "wait": Wait(600, 240, 90),
        "breach": Rate(18, 90),
        "dropoff": Rate(6, 96),
        "bounce": Rate(5, 90),
    }
    result = handoff_quality(**known)
    assert result.quality == pytest.approx(63.42, abs=0.005)
    assert result.coverage == pytest.approx(0.75)
    assert not result.partial
    assert handoff_quality(wait=known["wait"]).partial


@pytest.mark.parametrize(
    ("breaches", "band"), [(0, "smooth"), (12, "smooth"), (13, "workable"), (26, "disjointed")]
)
def test_bands(breaches, band):
    assert handoff_quality(breach=Rate(breaches, 100)).band == band


def test_the_largest_loss_is_named():
    known = {"dropoff": Rate(1, 100), "bounce": Rate(9, 100)}
    assert handoff_quality(**known).largest == "bounce"
    assert handoff_quality(bounce=Rate(0, 100)).largest is None


def test_a_formula_that_makes_no_score_is_refused():
    with pytest.raises(ValueError, match="add up to 1"):
        HandoffFormula(wait=0.5)
    with pytest.raises(ValueError, match="above"):
        HandoffFormula(bounce_worst=0)
