"""Rounding for display. Everything else keeps full precision."""

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import overload

_NEAR = 1e-6
"""So far from a half, of the last digit that is kept, a number is surely none."""

_SURE = 1e9
"""From here on a number is too coarse to tell how far it lies from a half."""


@overload
def round_half_away(value: None, digits: int = 0) -> None: ...
@overload
def round_half_away(value: float, digits: int = 0) -> float: ...
def round_half_away(value: float | None, digits: int = 0) -> float | None:
    """`value` with `digits` decimals, halves away from zero, never "-0"; a whole int for 0 digits.

    Halves are those of the shortest decimal form: 2.675 gives 2.68. None stays None.
    Raises ValueError for NaN and infinity.
    """
    if value is None:
        return None
    if not math.isfinite(value):
        raise ValueError(f"{value!r} cannot be shown.")
    size = abs(value) * 10**digits
    if size < _SURE and abs(size % 1 - 0.5) > _NEAR:
        # No half: nearly every number is rounded the same way in a quarter of the time.
        nearest = round(value, digits)
        return float(nearest) + 0.0 if digits > 0 else int(nearest)
    # ROUND_HALF_UP is decimal's name for "half away from zero".
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return float(rounded) + 0.0 if digits > 0 else int(rounded)
