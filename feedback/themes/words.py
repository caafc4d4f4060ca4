"""Texts in any script, reduced to the words in which keywords are looked for."""

import unicodedata

# Scripts that are written without spaces: there a word may begin and end anywhere.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


_APOSTROPHES = frozenset(
    "'`\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}\N{ACUTE ACCENT}"
)


class _Table(dict[int, str | None]):
    """What becomes of a character, looked up once: words stay, the rest turns into space.

    Apostrophes and invisible characters go, so that "don't" and "don’t" are one word.
    """

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        category = unicodedata.category(character)
        kept: str | None = " "
        if category[0] in "LMN":
            kept = character
        elif category == "Cf" or character in _APOSTROPHES:
            kept = None
        self[code] = kept
        return kept


_TABLE = _Table()


def words(text: str) -> str:
    """Return the text's words in one spelling, a single space before, between and after them.

    Case, width and the many ways to write one accent make no difference; a text without words
    is one space.
    """
    spelt = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return f" {' '.join(spelt.translate(_TABLE).split())} ".replace("  ", " ")


def has_spaces(character: str) -> bool:
    """True for a letter of a script that puts spaces between words."""
    return not unicodedata.name(character, "").startswith(_UNSPACED)
