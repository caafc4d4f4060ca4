"""The feeling lane as native curves: measured with its band, assessed dashed."""

import re
from collections.abc import Iterator, Sequence

from journeys.exports.slides.shapes import Box, Look
from journeys.exports.slides.sheet import Sheet
from journeys.maps import curve
from journeys.maps.grid import Item, Mood
from journeys.maps.theme import ACCENT, ACCENT_WASH, CARD, INK_3, LINE, TONES

HIGH = 56.0
"""Points from the top of the lane to its bottom."""
_COLUMN = 100
"""The width of a column in a Mood's paths."""
_PIECE = re.compile(r"([MLCZ])([^MLCZ]*)")
_TAGS = {"M": "a:moveTo", "L": "a:lnTo", "C": "a:cubicBezTo"}


def draw_feelings(sheet: Sheet, box: Box, cells: Sequence[Sequence[Item]]) -> None:
    """Draw the curves of the moods, one cell to a column, as one group."""
    moods = [next((item for item in cell if isinstance(item, Mood)), None) for cell in cells]
    said = "; ".join(mood.text if mood else "nothing" for mood in moods)
    with sheet.group(box, "Feeling curve", f"Feeling from −2 to +2, step by step: {said}"):
        for level in (-2, -1, 0, 1, 2):
            y = _y(box, curve.y_of(level))
            sheet.rule((box.x, y), (box.right, y), LINE, 1 if level == 0 else 0.5)
        draw = _Pen(sheet, box, moods)
        draw.line("Interval", [mood.band_path if mood else "" for mood in moods], inner=ACCENT_WASH)
        draw.line(
            "Assessed", [mood.assessed_path if mood else "" for mood in moods],
            colour=INK_3, width=1.25, dashed=True,
        )  # fmt: skip
        draw.line(
            "Measured", [mood.measured_path if mood else "" for mood in moods],
            colour=ACCENT, width=1.75,
        )  # fmt: skip
        draw.dots()


def _y(box: Box, height: float) -> float:
    return box.y + box.height * height / curve.HEIGHT


class _Pen:
    def __init__(self, sheet: Sheet, box: Box, moods: Sequence[Mood | None]) -> None:
        self.sheet, self.box, self.moods = sheet, box, moods
        self.column = box.width / len(moods)

    def line(
        self, name: str, paths: Sequence[str], *, colour: str = "", width: float = 1,
        dashed: bool = False, inner: str = "",
    ) -> None:  # fmt: skip
        commands = "".join(
            command for place, path in enumerate(paths) for command in self._commands(path, place)
        )
        if commands:
            self.sheet.curve(
                self.box, commands, name=name, inner=inner, colour=colour, width=width,
                dashed=dashed,
            )  # fmt: skip

    def _commands(self, path: str, place: int) -> Iterator[str]:
        """Yield a column's piece of a path in hundredths of a point from the box's corner."""
        for letter, numbers in _PIECE.findall(path):
            if letter == "Z":
                yield "<a:close/>"
                continue
            pairs = iter(float(each) for each in numbers.split())
            points = "".join(
                f'<a:pt x="{round((place + x / _COLUMN) * self.column * 100)}" '
                f'y="{round(y / curve.HEIGHT * self.box.height * 100)}"/>'
                for x, y in zip(pairs, pairs, strict=True)
            )
            yield f"<{_TAGS[letter]}>{points}</{_TAGS[letter]}>"

    def dots(self) -> None:
        for place, mood in enumerate(self.moods):
            x = self.box.x + (place + 0.5) * self.column
            if mood and mood.assessed_y and not mood.assessed_path:
                self._dot(x, float(mood.assessed_y), 2.5, INK_3)
            if mood and mood.measured_y:
                self._dot(x, float(mood.measured_y), 3.5, TONES["t1"] if mood.below else ACCENT)

    def _dot(self, x: float, height: float, radius: float, colour: str) -> None:
        y = _y(self.box, height)
        box = Box(x - radius, y - radius, 2 * radius, 2 * radius)
        self.sheet.box(box, look=Look(CARD, colour, 1.5, ellipse=True), name="Feeling")
