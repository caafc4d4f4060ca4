"""What stands below the lanes: how to read the map, and where and when it was drawn."""

from collections.abc import Callable
from itertools import pairwise

from journeys.exports.options import ExportOptions
from journeys.exports.wording import day
from journeys.maps import theme
from journeys.maps.drawing import Path, Shape
from journeys.maps.grid import Card, Heat, JourneyMap, Mood
from journeys.maps.layout.cards import owner_edge, pill, star
from journeys.maps.layout.feelings import dot
from journeys.maps.layout.grid import Columns, Row
from journeys.maps.layout.sketch import Sketch
from journeys.maps.theme import GAP, PAD_X

_SIGN = 22.0
"""The room for a sign beside its meaning."""


def legend(found: JourneyMap, at: Columns, top: float) -> Row:
    """Draw how to read the signs that are on this map, in the slots of the grid."""
    used = _used(found)
    signs = [sign for key, sign in _SIGNS.items() if key in used]
    name = Sketch(PAD_X, top, theme.RAIL - 2 * PAD_X)
    name.write("How to read it", theme.LANE)
    blocks = [name.block("legend")]
    places = list(pairwise(at.slots))
    y = bottom = top
    for number, (text, draw) in enumerate(signs):
        column = number % len(places)
        if column == 0 and number:
            y = bottom + GAP
        left, right = places[column]
        sketch = Sketch(left + PAD_X, y, right - left - 2 * PAD_X)
        draw(sketch)
        sketch.left += _SIGN
        sketch.write(text, theme.LEGEND)
        blocks.append(sketch.block(f"legend-{number}"))
        bottom = max(bottom, blocks[-1].y + blocks[-1].height)
    bottom = max(bottom, blocks[0].y + blocks[0].height)
    return Row(tuple(blocks), bottom + 10)


def _used(found: JourneyMap) -> set[str]:
    """Return which signs a reader of this map meets."""
    used = {"unknown"}
    items = [item for lane in found.lanes for cell in lane.cells for item in cell.items]
    forms = {lane.form for lane in found.lanes}
    for item in items:
        used |= _signs_of(item)
    if "scores" in forms:
        used |= {"scores", "interval"}
    if any(metric.change for metric in found.headline):
        used.add("change")
    if found.headline:
        used.add("interval")
    return used


def _signs_of(item: object) -> set[str]:
    match item:
        case Card():
            badge = item.badge
            return {
                *(["star"] if item.starred else ()),
                *(["owner"] if item.hue is not None else ()),
                *(["severity"] if item.tone else ()),
                *(["impact"] if "×" in badge and not item.tone else ()),
            }
        case Mood():
            return {
                *(["measured"] if item.measured_path else ()),
                *(["assessed"] if item.assessed_y else ()),
                *(["below"] if item.below else ()),
            }
        case Heat():
            return {"heat", *([item.flag_sign] if item.flag_sign else ())}
    return set()


def _line(sketch: Sketch, *, dashed: bool) -> None:
    y = sketch.pen + theme.LEGEND.leading / 2
    ends = ((sketch.left, y), (sketch.left + _SIGN - 6, y))
    colour, width = (theme.INK_3, 1.2) if dashed else (theme.ACCENT, 1.8)
    sketch.marks.append(Path((ends,), colour, width, dashed=dashed))


def _word(text: str) -> Callable[[Sketch], None]:
    def draw(sketch: Sketch) -> None:
        sketch.run(sketch.left, text, theme.LEGEND)

    return draw


def _pill(text: str) -> Callable[[Sketch], None]:
    def draw(sketch: Sketch) -> None:
        pill(sketch, sketch.left, text, theme.BADGE)

    return draw


def _below(sketch: Sketch) -> None:
    middle = sketch.pen + theme.LEGEND.leading / 2
    sketch.marks.append(dot(sketch.left + 8, middle, 3.2, theme.TONES["t1"], 1.6))


def _star(sketch: Sketch) -> None:
    sketch.marks.append(star(sketch.left + 8, sketch.pen + theme.LEGEND.leading / 2, 4.5))


def _owners(sketch: Sketch) -> None:
    for place, hue in enumerate((0, 1, 4)):
        sketch.marks += owner_edge(hue, sketch.left + place * 6, sketch.pen - 3, 16)


def _ramp(sketch: Sketch) -> None:
    for place, colour in enumerate(theme.HEAT[::2]):
        sketch.marks.append(Shape(sketch.left + place * 2.8, sketch.pen + 1, 2.8, 8, colour))


def _tones(sketch: Sketch) -> None:
    for place, colour in enumerate(theme.TONES.values()):
        sketch.marks.append(Shape(sketch.left + place * 3.4, sketch.pen + 2.8, 3.4, 4.6, colour))


_SIGNS: dict[str, tuple[str, Callable[[Sketch], None]]] = {
    "measured": (
        "measured from feedback, with its 95 % band",
        lambda sketch: _line(sketch, dashed=False),
    ),
    "assessed": ("assessed in workshop", lambda sketch: _line(sketch, dashed=True)),
    "below": ("below expectations", _below),
    "star": ("moment that matters", _star),
    "owner": ("a colour and pattern for each owner", _owners),
    "interval": ("95 % interval; n is how many answered", _word("±")),
    "scores": ("answers from worst to best, and their trend", _tones),
    "change": ("clear change; · no clear difference", _word("▲ ▼")),
    "heat": ("friction, from 0 smooth to 100 stuck", _ramp),
    "◐": ("friction partly measured", _word("◐")),
    "≠": ("workshop and data disagree", _word("≠")),
    "severity": ("severity, 0 to 4: cosmetic to blocks people", _pill("3")),
    "impact": ("impact × effort, each 1 to 5", _pill("4×2")),
    "unknown": ("not known, or hidden to protect people", _word("–")),
}


def footer(found: JourneyMap, options: ExportOptions, at: Columns, top: float) -> Row:
    """Draw where the poster comes from."""
    sketch = Sketch(PAD_X, top, at.slots[min(3, len(at.slots) - 1)] - 2 * PAD_X)
    if found.simulated:
        sketch.write("Simulated data: no real customers, no real answers.", theme.TAG)
    hidden = [option.label for option in found.hidden_lanes if option.selected]
    if hidden:
        sketch.write(f"Lanes not shown: {', '.join(hidden)}.", theme.LEGEND)
    on = day(options.on)
    about = f"{found.workspace} · {found.title} · v{found.revision} · drawn on {on} with cxjourney"
    sketch.write(about, theme.LEGEND)
    block = sketch.block("footer")
    return Row((block,), block.y + block.height)
