"""The fonts that maps are drawn with, and how wide a text is in them.

They come with installed packages, so that a file looks the same on every machine: FiraGO for Latin,
Greek, Cyrillic, Arabic, Hebrew, Devanagari, Thai and Georgian, three Noto fonts for signs, and Noto
Sans CJK where `requirements-cjk.txt` is installed. A font for colour emoji is used only where the
setting EMOJI_FONT names it. What FiraGO lacks is taken, character by character, from the others.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from tempfile import NamedTemporaryFile
from unicodedata import bidirectional, category, normalize

import uharfbuzz as harfbuzz
from django.conf import settings
from fontTools import unicodedata
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

ASCENT = 0.935
"""From the baseline to the top of the letters, as a factor of the size; as FiraGO says."""
DESCENT = 0.265
"""From the baseline down to the lowest letter."""
LINE = 1.3
"""From one baseline to the next."""
BOX = "▯"
"""Drawn in place of a character that no font has."""


class Face(StrEnum):
    """The faces of FiraGO; the values are font keys."""

    REGULAR = "regular"
    BOLD = "bold"
    ITALIC = "italic"
    BOLD_ITALIC = "bold_italic"

    @classmethod
    def of(cls, *, bold: bool = False, italic: bool = False) -> "Face":
        """Return the face of a weight and a slant."""
        if bold:
            return cls.BOLD_ITALIC if italic else cls.BOLD
        return cls.ITALIC if italic else cls.REGULAR


_PACKED = {
    Face.REGULAR: "FiraGO_Regular",
    Face.BOLD: "FiraGO_Bold",
    Face.ITALIC: "FiraGO_Italic",
    Face.BOLD_ITALIC: "FiraGO_BoldItalic",
    "symbols": "NotoSansSymbols2_Regular",
    "signs": "NotoSansSymbols_Regular",
    "math": "NotoSansMath_Regular",
}
"""Font key -> module of the package pymupdf-fonts that holds the font, compressed."""
_IGNORED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""Characters without a picture of their own: joiners, directions, variants, controls."""
_SHAPED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u08ff\u0900-\u109f\u1100-\u11ff\u1700-\u1cff\u1dc0-\u1dff"
    "\u200c-\u200f\u202a-\u202e\u2066-\u2069\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ua800-\uabff"
    "\ufb1d-\ufdff\ufe00-\ufe0f\ufe20-\ufe2f\ufe70-\ufefc\U00010800-\U00011fff\U0001e800-\U0001eeff"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]"
)
"""Characters that change with their neighbours; all others are as wide as the font's table says."""
_SPACES = {
    "\u1680": 0.25, "\u2000": 0.5, "\u2001": 1, "\u2002": 0.5, "\u2003": 1, "\u2004": 1 / 3,
    "\u2005": 0.25, "\u2006": 1 / 6, "\u2009": 0.2, "\u200a": 0.1, "\u202f": 0.2, "\u205f": 4 / 18,
    "\u3000": 1,
}  # fmt: skip
"""Spaces that FiraGO has no picture for, which they need not have, with their widths."""
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_CHINESE = 2
_CJK = {"ja": 0, "ko": 1, "zh-tw": 3, "zh-hant": 3, "zh-hk": 4}
"""Language -> the place of its letters' forms in Noto Sans CJK; simplified Chinese for others."""
_FOLLOWING = "\u200c\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""Joiners, and the tones of skin."""
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff"
    "\U0001e800-\U0001eeff]"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line that is in one font and reads in one direction."""

    key: str
    text: str
    rtl: bool


@dataclass(frozen=True, slots=True)
class Glyph:
    """A picture in a font; lengths at the size 1, y up."""

    number: int
    text: str
    """The characters that it stands for, with the glyphs after it that have none; a bracket as the
    eye sees it."""
    advance: float
    x: float = 0
    y: float = 0


@cache
def font_keys(face: Face) -> tuple[str, ...]:
    """Return the fonts in which a character is looked for, the face itself first."""
    emoji = ("emoji",) if settings.EMOJI_FONT else ()
    cjk = ("cjk",) if find_spec("noto_cjk_sans_otc") else ()
    return (face, *emoji, "symbols", "signs", "math", *cjk)


@cache
def font_file(key: str) -> Path:
    """Return the file of a font; those that come compressed are unpacked once, into FONT_DIR."""
    if key == "emoji":
        return Path(settings.EMOJI_FONT)
    if key == "cjk":
        return Path(str(files("noto_cjk_sans_otc").joinpath("NotoSansCJK-Regular.ttc")))
    module = _PACKED[key]
    path = Path(settings.FONT_DIR) / f"{module}-{version('pymupdf-fonts')}.ttf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another process may be reading, or unpacking, the same font.
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(import_module(f"pymupdf_fonts.{module}").fontbuffer)
        Path(file.name).replace(path)
    return path


@cache
def loaded(key: str, number: int = _CHINESE) -> harfbuzz.Font:
    """Return a font for measuring and shaping; `number` is its place in a file of several."""
    blob = harfbuzz.Blob.from_file_path(font_file(key))
    return harfbuzz.Font(harfbuzz.Face(blob, number if key == "cjk" else 0))


def is_rtl(text: str) -> bool:
    """Say whether the first letter that has a direction reads from right to left."""
    directions = (bidirectional(char) for char in text)
    return next((each != "L" for each in directions if each in {"L", "R", "AL"}), False)


def needs_shaping(text: str) -> bool:
    """Say whether a text is more than its characters side by side."""
    return not text.isascii() and _SHAPED.search(text) is not None


def missing(text: str) -> set[str]:
    """Return the characters that no font can draw."""
    return {char for char in set(text) if _font_of(char, Face.REGULAR) is None}


@lru_cache(maxsize=20_000)
def _font_of(char: str, face: Face) -> str | None:
    """Return the key of the first font that has a character; "" where none has to."""
    if char in _SPACES:
        return face
    found = (key for key in font_keys(face) if loaded(key).get_nominal_glyph(ord(char)))
    return next(found, "" if _IGNORED.match(char) else None)


def runs(text: str, *, bold: bool = False, italic: bool = False) -> list[tuple[str, str]]:
    """Return the parts of a text with the keys of their fonts.

    Marks, joiners and variants stay with the letter before them; what cannot be drawn comes under
    the face's own key.
    """
    face = Face.of(bold=bold, italic=italic)
    if text.isascii() and text.isprintable():
        return [(face, text)] if text else []
    placed: list[tuple[str, str]] = []
    for char in text:
        before = placed[-1][0] if placed else face
        key = before if _stays(char, before) else _font_of(char, face)
        if key != "":
            placed.append((key or face, char))
    return [
        (key, "".join(char for _, char in part))
        for key, part in groupby(placed, key=lambda each: each[0])
    ]


def _stays(char: str, before: str) -> bool:
    follows = category(char)[0] == "M" or char in _FOLLOWING
    if not follows:
        return False
    return bool(_IGNORED.match(char) or loaded(before).get_nominal_glyph(ord(char)))


@cache
def _plain(key: str, char: str, number: int = _CHINESE) -> Glyph:
    font = loaded(key, number)
    if char in _SPACES:
        return Glyph(font.get_nominal_glyph(ord(" ")), char, _SPACES[char])
    # Fonts without a box have a picture of their own for what they lack: the first.
    glyph = font.get_nominal_glyph(ord(char)) or font.get_nominal_glyph(ord(BOX)) or 0
    return Glyph(glyph, char, font.get_glyph_h_advance(glyph) / font.face.upem)


class _Advances(dict[str, float]):
    """Character -> its width in a face at the size 1."""

    def __init__(self, face: Face) -> None:
        self.face = face

    def __missing__(self, char: str) -> float:
        key = _font_of(char, self.face)
        self[char] = 0.0 if key == "" else _plain(key or self.face, char).advance
        return self[char]


_advances = {face: _Advances(face) for face in Face}


def advance(text: str, *, size: float, bold: bool = False, italic: bool = False) -> float:
    """Return the width of a text on one line in points, at a size in points."""
    if needs_shaping(text):
        return size * _shaped_width(text, bold, italic)
    return size * sum(map(_advances[Face.of(bold=bold, italic=italic)].__getitem__, text))


@lru_cache(maxsize=20_000)
def _shaped_width(text: str, bold: bool, italic: bool) -> float:
    parts = spans(text, bold=bold, italic=italic, rtl=is_rtl(text))
    return sum(glyph.advance for part in parts for glyph in shape(part))


def spans(text: str, *, bold: bool = False, italic: bool = False, rtl: bool = False) -> list[Span]:
    """Return the parts of a line as the eye meets them from left to right.

    `rtl` is the direction of the paragraph. The order is that of Unicode's bidirectional algorithm.
    """
    found: list[Span] = []
    for part, level in _levels(text, rtl):
        turned = level % 2 == 1
        split = [
            Span(key, each, turned)
            for key, run in runs(part, bold=bold, italic=italic)
            for each in _scripts(run)
        ]
        found += reversed(split) if turned else split
    return found


def _scripts(text: str) -> list[str]:
    """Return the parts of a text that are shaped by one script's rules each.

    Spaces, signs and marks stay with the letter before them.
    """
    if not needs_shaping(text):
        return [text]
    parts, script = [""], ""
    for char in text:
        own = _script(char)
        if own and script and own != script:
            parts.append("")
        parts[-1] += char
        script = own or script
    return parts


@cache
def _script(char: str) -> str:
    """Return the script of a letter, "" for what is of many."""
    found: str = unicodedata.script(char)
    return "" if found in {"Zyyy", "Zinh", "Zzzz"} else found


def _levels(text: str, rtl: bool) -> list[tuple[str, int]]:
    """Return the parts of a text with their levels of embedding, in the order of sight."""
    if not (rtl or _RIGHT_TO_LEFT.search(text)):
        return [(text, 0)]
    direction = TextDirection.RTL if rtl else TextDirection.LTR
    paragraph = BidiParagraph(text, direction, preserve_bn_chars=True)
    chars = paragraph.get_characters_with_embedding_level()
    parts = [
        ("".join(char.character for char in part), level)
        for level, part in groupby(chars, key=lambda char: char.embedding_level)
    ]
    # Rule L2: from the innermost level outwards, what lies at it or deeper is turned round.
    for least in range(max(level for _, level in parts), 0, -1):
        parts = _turned(parts, least)
    return parts


def _turned(parts: list[tuple[str, int]], least: int) -> list[tuple[str, int]]:
    grouped = [(deep, list(group)) for deep, group in groupby(parts, lambda part: part[1] >= least)]
    return [part for deep, group in grouped for part in (group[::-1] if deep else group)]


def shape(span: Span, language: str = "") -> list[Glyph]:
    """Return the glyphs of a span from left to right; a box for what cannot be drawn.

    Between the forms of Chinese, Japanese and Korean letters the language decides.
    """
    number = _CJK.get(language.lower(), _CHINESE)
    if not (span.rtl or needs_shaping(span.text)):
        return [_plain(span.key, char, number) for char in span.text]
    font = loaded(span.key, number)
    buffer = harfbuzz.Buffer()
    buffer.cluster_level = harfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(span.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if span.rtl else "ltr"
    harfbuzz.shape(font, buffer)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(zip(starts, [*starts[1:], len(span.text)], strict=True))
    per_em = font.face.upem
    glyphs = []
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        text = span.text[info.cluster : ends.pop(info.cluster, info.cluster)]
        text = text.translate(_MIRRORED) if span.rtl else text
        lengths = (each / per_em for each in (at.x_advance, at.x_offset, at.y_offset))
        found = Glyph(info.codepoint, text, *lengths)
        glyphs.append(found if found.number else replace(_plain(span.key, BOX), text=text))
    return glyphs


def subset(key: str, glyphs: Iterable[int], language: str = "") -> tuple[bytes, dict[int, int]]:
    """Return a font file with just these glyphs, and their numbers in it by those in the whole."""
    wanted = harfbuzz.SubsetInput()
    wanted.glyph_set.update(glyphs)
    # A font without any character is none to some readers.
    wanted.unicode_set.add(ord(" "))
    wanted.layout_feature_tag_set.clear()
    number = _CJK.get(language.lower(), _CHINESE)
    plan = harfbuzz.SubsetPlan(loaded(key, number).face, wanted)
    content: bytes = plan.execute().blob.data
    return content, dict(plan.old_to_new_glyph_mapping)


def subset_for(key: str, text: str, language: str = "") -> bytes:
    """Return a font file that draws these characters in every order."""
    wanted = harfbuzz.SubsetInput()
    # Who shapes may take a letter apart, or put it together from its marks.
    whole = text + normalize("NFKD", text) + normalize("NFC", text)
    wanted.unicode_set.update(map(ord, whole))
    wanted.flags = harfbuzz.SubsetFlags.NOTDEF_OUTLINE
    number = _CJK.get(language.lower(), _CHINESE)
    content: bytes = harfbuzz.subset(loaded(key, number).face, wanted).blob.data
    return content
