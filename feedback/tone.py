"""A machine's guess at the tone of a comment that came without a score.

The customer's own score is what a scored comment feels like; this is for the others, in English
only, and never part of any number. The setting COMMENT_TONE names the function that guesses.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

CLEAR = 0.4
"""From here on, of 1, a tone is named: weaker guesses are more often wrong than right."""

LONGEST_GUESSED = 2_000

# Words that English cannot do without, and that its neighbours hardly use.
_ENGLISH = {
    *("the", "and", "of", "this", "that", "it", "you", "my", "with", "not", "but", "have", "been"),
    *("they", "your", "what", "when", "there", "would", "could", "from", "just", "very", "were"),
    *("i", "to", "are", "our", "their", "because", "about", "which", "after", "even", "nobody"),
}
_LEAST_SHARE = 0.2


def tone_of(text: str, language: str) -> str:
    """Return "negative" or "positive", or nothing where it is not clear or not English."""
    if not settings.COMMENT_TONE or not is_english(text, language):
        return ""
    guess: Callable[[str], float] = import_string(settings.COMMENT_TONE)
    value = guess(text[:LONGEST_GUESSED])
    if value <= -CLEAR:
        return "negative"
    return "positive" if value >= CLEAR else ""


def is_english(text: str, language: str) -> bool:
    """True where the source says so, or says nothing and the commonest words are English."""
    if language:
        return language.casefold().replace("_", "-").split("-")[0] == "en"
    words = [word.strip(".,;:!?'\"()") for word in text.casefold().split()]
    return bool(words) and sum(word in _ENGLISH for word in words) / len(words) >= _LEAST_SHARE


def lexicon(text: str) -> float:
    """Guess by a list of words, -1 to 1 (VADER's "compound").

    Right in about half of the cases on complaints that carry no emotional word: see
    docs/observing.md for what was measured.
    """
    return float(_analyzer().polarity_scores(text)["compound"])


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    # Reading its list takes a tenth of a second, which a start need not wait for.
    from vaderSentiment.vaderSentiment import (  # type: ignore[import-untyped]
        SentimentIntensityAnalyzer,
    )

    return SentimentIntensityAnalyzer()
