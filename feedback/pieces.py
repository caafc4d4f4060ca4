"""Which pieces of a trend may be shown beside the whole of it, and beside everybody else's."""

from collections.abc import Iterable, Mapping

from feedback.metrics.suppression import suppress

Sizes = Mapping[int, int]
"""How many answered in each piece of a period."""


def hidden_pieces(sizes: Sizes, others: Sizes, withheld: Iterable[int], minimum: int) -> set[int]:
    """Return the pieces to hide, so that no subtraction leads to fewer people than the minimum.

    `sizes` are those of the slice that is shown, and their sum stands beside them. `others` are
    the answers outside the slice, whose trend another view shows together with the slice's;
    empty where nothing is sliced. `withheld` are pieces that must not be shown in any case.
    """
    hidden = set(withheld)
    for counts in (others, sizes):
        if not hidden and all(n >= minimum or not n for n in counts.values()):
            continue  # The usual case: nothing to hide, and so no second to hide beside it.
        shown = {str(piece): n for piece, n in sorted(counts.items()) if piece not in hidden}
        hidden |= {int(piece) for piece in suppress(sum(counts.values()), shown, minimum)}
    return hidden
