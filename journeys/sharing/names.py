"""Taking names and quotes out of what people wrote."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from string import ascii_uppercase

Words = Callable[[str], str]
"""A text in, the text that may be shown out."""

SOMEBODY = "[name]"
QUOTE = "“…”"
_ADDRESS = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_QUOTED = re.compile(r"“[^“”]*[“”]|„[^“”]*[“”]|«[^«»]*»|\"[^\"]*\"")
_WORD = re.compile(r"[^\W\d_]+")
SHORTEST_WORD = 3
"""Letters that a part of a name has at least to be taken for the name."""


def without_quotes(text: str) -> str:
    """Return a text with nothing left between its quotation marks."""
    return _QUOTED.sub(QUOTE, text)


def personas_named(names: Iterable[str]) -> dict[str, str]:
    """Return what each persona is called instead: "Persona A", "Persona B" …, in order."""
    return {name: f"Persona {_letters(place)}" for place, name in enumerate(names)}


def name_hider(
    personas: dict[str, str], people: Iterable[str], *, spared: Iterable[str] = ()
) -> Words:
    """Return what replaces names in a text: personas' by another, people's by "[name]".

    Whole names are found whatever their case, and with an "s" behind; of a name of several words
    also each word as it is written, if it begins with a capital. `spared` are texts whose words
    stand for something else here, such as a segment's name. E-mail addresses go, too.
    """
    others = [*personas.items(), *((name, SOMEBODY) for name in people)]
    named = [(_composed(name), other) for name, other in others if name.strip()]
    whole = {_folded(name): other for name, other in reversed(named)}
    kept = {word for text in spared for word in _WORD.findall(_composed(text))}
    words = {
        word: other
        for name, other in reversed(named)
        for word in _WORD.findall(name)
        if len(word) >= SHORTEST_WORD and not word.islower() and word not in kept
    }
    pattern = re.compile(
        f"(?P<address>{_ADDRESS})|(?P<whole>(?i:{_any_of(name for name, _ in named)}))"
        f"|(?P<word>{_any_of(words)})"
    )

    def stand_in(match: re.Match[str]) -> str:
        found = match[0]
        if match.lastgroup == "word":
            return words[found]
        return whole.get(_folded(found), SOMEBODY)

    return lambda text: pattern.sub(stand_in, _composed(text))


def _any_of(names: Iterable[str]) -> str:
    """Return the pattern of any of the names, the longest that fits first."""
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    return "|".join(map(_bounded, longest_first)) or r"(?!)"


def _letters(place: int) -> str:
    """Return A … Z, AA, AB … for 0 and on."""
    more, letter = divmod(place, len(ascii_uppercase))
    return (_letters(more - 1) if more else "") + ascii_uppercase[letter]


def _bounded(name: str) -> str:
    """Return the pattern of a name that is no part of a longer word, where words have ends.

    Scripts without capitals may write on without a space: there, every place counts.
    """
    pattern = r"\s+".join(re.escape(word) for word in name.split())
    before = r"(?<!\w)" if _has_case(name[0]) else ""
    after = r"(?=s?(?!\w))" if _has_case(name[-1]) else ""
    return f"{before}{pattern}{after}"


def _has_case(letter: str) -> bool:
    return letter.isascii() or letter.lower() != letter.upper()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _folded(name: str) -> str:
    return " ".join(_composed(name).split()).casefold()
