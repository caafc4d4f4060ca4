"""What a column of no known name probably is, from its content and the words of its question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.imports.layouts.aliases import HINTS
from feedback.imports.layouts.tool import plain
from feedback.imports.places import Place
from feedback.imports.proposals.judging.looks import MOST_WORDS, ColumnLook
from feedback.imports.proposals.judging.matching import matching_place
from feedback.imports.proposals.judging.time_formats import fitting_formats
from feedback.imports.proposals.judging.word_scales import nearest_scale, says_not_applicable
from feedback.imports.proposals.proposal import ColumnProposal, Role, WordScore
from feedback.metrics.scales import CSAT, SCALES
from feedback.privacy.masking import masked

SAMPLES = 5
LONGEST_SAMPLE = 80
STRAYS = 0.1
"""The share of answers that may be no scores in a column of scores: the check names their rows."""
LEAST_POINTS = 3
"""Points of one scale in words that a column has at least, if it has other words, too."""


@dataclass(frozen=True, slots=True)
class Scored:
    """On which scale a column's answers are, and how that was found."""

    metric: str
    reason: str
    hinted: bool
    """True when the words of the question say so, not the numbers alone."""
    words: tuple[WordScore, ...] = ()
    not_applicable: tuple[str, ...] = ()


def judged(look: ColumnLook, places: Sequence[Place]) -> ColumnProposal:
    """Return what a column seems to be by what stands in it."""
    scored = scored_as(look)
    if scored is None:
        return _no_score(look)
    place = matching_place([look.label, look.name], places)
    if place is None and scored.hinted and len(places) == 1:
        place = places[0]
    likely = scored.hinted or place is not None
    return ColumnProposal(
        name=look.name,
        label=look.label,
        samples=samples(look, private=False),
        role=Role.SCORE if likely else Role.IGNORE,
        reason=scored.reason if likely else f"{scored.reason} If it rates a touchpoint, say which.",
        touchpoint_id=place.touchpoint_id if place else None,
        metric=scored.metric,
        words=scored.words,
        not_applicable=scored.not_applicable,
    )


def _no_score(look: ColumnLook) -> ColumnProposal:
    if not look.filled:
        role, reason = Role.IGNORE, "empty in all rows looked at."
    elif look.is_prose and fitting_formats(look.values):
        role, reason = Role.IGNORE, "times; if they say when the answer was given, choose that."
    elif look.is_prose:
        role, reason = Role.COMMENT, "free text: the customer's words."
    elif _few_words(look):
        role, reason = Role.IGNORE, "words; if they rate a touchpoint, give each of them a score."
    else:
        role, reason = Role.IGNORE, "neither scores nor free text."
    return ColumnProposal(
        name=look.name,
        label=look.label,
        samples=samples(look, private=False),
        role=role,
        reason=reason,
        words=tuple(WordScore(text=text, score=None) for text in _few_words(look)),
    )


def scored_as(look: ColumnLook, metric: str = "") -> Scored | None:
    """Return the scale of a column of scores, or None if it holds none.

    `metric` is the scale where it is known already.
    """
    hints = next((metrics for pattern, metrics in HINTS if _says(look, pattern)), ())
    skipped = tuple(text for text in look.values if says_not_applicable(text))
    rest = [text for text in look.values if text not in skipped]
    strays = _strays(look, rest)
    usual = [text for text in rest if text not in strays]
    numbers = ColumnLook("", "", values=dict.fromkeys(usual, 1)).numbers
    if numbers is not None:
        low, high = numbers[0], numbers[-1]
        found = metric or _scale_of(low, high, hints)
        if not found or (numbers == [0, 1] and not hints):
            return None
        scale = SCALES[found]
        zero = ("0",) if low == 0 and not scale.contains(0) else ()
        span = f"{low} to {high}" if low < high else f"so far only {low}"
        reason = f"whole numbers, {span}: {scale.label}."
        if zero:
            reason += " 0 is taken for “not applicable”."
        if strays:
            reason += f" “{masked(strays[0])[:LONGEST_SAMPLE]}” is none of them."
        return Scored(found, reason, bool(hints or metric), not_applicable=skipped + zero)
    return _in_words(look, rest, skipped, hinted=bool(hints or metric))


def _in_words(
    look: ColumnLook, texts: Sequence[str], skipped: tuple[str, ...], *, hinted: bool
) -> Scored | None:
    """Return the scale whose words the answers are, all of them or most.

    Words that the scale does not have are left without a score, for a person to give.
    """
    nearest = nearest_scale(texts)
    if nearest is None:
        return None
    found, scores = nearest
    others = [text for text in texts if text not in scores]
    # Numbers among them are scores as they are.
    numbers = ColumnLook("", "", values={t: 1 for t in others if _is_number(t)}).numbers or []
    if others and not _are_most(look, scores, others):
        return None
    if not all(map(SCALES[found].contains, numbers)):
        return None
    strays = [text for text in others if not _is_number(text)]
    reason = f"answers in words: {SCALES[found].label}."
    if strays:
        reason += f" “{masked(strays[0])[:LONGEST_SAMPLE]}” is none of its words."
    words = [
        *sorted(scores.items(), key=lambda pair: pair[1]),
        *((text, None) for text in strays if _names_nobody(text)),
    ]
    return Scored(
        found,
        reason,
        hinted=hinted or not others,
        words=tuple(WordScore(text=text, score=score) for text, score in words),
        not_applicable=skipped,
    )


def _are_most(look: ColumnLook, scores: dict[str, int], others: Sequence[str]) -> bool:
    """True when words of a scale are what people chose from, not what some of them wrote."""
    given = sum(look.values[text] for text in scores)
    return (
        len(set(scores.values())) >= LEAST_POINTS
        and len(others) < len(scores)
        and given >= sum(look.values[text] for text in others)
    )


def _strays(look: ColumnLook, texts: Sequence[str]) -> list[str]:
    """Return the texts that are no numbers where nearly all others are; else none."""
    odd = [text for text in texts if not _is_number(text)]
    few = sum(look.values[text] for text in odd) <= STRAYS * sum(look.values[t] for t in texts)
    return odd if few else []


def _says(look: ColumnLook, pattern: str) -> bool:
    return bool(re.search(pattern, f"{look.name} {look.label}".replace("_", " "), re.IGNORECASE))


def _scale_of(low: int, high: int, hints: tuple[str, ...]) -> str:
    """Return the scale that a hint names and the numbers fit, else the one of this range."""
    for key in hints:
        if min(low, SCALES[key].low) >= 0 and SCALES[key].contains(high) and low >= 0:
            return key
    if low < 0 or high > SCALES["nps"].high:
        return ""
    if high <= CSAT.high:
        return "csat"
    return "csat7" if high <= SCALES["csat7"].high else "nps"


def _few_words(look: ColumnLook) -> list[str]:
    """Return the different words of a column that could be a scale of words."""
    few = 1 < len(look.values) <= MOST_WORDS and look.filled > len(look.values)
    # Numbers among them are scores as they are.
    return [text for text in look.values if few and not _is_number(text) and _names_nobody(text)]


def _names_nobody(text: str) -> bool:
    """False for one with an address or a number of somebody, which no mapping may keep."""
    return masked(text) == text


def _is_number(text: str) -> bool:
    return ColumnLook("", "", values={text: 1}).numbers is not None


def samples(look: ColumnLook, *, private: bool) -> tuple[str, ...]:
    """Return the first different values, without addresses; none where they must not be seen."""
    if private:
        return ()
    shown = (masked(text) if _may_tell(text) else text for text in list(look.values)[:SAMPLES])
    return tuple(t if len(t) <= LONGEST_SAMPLE else t[: LONGEST_SAMPLE - 1] + "…" for t in shown)


def _may_tell(text: str) -> bool:
    """True for addresses and prose: an id or a time must not be taken for a telephone number."""
    return "@" in text or " " in plain(text)
