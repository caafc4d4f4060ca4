"""What must stay hidden so that nobody can be recognised, and what is shown with a warning."""

from collections.abc import Mapping

K_SCORES = 5
"""Fewest respondents behind a shown number (Lattice, Humaans, HelloCustomer)."""

K_COMMENTS = 8
"""Fewest respondents behind shown comments (newmeasures.com)."""

OK_BASE = 30
"""From here on a number is shown without the remark "low base"."""


def base_state(n: int) -> str:
    """ "empty" (0), "suppressed" (1-4), "low_base" (5-29) or "ok" (30 and more answers)."""
    if n < 0:
        raise ValueError("A count of answers cannot be below 0.")
    if n == 0:
        return "empty"
    if n < K_SCORES:
        return "suppressed"
    return "low_base" if n < OK_BASE else "ok"


def suppress(total: int, segments: Mapping[str, int], k: int = K_SCORES) -> tuple[str, ...]:
    """Names of the segments to hide where `total` is visible, in the order in which they fell.

    Primary: segments of 1..k-1 respondents. Complementary: the next smallest, until the hidden
    ones are at least two and hold at least `k` respondents, so that subtracting the shown ones
    from the total reveals nobody. Respondents of no segment (`total` above the sum) are a cell
    that is never shown: it counts as hidden, and makes others fall when it is below `k`.
    Empty segments protect nobody and stay out. Raises ValueError for a negative count, or when
    the segments hold more than `total`: then they overlap and no subtraction is possible.
    """
    if min(segments.values(), default=0) < 0:
        raise ValueError("A count of respondents cannot be below 0.")
    rest = total - sum(segments.values())
    if rest < 0:
        raise ValueError(f"The segments hold {total - rest} respondents, more than {total}.")
    by_size = sorted((name for name, n in segments.items() if n), key=segments.__getitem__)
    hidden = [name for name in by_size if segments[name] < k]
    if not hidden and (rest == 0 or rest >= k):
        return ()
    # One cell alone never suffices: what is hidden first is below k, so a second one joins it.
    held = rest + sum(segments[name] for name in hidden)
    for name in by_size[len(hidden) :]:
        if held >= k:
            break
        hidden.append(name)
        held += segments[name]
    return tuple(hidden)


def too_close(first: int, second: int, k: int = K_SCORES) -> bool:
    """Whether two nested filters differ by so few respondents that showing both reveals them."""
    return 0 < abs(first - second) < k
