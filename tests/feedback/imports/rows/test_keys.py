"""What comes more than once is found, also where it does not fit into memory."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.imports.rows import keys

hashes = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), max_size=60)


@given(hashes, st.integers(1, 20), st.integers(1, 20))
def test_what_was_noted_twice_is_repeated(noted: list[int], run: int, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "RUN", run)
        found = keys.Keys()
        for start in range(0, len(noted), at_once):
            found.note(noted[start : start + at_once])
        repeated = found.repeated()
    counts = Counter(noted)
    twice = [place for place, value in enumerate(noted) if counts[value] > 1]
    assert repeated.positions(noted) == twice
    assert bool(repeated) == bool(twice)
