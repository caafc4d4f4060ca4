"""How slides look: sizes and places in points, and the colours of their theme.

A slide is 960 by 540 points, 16:9.
"""

from journeys.maps.theme import (
    ACCENT,
    BAD,
    CARD,
    GOOD,
    INK,
    INK_2,
    INK_3,
    LINE_2,
    WARN,
    WASH,
)

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

THEME = {
    "dk1": INK, "lt1": CARD, "dk2": INK_2, "lt2": WASH, "accent1": ACCENT, "accent2": GOOD,
    "accent3": WARN, "accent4": BAD, "accent5": LINE_2, "accent6": INK_3, "hlink": ACCENT,
    "folHlink": INK_3,
}  # fmt: skip
"""The theme's colours by their names in the file: change the theme to recolour the slides."""
