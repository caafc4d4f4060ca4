"""Text on slides: how high it stands in a box, where it can be parted, and how it is written.

The program that opens the slides breaks the lines again, in its own font. So lines are counted in
a width that is smaller than the box by SLACK, and their distance is written down in points: text
that fits here fits there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.sax.saxutils import escape

from uniseg.graphemecluster import grapheme_clusters

from journeys.exports.slides.look import THEME
from journeys.maps.fonts import advance, is_rtl
from journeys.maps.theme import INK

SLACK = 1.14
"""How much wider a line may come out elsewhere; Arial's bold is 5 % wider than what is measured."""
LEADING = 1.24
"""From one line to the next, as a factor of the size."""
INDENT = 11.0
"""From a bullet to its text, in points."""
_IDEOGRAPHS = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_UNITS = re.compile(rf"[{_IDEOGRAPHS}]\s*|[^\s{_IDEOGRAPHS}]+\s*|\s+")
"""What a line is not broken within: words with the space behind them, single ideographs."""
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML file may hold."""
_COUNTER = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
_SCHEME = {"dk1": "tx1", "lt1": "bg1", "dk2": "tx2", "lt2": "bg2"}
_NAMES = {colour: _SCHEME.get(name, name) for name, colour in reversed(THEME.items())}


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a paragraph in one look; `size` in points."""

    text: str
    size: float
    colour: str = INK
    bold: bool = False
    italic: bool = False
    counts: bool = False
    """The number of the slide: it changes when the slide is moved."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs side by side, broken into lines where they need it."""

    runs: tuple[Run, ...]
    before: float = 0
    """Space above it, in points; none at the top of a box."""
    align: str = "start"
    """start · centre · end: of the direction in which it reads."""
    bullet: bool = False

    @property
    def text(self) -> str:
        """Return the whole text."""
        return "".join(run.text for run in self.runs)

    @property
    def leading(self) -> float:
        """Return the distance of its lines in points."""
        return round(max(run.size for run in self.runs) * LEADING, 2)


Paragraphs = tuple[Paragraph, ...]


def say(
    text: str, size: float, colour: str = INK, *, bold: bool = False, italic: bool = False,
    before: float = 0, align: str = "start", bullet: bool = False,
) -> Paragraphs:  # fmt: skip
    """Return a text as paragraphs, one for each of its lines; none where it is empty."""
    lines = clean(text).splitlines() if text else []
    return tuple(
        Paragraph((Run(line, size, colour, bold, italic),), 0 if place else before, align, bullet)
        for place, line in enumerate(lines)
    )


def clean(text: str) -> str:
    """Return a text without the characters that no file can hold."""
    return _UNWRITABLE.sub(" ", text)


def lines(paragraph: Paragraph, width: float) -> Iterator[tuple[Run, ...]]:
    """Break a paragraph into lines of at most `width` points, slack included."""
    room = _room(paragraph, width)
    line: list[Run] = []
    taken = 0.0
    for run in paragraph.runs:
        for unit in _units(run, room):
            long = _em(unit.rstrip(), run.bold, run.italic) * run.size
            if line and taken + long > room:
                yield tuple(line)
                line, taken = [], 0.0
            line.append(replace(run, text=unit))
            taken += _em(unit, run.bold, run.italic) * run.size
    yield tuple(line)


def _room(paragraph: Paragraph, width: float) -> float:
    return (width - (INDENT if paragraph.bullet else 0)) / SLACK


def _units(run: Run, room: float) -> Iterator[str]:
    """Yield what is not broken; what is wider than a line is broken at its letters."""
    for unit in _UNITS.findall(run.text):
        if _em(unit.rstrip(), run.bold, run.italic) * run.size <= room:
            yield unit
        else:
            yield from grapheme_clusters(unit)


@lru_cache(maxsize=50_000)
def _em(text: str, bold: bool, italic: bool) -> float:
    return advance(text, size=1, bold=bold, italic=italic)


def height(paragraphs: Sequence[Paragraph], width: float) -> float:
    """Return how high paragraphs stand in a box of a width between its insets, in points."""
    return sum(
        (each.before if place else 0) + count_lines(each, width) * each.leading
        for place, each in enumerate(paragraphs)
    )


@lru_cache(maxsize=20_000)
def count_lines(paragraph: Paragraph, width: float) -> int:
    """Return how many lines a paragraph takes."""
    widest = sum(_em(run.text, run.bold, run.italic) * run.size for run in paragraph.runs)
    return 1 if widest <= _room(paragraph, width) else sum(1 for _ in lines(paragraph, width))


def parted(paragraphs: Paragraphs, width: float, room: float) -> tuple[Paragraphs, Paragraphs]:
    """Return what fits into `room` points, at least one line, and what remains."""
    left = room
    for place, each in enumerate(paragraphs):
        fit = int((left - (each.before if place else 0) + 0.01) // each.leading)
        found = count_lines(each, width)
        if fit < found:
            head, rest = _cut(each, width, fit if place else max(1, fit))
            return (*paragraphs[:place], *head), (*rest, *paragraphs[place + 1 :])
        left -= (each.before if place else 0) + found * each.leading
    return paragraphs, ()


def _cut(paragraph: Paragraph, width: float, fit: int) -> tuple[Paragraphs, Paragraphs]:
    if fit <= 0:
        return (), (paragraph,)
    broken = list(lines(paragraph, width))
    pieces = broken[:fit], broken[fit:]
    head, rest = (tuple(run for line in piece for run in line) for piece in pieces)
    return (
        (replace(paragraph, runs=head),),
        (replace(paragraph, runs=rest, before=0, bullet=False),) if rest else (),
    )


def fill(colour: str) -> str:
    """Return a colour as XML, by its name in the theme where it has one; "" is none."""
    if not colour:
        return "<a:noFill/>"
    name = _NAMES.get(colour)
    inner = f'<a:schemeClr val="{name}"/>' if name else f'<a:srgbClr val="{colour[1:].upper()}"/>'
    return f"<a:solidFill>{inner}</a:solidFill>"


def written(paragraphs: Sequence[Paragraph], language: str) -> str:
    """Return paragraphs as XML; a body of text needs at least one, so none give an empty one."""
    if not paragraphs:
        return f'<a:p><a:endParaRPr lang="{escape(language)}" sz="900"/></a:p>'
    return "".join(
        _paragraph(each, language, each.before if place else 0)
        for place, each in enumerate(paragraphs)
    )


def _paragraph(paragraph: Paragraph, language: str, before: float) -> str:
    rtl = is_rtl(paragraph.text)
    side = {"start": "r" if rtl else "l", "centre": "ctr", "end": "l" if rtl else "r"}
    runs = "".join(_run(run, language) for run in _joined(paragraph.runs))
    indent = round(INDENT * 12_700) if paragraph.bullet else 0
    bullet = '<a:buChar char="•"/>' if paragraph.bullet else "<a:buNone/>"
    return (
        f'<a:p><a:pPr marL="{indent}" indent="{-indent}" algn="{side[paragraph.align]}" '
        f'rtl="{int(rtl)}">'
        f'<a:lnSpc><a:spcPts val="{round(paragraph.leading * 100)}"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="{round(before * 100)}"/></a:spcBef>'
        f"{bullet}</a:pPr>{runs}</a:p>"
    )


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield runs of one look as one."""
    joined: list[Run] = []
    for run in runs:
        if joined and replace(joined[-1], text="") == replace(run, text=""):
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        else:
            joined.append(run)
    yield from joined


def _run(run: Run, language: str) -> str:
    look = (' b="1"' if run.bold else "") + (' i="1"' if run.italic else "")
    tag, kind = ("a:fld", f' id="{_COUNTER}" type="slidenum"') if run.counts else ("a:r", "")
    return (
        f'<{tag}{kind}><a:rPr lang="{escape(language)}" sz="{round(run.size * 100)}"{look} '
        f'dirty="0">{fill(run.colour)}</a:rPr><a:t>{escape(clean(run.text))}</a:t></{tag}>'
    )
