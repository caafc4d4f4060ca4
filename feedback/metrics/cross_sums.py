"""Additive sums behind correlations and regressions: they merge, and hold nobody's answers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Row = Sequence[float | None]

# Below this share of the sum of squares a variance is rounding, not spread.
_NO_SPREAD = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class CrossSums:
    """Pairwise sums over respondents of m variables; all matrices m x m.

    Over the respondents who gave both i and j: `n[i, j]` how many they are, `sums[i, j]` the sum
    of their x_i, `squares[i, j]` of their x_i^2, `products[i, j]` of x_i x_j. Sums of separate
    groups of respondents add up to those of all (metrics.md 4).
    """

    names: tuple[str, ...]
    n: Matrix
    sums: Matrix
    squares: Matrix
    products: Matrix

    @classmethod
    def from_rows(cls, names: Sequence[str], rows: Sequence[Row]) -> "CrossSums":
        """From one row per respondent in the order of `names`; None where not answered.

        Raises ValueError when a row has another length.
        """
        if any(len(row) != len(names) for row in rows):
            raise ValueError(f"Every row must hold {len(names)} values.")
        filled = [[math.nan if value is None else value for value in row] for row in rows]
        return cls.from_array(names, np.array(filled, dtype=float).reshape(len(rows), len(names)))

    @classmethod
    def from_array(cls, names: Sequence[str], values: Matrix) -> "CrossSums":
        """From one row per respondent and one column per name; NaN where not answered."""
        answered = ~np.isnan(values)
        filled, given = np.where(answered, values, 0.0), answered.astype(float)
        return cls(
            tuple(names),
            given.T @ given,
            filled.T @ given,
            (filled**2).T @ given,
            filled.T @ filled,
        )

    @classmethod
    def from_totals(
        cls,
        names: Sequence[str],
        n: int,
        totals: Sequence[float],
        products: Sequence[Sequence[float]],
    ) -> "CrossSums":
        """From complete respondents: their number, the sum vector, the cross-product matrix."""
        size = len(names)
        crossed = np.array(products, dtype=float)
        if len(totals) != size or crossed.shape != (size, size):
            raise ValueError(f"Totals and products must be those of {size} variables.")
        across = np.ones((1, size))
        return cls(
            tuple(names),
            np.full((size, size), float(n)),
            np.array(totals, dtype=float)[:, None] * across,
            np.diag(crossed)[:, None] * across,
            crossed,
        )

    def __add__(self, other: "CrossSums") -> "CrossSums":
        if self.names != other.names:
            raise ValueError("Only sums of the same variables can be added.")
        return CrossSums(
            self.names,
            self.n + other.n,
            self.sums + other.sums,
            self.squares + other.squares,
            self.products + other.products,
        )

    def subset(self, indices: Sequence[int]) -> "CrossSums":
        """The sums of some of the variables, in the order given."""
        at = np.ix_(indices, indices)
        return CrossSums(
            tuple(self.names[i] for i in indices),
            self.n[at],
            self.sums[at],
            self.squares[at],
            self.products[at],
        )

    def means(self) -> tuple[float | None, ...]:
        """Mean of each variable over those who gave it, None without any."""
        return tuple(
            float(total / n) if n else None
            for total, n in zip(np.diag(self.sums), np.diag(self.n), strict=True)
        )

    def varying(self) -> list[int]:
        """Indices of the variables whose answers differ at all."""
        n = np.maximum(np.diag(self.n), 1)
        squares = np.diag(self.squares)
        spread = squares - np.diag(self.sums) ** 2 / n
        return [int(i) for i in np.flatnonzero(spread > _NO_SPREAD * squares)]

    def deviations(self) -> Matrix:
        """Sums of products of deviations from the (pairwise) means; every pair must have n > 0."""
        return self.products - self.sums * self.sums.T / self.n

    def correlation(self) -> Matrix | None:
        """Correlation matrix from pairwise complete answers, made positive semidefinite.

        None when a pair has fewer than three respondents in common, or one of it does not vary
        among them. Missing answers can leave a negative eigenvalue: it is clipped to 0.
        """
        if not self.names or self.n.min() < 3:
            return None
        found = correlations(self.n, self.sums, self.squares, self.products)
        return None if np.isnan(found).any() else found


def correlations(n: Matrix, sums: Matrix, squares: Matrix, products: Matrix) -> Matrix:
    """Correlations from the sums of `CrossSums`, also of many at once: (..., m, m).

    Each is made positive semidefinite. All NaN where in one a pair lacks respondents or spread.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = squares - sums**2 / n
        possible = ((n > 0) & (spread > _NO_SPREAD * squares)).all(axis=(-2, -1))
        deviations = products - sums * sums.swapaxes(-1, -2) / n
        found = deviations / np.sqrt(spread * spread.swapaxes(-1, -2))
    result = np.full_like(found, math.nan)
    result[possible] = _repaired(found[possible])
    return result


def _repaired(found: Matrix) -> Matrix:
    diagonal = np.arange(found.shape[-1])
    found[..., diagonal, diagonal] = 1.0
    values, vectors = np.linalg.eigh(found)
    clipped = (vectors * np.maximum(values, 0)[..., None, :]) @ vectors.swapaxes(-1, -2)
    scale = np.sqrt(clipped[..., diagonal, diagonal])
    mended: Matrix = clipped / (scale[..., :, None] * scale[..., None, :])
    mended[..., diagonal, diagonal] = 1.0
    return np.where((values[..., 0] < -1e-12)[..., None, None], mended, found)
