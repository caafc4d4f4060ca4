"""Where the labels of points go, so that they can be read: beside, above or below each."""

from collections.abc import Sequence

_PLACES = {
    "middle right": (0.5, 0.0),
    "middle left": (-0.5, 0.0),
    "top center": (0.0, 1.0),
    "bottom center": (0.0, -1.0),
    "top right": (0.5, 1.0),
    "bottom right": (0.5, -1.0),
    "top left": (-0.5, 1.0),
    "bottom left": (-0.5, -1.0),
}
_LETTER, _HEIGHT, _GAP, _THIN = 0.0088, 0.04, 0.012, 0.002
"""Parts of a plot of about 800 × 460 pixels, in letters of 12.5."""

Box = tuple[float, float, float, float]


def placed_labels(
    names: Sequence[str],
    x: Sequence[float],
    y: Sequence[float],
    wide: tuple[float, float],
    high: tuple[float, float],
    cut: tuple[float, float],
) -> list[str]:
    """Return for each point where Plotly's `textposition` puts its label.

    One after the other takes the place where it covers least of the points, of the two lines that
    meet at `cut`, and of the labels before it.
    """
    across = [(value - wide[0]) / (wide[1] - wide[0]) for value in x]
    upward = [(value - high[0]) / (high[1] - high[0]) for value in y]
    taken = [
        (a - _GAP, b - 1.5 * _GAP, a + _GAP, b + 1.5 * _GAP)
        for a, b in zip(across, upward, strict=True)
    ]
    taken += _lines(
        (cut[0] - wide[0]) / (wide[1] - wide[0]), (cut[1] - high[0]) / (high[1] - high[0])
    )
    chosen = []
    for name, a, b in zip(names, across, upward, strict=True):
        boxes = {place: _box(name, a, b, *way) for place, way in _PLACES.items()}
        costs = {place: _total(boxes[place], taken) for place in boxes}
        best = min(costs, key=costs.__getitem__)
        chosen.append(best)
        taken.append(boxes[best])
    return chosen


def _lines(x: float, y: float) -> list[Box]:
    return [(x - _THIN, 0.0, x + _THIN, 1.0), (0.0, y - _THIN, 1.0, y + _THIN)]


def _box(name: str, x: float, y: float, right: float, up: float) -> Box:
    width = _LETTER * len(name)
    middle = x + right * (width + 2.5 * _GAP)
    base = y + up * (_HEIGHT / 2 + 1.5 * _GAP)
    return middle - width / 2, base - _HEIGHT / 2, middle + width / 2, base + _HEIGHT / 2


def _total(box: Box, taken: Sequence[Box]) -> float:
    return sum(_cost(box, other) for other in taken) + _outside(box)


def _cost(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def _outside(box: Box) -> float:
    return max(0.0, -box[0]) + max(0.0, box[2] - 1) + max(0.0, -box[1]) + max(0.0, box[3] - 1)
