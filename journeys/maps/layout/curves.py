"""The small paths that the map's cells hold, as straight pieces that any painter can draw."""

import re
from functools import lru_cache

Points = tuple[tuple[float, float], ...]
_PART = re.compile(r"([MLCZ])([^MLCZ]*)")
_NUMBER = re.compile(r"-?[\d.]+")
_FINE = 8
"""Straight pieces for each curve."""


@lru_cache(maxsize=4_000)
def points_of(path: str) -> tuple[Points, ...]:
    """Return the pieces of a path of M, L, C and Z with absolute places."""
    pieces: list[list[tuple[float, float]]] = []
    for command, numbers in _PART.findall(path):
        values = [float(each) for each in _NUMBER.findall(numbers)]
        places = list(zip(values[::2], values[1::2], strict=True))
        if command == "M":
            pieces.append(places)
        elif command == "L":
            pieces[-1] += places
        else:
            for first in range(0, len(places), 3):
                pieces[-1] += _curve(pieces[-1][-1], *places[first : first + 3])
    return tuple(tuple(piece) for piece in pieces if len(piece) > 1)


def _curve(start: tuple[float, float], *ends: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the points of a cubic Bézier curve after its start."""
    found = []
    for step in range(1, _FINE + 1):
        t = step / _FINE
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
        x, y = (
            sum(weight * point[axis] for weight, point in zip(weights, (start, *ends), strict=True))
            for axis in (0, 1)
        )
        found.append((x, y))
    return found


def flattened(path: str, x: float, y: float, across: float, down: float) -> tuple[Points, ...]:
    """Return the pieces of a path, stretched by two factors and moved to x and y."""
    return tuple(
        tuple((x + left * across, y + top * down) for left, top in piece)
        for piece in points_of(path)
    )
