"""Which keys come up more than once in a file, found in bounded memory."""

import tempfile
from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

RUN = 4_000_000
"""Hashes that are held in memory; more are sorted and put aside on disk."""
PARTS = 64

Hashes = NDArray[np.int64]


class Repeated:
    """The hashes that came up more than once."""

    def __init__(self, hashes: Hashes | None = None) -> None:
        self._hashes = np.empty(0, np.int64) if hashes is None else hashes

    def __bool__(self) -> bool:
        return bool(len(self._hashes))

    def positions(self, hashes: Sequence[int]) -> list[int]:
        """Return where in a list such hashes stand."""
        if not self or not hashes:
            return []
        asked = np.array(hashes, np.int64)
        near = np.searchsorted(self._hashes, asked).clip(max=len(self._hashes) - 1)
        found: list[int] = np.flatnonzero(self._hashes[near] == asked).tolist()
        return found


class Keys:
    """Takes the hashes of all keys of a file, 8 bytes each, and tells which were repeated.

    Two keys may share a hash, so what was repeated must be looked at again; what was not, not.
    """

    def __init__(self) -> None:
        self._held = array("q")
        self._runs: list[Hashes] = []

    def note(self, hashes: Iterable[int]) -> None:
        """Take some hashes."""
        self._held.extend(hashes)
        if len(self._held) >= RUN:
            self._put_aside()

    def repeated(self) -> Repeated:
        """Return the hashes that were noted more than once."""
        runs = [*self._runs, self._sorted()]
        if len(runs) == 1:
            return Repeated(_twice(runs[0]))
        # Part by part, so that what was put aside is never in memory as a whole.
        ends = np.linspace(-(2**63), 2**63 - 2**10, PARTS + 1).astype(np.int64)
        found = []
        for low, high in zip(ends[:-1], [*ends[1:-1], None], strict=True):
            parts = [_between(run, low, high) for run in runs]
            found.append(_twice(np.sort(np.concatenate(parts))))
        return Repeated(np.concatenate(found))

    def _put_aside(self) -> None:
        # Deleted by the system when the last who reads it is gone.
        with tempfile.TemporaryFile() as file:
            self._sorted().tofile(file)
            file.seek(0)
            self._runs.append(np.memmap(file, np.int64, "r"))
        self._held = array("q")

    def _sorted(self) -> Hashes:
        hashes = np.array(self._held, np.int64)
        hashes.sort()
        return hashes


def _between(run: Hashes, low: np.int64, high: np.int64 | None) -> Hashes:
    start = np.searchsorted(run, low)
    return run[start:] if high is None else run[start : np.searchsorted(run, high)]


def _twice(hashes: Hashes) -> Hashes:
    """Return what stands more than once in a sorted list, once each."""
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
