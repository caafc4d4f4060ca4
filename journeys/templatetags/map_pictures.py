"""The small pictures of the map whose many elements are not worth a loop of the template's."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from journeys.maps.grid import Bar

register = template.Library()


@register.filter
def rects(bars: Iterable[Bar]) -> SafeString:
    """Return the bars of a distribution as elements of its picture."""
    # Nothing to escape: a bar is numbers and a colour step, and nobody's words.
    return SafeString(
        "".join(
            f'<rect class="{bar.tone}" x="{bar.x}" width="{bar.width}" height="6"/>' for bar in bars
        )
    )
