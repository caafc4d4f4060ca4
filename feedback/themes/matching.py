"""Which themes a text speaks about: those of which it uses a keyword."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from feedback.themes.words import has_spaces, words

LONGEST_KEYWORD = 100
MOST_KEYWORDS = 500


class BadKeyword(ValueError):
    """A keyword that no comment could ever use."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase as it stands in a text that `words` has reduced: " waited ", " wait"."""

    needle: str

    @classmethod
    def of(cls, line: str) -> "Keyword":
        """Read a line: a word or phrase, with * at its end for any ending.

        Raises BadKeyword for a line without a word, with a * elsewhere, or one that is too long.
        """
        written = line.strip()
        if len(written) > LONGEST_KEYWORD:
            raise BadKeyword(f"“{written[:40]}…” is longer than {LONGEST_KEYWORD} characters.")
        stem = written.removesuffix("*")
        if "*" in stem:
            raise BadKeyword(f"“{written}”: the * may only stand at the end.")
        spelt = words(stem).strip()
        if not spelt:
            raise BadKeyword(f"“{written}” has no word in it.")
        before = " " if has_spaces(spelt[0]) else ""
        after = " " if has_spaces(spelt[-1]) and stem == written else ""
        return cls(f"{before}{spelt}{after}")


def read_keywords(text: str) -> tuple[Keyword, ...]:
    """Return the keywords of a text with one on each line; empty lines count for nothing.

    Raises BadKeyword as `Keyword.of` does, and for more than MOST_KEYWORDS.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_KEYWORDS:
        raise BadKeyword(f"These are {len(lines):,} keywords; {MOST_KEYWORDS} is the most.")
    return tuple(dict.fromkeys(map(Keyword.of, lines)))


@dataclass(frozen=True, slots=True)
class Matcher:
    """The keywords of all themes of a workspace, by the theme's id."""

    keywords: Mapping[int, tuple[str, ...]]

    @classmethod
    def of(cls, themes: Iterable[tuple[int, str]]) -> "Matcher":
        """Return the matcher of (id, keywords) pairs; what is no keyword is left out."""
        return cls({pk: _needles(text) for pk, text in themes})

    def themes_of(self, text: str) -> set[int]:
        """Return the ids of the themes that a comment speaks about."""
        spelt = words(text)
        return {
            pk
            for pk, needles in self.keywords.items()
            if any(needle in spelt for needle in needles)
        }


@lru_cache(maxsize=1_000)
def _needles(text: str) -> tuple[str, ...]:
    needles = []
    for line in text.splitlines():
        try:
            needles.append(Keyword.of(line).needle)
        except BadKeyword:
            continue
    return tuple(dict.fromkeys(needles))
