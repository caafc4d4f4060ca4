"""How a printed map looks: the colours of the page's light theme, and the sizes of its texts.

The colours are those of the custom properties in static/css/app.css; a test compares them. Sizes
and lengths are points at reading size; sheets/ scales all of them by one factor.
"""

from dataclasses import dataclass

PAPER, CARD, WASH = "#fbfaf7", "#ffffff", "#f6f4ef"
INK, INK_2, INK_3 = "#1d1c1a", "#55524c", "#6b675f"
LINE, LINE_2, LINE_SOFT = "#e7e3db", "#d6d1c6", "#f2efe9"
ACCENT, ACCENT_WASH = "#1f5f5b", "#e5efed"
GOOD, WARN, BAD, STAR = "#226b4b", "#8a5510", "#b23428", "#a86a12"
PAIN, PAIN_LINE, OPPORTUNITY, OPPORTUNITY_LINE = "#fdf1ee", "#f0cabf", "#eef5f3", "#cfe2de"
TONES = {"t1": "#c2453a", "t2": "#e8a08f", "t3": "#ddd7ca", "t4": "#9cc4b5", "t5": "#2d7d5a"}
"""Of a score, from worst to best."""
HEAT = (
    "#dfe9e0", "#dfe9dc", "#dfe8d6", "#e3e7ce", "#f0e6c6", "#f8dfb8",
    "#f8cfa3", "#f5b98c", "#f2a27c", "#ee8d6c", "#ea7a5f",
)  # fmt: skip
"""Of friction, from smooth to stuck."""
HEAT_INK = "#1d1c1a"
HUES = (
    "#3f6ad8", "#0f8a7e", "#b7791f", "#8a52b8", "#b2436e", "#4f7a28", "#2f7fa8", "#7a6a52",
)  # fmt: skip
"""Of teams."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set; lengths in points at reading size."""

    size: float
    colour: str = INK
    bold: bool = False
    italic: bool = False

    @property
    def leading(self) -> float:
        """From one line to the next."""
        return self.size * 1.32


WORKSPACE = Style(9, ACCENT, bold=True)
TITLES = (Style(26, bold=True), Style(19, bold=True), Style(13, bold=True))
"""The longer a journey's title, the smaller."""
GOAL = Style(11, INK_2)
FIELD, FIELD_VALUE = Style(7.5, INK_3), Style(9, bold=True)
FIGURE, FIGURE_LABEL, FIGURE_NOTE = Style(19, bold=True), Style(8, INK_3), Style(7.5, INK_3)
TAG = Style(8, WARN, bold=True)
NOTICE = Style(8.5, WARN)
STAGE, STAGE_GOAL = Style(11.5, bold=True), Style(8.5, INK_2)
STAGE_METRIC, STAGE_VALUE = Style(8, INK_2), Style(8, bold=True)
STEP, OPENS = Style(9, INK_2, bold=True), Style(7.5, INK_3)
LANE, HINT = Style(9, INK_2, bold=True), Style(7.5, INK_3)
BODY, QUOTE = Style(9), Style(9, INK_2, italic=True)
BADGE, WHO = Style(7.5, INK_2, bold=True), Style(7.5, INK_3)
TOUCHPOINT, DETAIL = Style(9.5, bold=True), Style(8, INK_3)
SCORE, SCORE_COMPACT, SCORE_LABEL = Style(12, bold=True), Style(9, bold=True), Style(8, INK_3)
NOTE = Style(7.5, INK_3)
FRICTION, FRICTION_NOTE = Style(12, HEAT_INK, bold=True), Style(8, HEAT_INK)
HANDOFF, HANDOFF_NOTE = Style(8.5, bold=True), Style(8, INK_2)
LATE = Style(8, BAD, bold=True)
DIVIDER = Style(7.5, INK_3, bold=True)
LEGEND = Style(7.5, INK_2)

SMALLEST = 7.5
"""The smallest size above: what the minimum size of a paper is compared with."""
RAIL, COLUMN = 96.0, 118.0
"""How wide the lanes' names and a step are."""
PAD_X, PAD_Y, GAP = 8.0, 7.0, 5.0
"""Inside a cell, and between its items."""
MARGIN = 28.0
"""White around a sheet: what most printers cannot reach, and room for crop marks."""
