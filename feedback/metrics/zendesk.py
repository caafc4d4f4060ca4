"""How Zendesk's satisfaction ratings read."""

from feedback.metrics.scales import Scale

RATING = Scale("zendesk", "csat", "Zendesk rating (1–5)", 1, 5, 3, 4)
"""Zendesk's cut: 4-5 good, 1-3 bad (eesel.ai/blog/zendesk-csat-good-vs-bad-rating)."""

_LEGACY: dict[str, str | None] = {
    "good": "good",
    "good_with_comment": "good",
    "bad": "bad",
    "bad_with_comment": "bad",
    "offered": None,
    "unoffered": None,
}


def rating(score: int) -> str:
    """ "good" or "bad" for a rating of 1..5. Raises ValueError outside it."""
    if not RATING.contains(score):
        raise ValueError(f"{score!r} is not a Zendesk rating of 1..5.")
    return "good" if score >= RATING.positive_min else "bad"


def legacy_rating(word: str) -> str | None:
    """ "good" or "bad" for a legacy rating; None where nobody answered ("offered", "unoffered").

    Source: developer.zendesk.com, satisfaction ratings. Raises ValueError for other words.
    """
    if word not in _LEGACY:
        raise ValueError(f"{word!r} is not a Zendesk satisfaction rating.")
    return _LEGACY[word]
