"""Breaking a text into lines that fit a width, with the real widths of the fonts.

Lines break where Unicode allows it (UAX #14), by the classes that uniseg knows; its own finder of
breaks takes 0.3 ms a letter, and a test holds this one to it. Scripts without spaces break between
letters, and so does a word that is wider than the line, but never within what a reader takes for
one letter (UAX #29). Nothing stands out beyond the width, unless a single letter is wider.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from uniseg.graphemecluster import (
    GraphemeClusterBreak,
    InCB,
    grapheme_cluster_break,
    grapheme_clusters,
    indic_conjunct_break,
)
from uniseg.linebreak import LineBreak as Break
from uniseg.linebreak import line_break

from journeys.maps.fonts import advance, is_rtl
from journeys.maps.theme import Style


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph, without the space at its end; width in points."""

    text: str
    width: float
    rtl: bool = False
    """The paragraph reads from right to left."""


def measure(text: str, style: Style) -> float:
    """Return the width of a text on one line, in points."""
    return advance(text, size=style.size, bold=style.bold, italic=style.italic)


@lru_cache(maxsize=20_000)
def set_lines(text: str, width: float, style: Style) -> tuple[Line, ...]:
    """Return the lines of a text in a width in points, at least one for each line of its own."""
    return tuple(
        line
        for paragraph in text.strip().splitlines()
        for line in _paragraph(re.sub(r"[ \t]+", " ", paragraph).strip(" "), width, style)
    )


def _paragraph(text: str, width: float, style: Style) -> Iterator[Line]:
    rtl, space = is_rtl(text), measure(" ", style)
    line, used, gap = "", 0.0, 0.0
    for unit, wide in _fitting(_units(text), width, style):
        if line and used + gap + wide > width:
            yield Line(line.rstrip(" "), used, rtl)
            line, used, gap = "", 0.0, 0.0
        line, used, gap = line + unit, used + gap + wide, space * unit.endswith(" ")
    yield Line(line.rstrip(" "), used, rtl)


def _fitting(units: Iterable[str], width: float, style: Style) -> Iterator[tuple[str, float]]:
    """Yield the units with their widths, those wider than the line in pieces that are not."""
    for unit in units:
        word = unit.rstrip(" ")
        letters = clusters(word) if len(word) > _LONG else []
        wide = sum(measure(each, style) for each in letters) if letters else measure(word, style)
        if wide <= width:
            yield unit, wide
            continue
        piece, used = "", 0.0
        for cluster in letters or clusters(word):
            wide = measure(cluster, style)
            if piece and used + wide > width:
                yield piece, used
                piece, used = "", 0.0
            piece, used = piece + cluster, used + wide
        yield piece + unit[len(word) :], used


def _units(text: str) -> Iterator[str]:
    """Yield the parts between which a line may break, each with the space behind it."""
    for word in re.findall(r"[^ ]+ ?", text):
        if word.rstrip(" ").isalnum() and word.isascii():
            yield word
        else:
            yield from _word_units(word)


_LONG = 24
"""Letters from which on a word's width is the sum of theirs: shaping it whole takes longer."""


@lru_cache(maxsize=20_000)
def _word_units(word: str) -> tuple[str, ...]:
    units, start, classes = [], 0, [_break(char) for char in word]
    for place in range(1, len(word)):
        if _may_break(classes, place):
            units.append(word[start:place])
            start = place
    return (*units, word[start:])


_MARKS = {Break.CM, Break.ZWJ}


_NOT_BEFORE = {
    Break.CM, Break.ZWJ, Break.WJ, Break.GL, Break.CL, Break.CP, Break.EX, Break.IS, Break.SY,
    Break.NS, Break.CJ, Break.QU, Break.BA, Break.HY, Break.IN, Break.ZW, Break.SP, Break.PO,
    Break.EM, Break.JV, Break.JT, Break.BK, Break.CR, Break.LF, Break.NL,
}  # fmt: skip
_NOT_AFTER = {
    Break.ZWJ, Break.WJ, Break.GL, Break.OP, Break.QU, Break.BB, Break.PR, Break.JL, Break.RI,
}  # fmt: skip
_IDEOGRAPHS = {Break.ID, Break.EB, Break.EM, Break.H2, Break.H3, Break.CJ}
_HYPHENS = {Break.HY, Break.BA, Break.SY, Break.B2}
_LETTERS = {Break.AL, Break.AI, Break.SA, Break.ID}


def _may_break(classes: list[Break], place: int) -> bool:
    """Say whether a line may end before a letter; where in doubt it may not."""
    after, before = classes[place], classes[place - 1]
    if after in _NOT_BEFORE or before in _NOT_AFTER:
        return False
    base = next((each for each in reversed(classes[:place]) if each not in _MARKS), before)
    if base in _NOT_AFTER:
        return False
    if base in _IDEOGRAPHS or after in _IDEOGRAPHS:
        return True
    # A hyphen at the start of a word, as of a negative number, stays with it.
    return base in _HYPHENS and after in _LETTERS and place > 1 and classes[place - 2] in _LETTERS


_SIMPLE = {
    GraphemeClusterBreak.OTHER,
    GraphemeClusterBreak.EXTEND,
    GraphemeClusterBreak.PACINGMARK,
}


def clusters(text: str) -> list[str]:
    """Return what a reader takes for single letters."""
    if text.isascii():
        return list(text)
    kinds = [_cluster(char) for char in text]
    if not _SIMPLE.issuperset(kinds) or any(map(_joins_consonants, text)):
        return list(grapheme_clusters(text))
    found: list[str] = []
    for char, kind in zip(text, kinds, strict=True):
        if kind == GraphemeClusterBreak.OTHER or not found:
            found.append(char)
        else:
            found[-1] += char
    return found


@cache
def _break(char: str) -> Break:
    return line_break(char)


@cache
def _cluster(char: str) -> GraphemeClusterBreak:
    return grapheme_cluster_break(char)


@cache
def _joins_consonants(char: str) -> bool:
    return bool(indic_conjunct_break(char) == InCB.LINKER)
