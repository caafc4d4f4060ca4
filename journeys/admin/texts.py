r"""Several values in one cell: "Web; App", "Patience|calm|restless|2; Trust|||4".

A semicolon, bar or backslash that belongs to a value is written with a backslash before it.
"""

import re
from collections.abc import Iterable


def joined(values: Iterable[str], separator: str) -> str:
    """Return values as one text; `parts` takes it apart again."""
    glue = f"{separator} " if separator == ";" else separator
    return glue.join(re.sub(r"([\\;|])", r"\\\1", value) for value in values)


def parts(text: str, separator: str) -> list[str]:
    """Return the values of a text, without surrounding space; an empty text has none.

    The escapes of other separators stay, so a part can be taken apart further. Raises
    ValueError for a backslash at the end.
    """
    found = [""]
    characters = iter(text)
    for character in characters:
        if character == "\\":
            following = next(characters, None)
            if following is None:
                raise ValueError("A backslash stands at the end.")
            found[-1] += character + following
        elif character == separator:
            found.append("")
        else:
            found[-1] += character
    return [part.strip() for part in found] if text.strip() else []


def unescaped(part: str) -> str:
    """Return a value without the backslashes that protected it."""
    return re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL)
