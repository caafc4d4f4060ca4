"""The colours of what is drawn are those of the pages, as their light theme has them."""

import re
from pathlib import Path

from django.conf import settings

from journeys.maps import theme

NAMED = {
    "paper": theme.PAPER, "card": theme.CARD, "wash": theme.WASH, "ink": theme.INK,
    "ink-2": theme.INK_2, "ink-3": theme.INK_3, "line": theme.LINE, "line-2": theme.LINE_2,
    "line-soft": theme.LINE_SOFT, "accent": theme.ACCENT, "accent-wash": theme.ACCENT_WASH,
    "good": theme.GOOD, "warn": theme.WARN, "bad": theme.BAD, "star": theme.STAR,
    "pain": theme.PAIN, "pain-line": theme.PAIN_LINE, "opp": theme.OPPORTUNITY,
    "opp-line": theme.OPPORTUNITY_LINE, "heat-ink": theme.HEAT_INK, **theme.TONES,
    **{f"h{level}": colour for level, colour in enumerate(theme.HEAT)},
    **{f"hue-{place}": colour for place, colour in enumerate(theme.HUES)},
}  # fmt: skip


def test_the_colours_are_those_of_the_pages() -> None:
    sheet = (Path(settings.BASE_DIR) / "static/css/app.css").read_text(encoding="utf-8")
    light = sheet.partition("@media (prefers-color-scheme: dark)")[0]
    found = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", light))
    whole = {
        name: f"#{''.join(2 * digit for digit in colour[1:])}" if len(colour) == 4 else colour
        for name, colour in found.items()
    }
    assert {name: whole[name] for name in NAMED} == NAMED
