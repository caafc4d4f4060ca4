import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from feedback.metrics.multiplicity import benjamini_hochberg, holm

p_values = st.lists(st.floats(0, 1), max_size=20)


@given(p_values)
def test_adjusting_keeps_the_order_and_never_lowers(ps):
    for adjust in (holm, benjamini_hochberg):
        adjusted = adjust(ps)
        assert all(p <= value <= 1 for p, value in zip(ps, adjusted, strict=True))
        ranked = [value for _, value in sorted(zip(ps, adjusted, strict=True))]
        assert ranked == sorted(ranked)


@given(p_values.filter(bool))
def test_benjamini_hochberg_agrees_with_scipy(ps):
    assert benjamini_hochberg(ps) == pytest.approx(stats.false_discovery_control(ps))


@given(p_values)
def test_a_claim_is_stricter_than_a_screening(ps):
    for claim, screening in zip(holm(ps), benjamini_hochberg(ps), strict=True):
        assert claim >= screening - 1e-12


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_not_a_p_value_is_refused(p):
    for adjust in (holm, benjamini_hochberg):
        with pytest.raises(ValueError, match="between 0 and 1"):
            adjust([0.5, p])
