"""How slides look: sizes and places in points, and the colours of the map on paper.

A slide is 960 by 540 points, 16:9.
"""

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 32.0
INNER = WIDTH - 2 * MARGIN
TOP = 24.0
FLOOR = 508.0
"""Nothing but the footer stands below."""
SMALLEST = 9.0
"""No text is smaller."""
FONT = "Arial"
"""Every office program has it, or a font with the same widths."""

PAPER, CARD, WASH = "#fbfaf7", "#ffffff", "#f6f4ef"
INK, INK_2, INK_3 = "#1d1c1a", "#55524c", "#6b675f"
LINE, LINE_2 = "#e7e3db", "#d6d1c6"
ACCENT, GOOD, WARN, BAD, STAR = "#1f5f5b", "#226b4b", "#8a5510", "#b23428", "#a86a12"
PAIN, PAIN_LINE = "#fdf1ee", "#f0cabf"
OPPORTUNITY, OPPORTUNITY_LINE = "#eef5f3", "#cfe2de"
BAND = "#e5efed"
TONES = {"t1": "#c2453a", "t2": "#e8a08f", "t3": "#ddd7ca", "t4": "#9cc4b5", "t5": "#2d7d5a"}
HEAT = (
    "#dfe9e0", "#dfe9dc", "#dfe8d6", "#e3e7ce", "#f0e6c6", "#f8dfb8",
    "#f8cfa3", "#f5b98c", "#f2a27c", "#ee8d6c", "#ea7a5f",
)  # fmt: skip
HUES = (
    "#3f6ad8", "#0f8a7e", "#b7791f", "#8a52b8", "#b2436e", "#4f7a28", "#2f7fa8", "#7a6a52",
)  # fmt: skip

THEME = {
    "dk1": INK, "lt1": CARD, "dk2": INK_2, "lt2": WASH, "accent1": ACCENT, "accent2": GOOD,
    "accent3": WARN, "accent4": BAD, "accent5": LINE_2, "accent6": INK_3, "hlink": ACCENT,
    "folHlink": INK_3,
}  # fmt: skip
"""The theme's colours by their names in the file: change the theme to recolour the slides."""
