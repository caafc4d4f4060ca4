"""Which touchpoint a question is probably about: the one whose title stands in it."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

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
        if any(plain(text) == plain(place.title) for text in texts):
            found += 1
        if found > highest:
            highest, best = found, [place]
        elif found == highest:
            best.append(place)
    return best[0] if highest >= NEAR and len(best) == 1 else None


def _likeness(text: str, title: str) -> float:
    """Return 0 to 1; longer titles within a text count more than shorter ones."""
    asked, named = plain(_NUMBERED.sub("", text)), plain(title)
    if not asked or not named:
        return 0.0
    if asked == named:
        return 1.0
    if len(named) > 2 and f" {named} " in f" {asked} ":
        return NEAR + (1 - NEAR) * len(named) / len(asked)
    return SequenceMatcher(None, asked, named).ratio()
