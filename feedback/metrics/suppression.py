"""What must stay hidden so that nobody can be recognised, and what is shown with a warning."""

from collections.abc import Collection, Mapping, Sequence
from itertools import product

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
    smallest = min(segments.values(), default=k)
    if smallest < 0:
        raise ValueError("A count of respondents cannot be below 0.")
    rest = total - sum(segments.values())
    if rest < 0:
        raise ValueError(f"The segments hold {total - rest} respondents, more than {total}.")
    if smallest >= k and (rest == 0 or rest >= k):
        # The usual case, without ordering them.
        return ()
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


def shown_together(
    spans: Sequence[tuple[int, int]], until: Mapping[int, int], k: int = K_SCORES
) -> list[bool]:
    """Whether each span of time may be shown, those named first having precedence.

    A span lies between two edges, and `until` holds how many answered up to each edge. Spans that
    are shown and touch give every difference of their edges away: one more is shown only where
    none of the differences that it adds holds 1..k-1 answers. Raises KeyError for an unknown edge.
    """
    known = {edge: {edge} for span in spans for edge in span}
    verdicts = []
    for first, last in spans:
        told = product(known[first], known[last])
        shown = not any(too_close(until[one], until[other], k) for one, other in told)
        verdicts.append(shown)
        if shown:
            together = known[first] | known[last]
            known |= dict.fromkeys(together, together)
    return verdicts


Cell = tuple[int | None, int | None]
"""A row and a column of a table; None for those who are in no row, or in no column."""


def suppress_crossed(cells: Mapping[Cell, int], k: int = K_SCORES) -> set[Cell]:
    """Return the cells to hide where the totals of all rows and columns are visible.

    Those of None are never shown. Cells of 1..k-1 are hidden, and beside each the next smallest of
    its row or column, until its line hides at least two that hold `k` together, and it does not
    follow from the totals and the shown cells (other hidden cells link its row to its column).
    """
    filled = {cell: n for cell, n in cells.items() if n}
    small = sorted((cell for cell, n in filled.items() if n < k), key=repr)
    hidden = {cell for cell, n in filled.items() if n < k or None in cell}
    # What else is hidden afterwards only protects a cell more: none has to be looked at again.
    for cell in small:
        while wanting := _wanting(cell, filled, hidden, k):
            hidden.add(min(wanting, key=lambda each: (filled[each], repr(each))))
    return hidden


def _wanting(
    cell: Cell, filled: Mapping[Cell, int], hidden: Collection[Cell], k: int
) -> list[Cell]:
    """Return the cells of which one more must be hidden for the sake of a small one."""
    lines = [[other for other in filled if other[axis] == cell[axis]] for axis in (0, 1)]
    for line in lines:
        kept_back = [filled[other] for other in line if other in hidden]
        still_open = [other for other in line if other not in hidden]
        if still_open and (len(kept_back) < 2 or sum(kept_back) < k):
            return still_open
    row, column = (_linked(cell, axis, hidden) for axis in (0, 1))
    if row & column:
        return []
    ends = {other: {(0, other[0]), (1, other[1])} for other in filled if other not in hidden}
    linking = [other for other, both in ends.items() if both & row and both & column]
    return linking or [other for other, both in ends.items() if both & (row | column)]


def _linked(cell: Cell, axis: int, hidden: Collection[Cell]) -> set[tuple[int, int | None]]:
    """Return the lines that hang together with a cell's own by hidden cells other than itself."""
    reached = {(axis, cell[axis])}
    todo = list(reached)
    while todo:
        axis, line = todo.pop()
        for other in hidden:
            end = (1 - axis, other[1 - axis])
            if other != cell and other[axis] == line and end not in reached:
                reached.add(end)
                todo.append(end)
    return reached
