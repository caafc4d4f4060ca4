"""The words that files share, for the templates of those that are pages."""

from collections.abc import Mapping
from typing import Any

from django import template

from journeys.exports.wording import base, day, quality

register = template.Library()
for words in (base, day, quality):
    register.filter(words.__name__, words)


@register.filter
def at(found: Mapping[Any, Any], key: Any) -> Any:
    """Return what stands under a key; None where nothing does."""
    return found.get(key)
