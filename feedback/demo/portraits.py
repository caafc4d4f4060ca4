"""Flat portraits for the demo's personas, drawn from a few shapes: nobody's photo."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = 320
# Drawn larger and scaled down, because Pillow's shapes have hard edges.
SCALE = 4

_Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """Colours as "#rrggbb"; `style` of the hair: "long", "bob", "bun" or "beard"."""

    skin: str
    hair: str
    clothes: str
    ground: str
    style: str
    glasses: bool = False


def draw(portrait: Portrait) -> bytes:
    """Return the portrait as a PNG of 320 × 320; the same portrait gives the same picture."""
    image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), portrait.ground)
    canvas = _Canvas(image)
    shade = _darker(portrait.skin, 0.88)
    canvas.oval((40, 28, 280, 268), _darker(portrait.ground, 0.94))
    _hair_behind(canvas, portrait)
    canvas.round((58, 246, 262, 420), 78, portrait.clothes)
    canvas.round((132, 190, 188, 274), 26, shade)
    canvas.pie((120, 218, 200, 290), portrait.skin)
    canvas.oval((94, 136, 116, 170), shade)
    canvas.oval((204, 136, 226, 170), shade)
    canvas.oval((102, 76, 218, 226), portrait.skin)
    _hair_before(canvas, portrait)
    _face(canvas, portrait, shade)
    small = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).quantize(64)
    content = BytesIO()
    small.save(content, "PNG", optimize=True)
    return content.getvalue()


class _Canvas:
    """Pillow's drawing in the units of the finished picture."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)

    def oval(self, box: _Box, colour: str) -> None:
        self._draw.ellipse(_scaled(box), colour)

    def round(self, box: _Box, radius: float, colour: str) -> None:
        self._draw.rounded_rectangle(_scaled(box), radius * SCALE, colour)

    def pie(self, box: _Box, colour: str, start: float = 0, end: float = 180) -> None:
        self._draw.pieslice(_scaled(box), start, end, colour)

    def chord(self, box: _Box, colour: str, start: float, end: float) -> None:
        self._draw.chord(_scaled(box), start, end, colour)

    def arc(self, box: _Box, colour: str, width: float, start: float, end: float) -> None:
        self._draw.arc(_scaled(box), start, end, colour, round(width * SCALE))


def _hair_behind(canvas: _Canvas, portrait: Portrait) -> None:
    if portrait.style == "long":
        canvas.round((82, 58, 238, 286), 74, portrait.hair)
    elif portrait.style == "bob":
        canvas.round((84, 60, 236, 214), 66, portrait.hair)
    elif portrait.style == "bun":
        canvas.oval((130, 28, 190, 88), portrait.hair)
        canvas.round((92, 64, 228, 190), 64, portrait.hair)


def _hair_before(canvas: _Canvas, portrait: Portrait) -> None:
    canvas.pie((98, 58, 222, 178), portrait.hair, 180, 360)
    if portrait.style == "beard":
        canvas.round((98, 108, 111, 170), 6, portrait.hair)
        canvas.round((209, 108, 222, 170), 6, portrait.hair)
        canvas.chord((100, 84, 220, 236), portrait.hair, 10, 170)
        canvas.oval((118, 118, 202, 192), portrait.skin)
    elif portrait.style == "long":
        canvas.oval((140, 96, 220, 190), portrait.skin)
        canvas.round((214, 100, 238, 210), 12, portrait.hair)
    else:
        canvas.oval((110, 98, 210, 160), portrait.skin)


def _face(canvas: _Canvas, portrait: Portrait, shade: str) -> None:
    ink = "#2a2320"
    for x in (138, 182):
        canvas.oval((x - 5, 144, x + 5, 156), ink)
        canvas.arc((x - 13, 127, x + 13, 147), _darker(portrait.hair, 0.75), 4, 215, 325)
    canvas.arc((150, 150, 170, 174), shade, 4, 20, 140)
    canvas.arc((140, 160, 180, 188), _darker(portrait.skin, 0.62), 5, 25, 155)
    if portrait.glasses:
        for x in (138, 182):
            canvas.arc((x - 19, 131, x + 19, 169), "#4a3f3a", 4, 0, 360)
        canvas.arc((152, 142, 168, 158), "#4a3f3a", 4, 200, 340)


def _scaled(box: _Box) -> _Box:
    left, top, right, bottom = (SCALE * side for side in box)
    return left, top, right, bottom


def _darker(colour: str, factor: float) -> str:
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(part * factor):02x}" for part in parts)
