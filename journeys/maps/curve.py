"""The feeling lane's two lines, cut into one piece per column so that each cell draws its own.

A column is 100 wide and HEIGHT high; the pieces meet at the borders with equal slope, because
both are halves of one cubic Bézier curve (de Casteljau at t = ½).
"""

from collections.abc import Sequence

HEIGHT = 132
_TOP = 14
_PER_POINT = 26
_LONE = (47, 53)
"""From where to where the band of a point alone goes."""


def y_of(feeling: float) -> float:
    """Return the height of a feeling from +2 (top) to −2 (bottom)."""
    return round(_TOP + (2 - feeling) * _PER_POINT, 1)


def pieces(feelings: Sequence[float | None]) -> list[str]:
    """Return each column's path of a line; it is broken where a feeling is None."""
    heights = [None if feeling is None else y_of(feeling) for feeling in feelings]
    return [_piece(*_around(heights, index)) for index in range(len(heights))]


def band_pieces(lows: Sequence[float | None], highs: Sequence[float | None]) -> list[str]:
    """Return each column's closed path between two lines; empty where either is None.

    One without a neighbour, for which there is no line, is a narrow bar about its point.
    """
    top = [None if high is None else y_of(high) for high in highs]
    bottom = [None if low is None else y_of(low) for low in lows]
    return [_area(_around(top, index), _around(bottom, index)) for index in range(len(top))]


_Neighbours = tuple[float | None, float | None, float | None]


def _around(heights: Sequence[float | None], index: int) -> _Neighbours:
    left = heights[index - 1] if index else None
    right = heights[index + 1] if index + 1 < len(heights) else None
    return left, heights[index], right


def _piece(left: float | None, here: float | None, right: float | None) -> str:
    if here is None or (left is None and right is None):
        return ""
    path = f"M50 {_n(here)}"
    if left is not None:
        near = (left + 3 * here) / 4
        path = f"M0 {_n((left + here) / 2)}C12.5 {_n(near)} 25 {_n(here)} 50 {_n(here)}"
    return path + _onward(here, right)


def _onward(here: float, right: float | None) -> str:
    if right is None:
        return ""
    return f"C75 {_n(here)} 87.5 {_n((3 * here + right) / 4)} 100 {_n((here + right) / 2)}"


def _area(top: _Neighbours, bottom: _Neighbours) -> str:
    left, here, right = bottom
    if top[1] is None or here is None:
        return ""
    path = _piece(*top)
    if not path:
        high, low = _n(top[1]), _n(here)
        return f"M{_LONE[0]} {high}L{_LONE[1]} {high}L{_LONE[1]} {low}L{_LONE[0]} {low}Z"
    back = f"L50 {_n(here)}"
    if right is not None:
        near = (3 * here + right) / 4
        back = f"L100 {_n((here + right) / 2)}C87.5 {_n(near)} 75 {_n(here)} 50 {_n(here)}"
    if left is not None:
        back += f"C25 {_n(here)} 12.5 {_n((left + 3 * here) / 4)} 0 {_n((left + here) / 2)}"
    return f"{path}{back}Z"


def y_text(feeling: float | None) -> str:
    """Return the height of a feeling as drawn, empty where there is none."""
    return "" if feeling is None else _n(y_of(feeling))


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
