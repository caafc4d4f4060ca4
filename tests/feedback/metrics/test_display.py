import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics.display import round_half_away

numbers = st.floats(-1e9, 1e9)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.5, 0, "-1"),
        (-0.49, 0, "0"),
        (2.675, 2, "2.68"),
        (-0.04, 1, "0.0"),
        (-0.05, 1, "-0.1"),
        (-0.0, 0, "0"),
        (34, 1, "34.0"),
    ],
)
def test_halves_go_away_from_zero_and_zero_has_no_sign(value, digits, shown):
    assert str(round_half_away(value, digits)) == shown


@given(numbers, st.integers(0, 4))
def test_rounding_is_near_and_symmetric(value, digits):
    rounded = round_half_away(value, digits)
    assert abs(rounded - value) <= 0.5 * 10**-digits + 1e-6
    assert round_half_away(-value, digits) == -rounded
    assert rounded != 0 or math.copysign(1, rounded) == 1


@given(st.one_of(numbers, st.integers(-10_000, 10_000).map(lambda n: n / 200)), st.integers(0, 3))
def test_the_quick_way_rounds_as_decimals_do(value, digits):
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert round_half_away(value, digits) == (float(exact) if digits else int(exact))


def test_what_is_not_known_stays_so():
    assert round_half_away(None) is None


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_not_shown(value):
    with pytest.raises(ValueError, match="cannot be shown"):
        round_half_away(value)
