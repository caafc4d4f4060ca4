"""Which touchpoint a question is probably about: the one whose title stands in it."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from feedback.imports.layouts.tool import plain
from feedback.imports.places import Place

NEAR = 0.82
_NUMBERED = re.compile(r"^\s*(?:q\d+|\d+)\s*[.:)_-]\s*", re.IGNORECASE)


def matching_place(texts: Sequence[str], places: Sequence[Place]) -> Place | None:
    """Return the touchpoint that one of the texts names best, or None; never one of two equals."""
    best: list[Place] = []
    highest = 0.0
    for place in places:
        found = max(
            (_likeness(text, title) for text in texts for title in {place.title, place.step}),
            default=0.0,
        )
        # The title of the touchpoint itself says more than that of its step.
        if any(_asked(text) == _asked(place.title) for text in texts):
            found += 1
        if found > highest:
            highest, best = found, [place]
        elif found == highest:
            best.append(place)
    return best[0] if highest >= NEAR and len(best) == 1 else None


@lru_cache(maxsize=8192)
def _asked(text: str) -> str:
    return plain(_NUMBERED.sub("", text))


def _likeness(text: str, title: str) -> float:
    """Return 0 to 1; longer titles within a text count more than shorter ones."""
    asked, named = _asked(text), _asked(title)
    if not asked or not named:
        return 0.0
    if asked == named:
        return 1.0
    if len(named) > 2 and f" {named} " in f" {asked} ":
        return NEAR + (1 - NEAR) * len(named) / len(asked)
    # Comparing letter by letter is slow, and texts of different lengths are never near.
    lengths = len(asked), len(named)
    if 2 * min(lengths) < NEAR * sum(lengths):
        return 0.0
    matcher = SequenceMatcher(None, asked, named)
    return matcher.ratio() if matcher.quick_ratio() >= NEAR else 0.0
