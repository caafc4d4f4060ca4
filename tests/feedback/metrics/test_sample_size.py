import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import sample_size


@given(st.floats(0.01, 1), st.floats(0.5, 50))
def test_a_smaller_margin_needs_no_fewer_answers(variance, margin):
    assert sample_size.nps_for_margin(variance, margin / 2) >= sample_size.nps_for_margin(
        variance, margin
    )


def test_at_least_one_answer_is_needed():
    assert sample_size.nps_for_margin(0.01, 100) == 1
    assert sample_size.nps_for_difference(0.01, 0.01, 200) == 1


@pytest.mark.parametrize("margin", [0, -1, float("nan"), float("inf")])
def test_an_impossible_margin_is_refused(margin):
    with pytest.raises(ValueError, match="above 0"):
        sample_size.nps_for_margin(0.64, margin)
    with pytest.raises(ValueError, match="above 0"):
        sample_size.nps_for_difference(0.64, 0.64, margin)
