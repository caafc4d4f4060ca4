"""From the header rows of a file to one name and one label per column."""

from collections.abc import Sequence

from feedback.imports.mappings.mapping import HeaderNames

# What stands under a question that has one answer: it says nothing that the question does not.
SAYS_NOTHING = {"", "response", "open-ended response"}


def names_and_labels(
    rows: Sequence[Sequence[str]], names: HeaderNames
) -> tuple[list[str], list[str]]:
    """Return the names of the columns and what they ask, both as wide as the widest row.

    The label is the second row, as in Qualtrics, else the name itself.
    """
    width = max(map(len, rows))
    first, second = (
        [cell.strip() for cell in row] + [""] * (width - len(row))
        for row in (rows[0], rows[1] if len(rows) > 1 else rows[0])
    )
    if names is HeaderNames.JOINED:
        joined = _joined(first, second)
        return joined, joined
    if names is HeaderNames.SECOND:
        second = [below or above for above, below in zip(first, second, strict=True)]
        return second, second
    return first, [below or above for above, below in zip(first, second, strict=True)]


def _joined(first: list[str], second: list[str]) -> list[str]:
    """Carry a question on over its options: "Which airlines?" and "Which airlines?: Lufthansa"."""
    found = []
    question = ""
    for above, below in zip(first, second, strict=True):
        if above:
            question = above
        said = above or (question if below else "")
        says_more = below.casefold() not in SAYS_NOTHING and below != above
        found.append(f"{said}: {below}" if said and says_more else said or below)
    return found
