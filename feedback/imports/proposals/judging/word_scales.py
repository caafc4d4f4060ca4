"""Answers in words, and the scores that they mean on the usual scales."""

from collections.abc import Collection

from feedback.imports.layouts.tool import plain

# From the worst to the best; several words for one point are separated by a bar.
_SCALES = (
    (
        "csat",
        (
            "very dissatisfied|extremely dissatisfied",
            "dissatisfied|somewhat dissatisfied",
            "neither satisfied nor dissatisfied|neutral",
            "satisfied|somewhat satisfied",
            "very satisfied|extremely satisfied",
        ),
    ),
    (
        "csat7",
        (
            "extremely dissatisfied",
            "moderately dissatisfied|dissatisfied",
            "slightly dissatisfied|somewhat dissatisfied",
            "neither satisfied nor dissatisfied",
            "slightly satisfied|somewhat satisfied",
            "moderately satisfied|satisfied",
            "extremely satisfied",
        ),
    ),
    (
        "csat",
        (
            "very bad|very poor|terrible",
            "bad|poor",
            "okay|ok|fair|average",
            "good",
            "excellent|very good|amazing|great",
        ),
    ),
    ("csat2", ("bad|thumbs down", "good|thumbs up")),
    ("csat3", ("unhappy|bad|negative", "neutral|ok|okay", "happy|good|positive")),
    (
        "ces5",
        (
            "very difficult|extremely difficult",
            "difficult|somewhat difficult",
            "neither easy nor difficult|neutral",
            "easy|somewhat easy",
            "very easy|extremely easy",
        ),
    ),
    (
        "ces",
        (
            "strongly disagree",
            "disagree",
            "somewhat disagree|slightly disagree",
            "neither agree nor disagree|neutral",
            "somewhat agree|slightly agree",
            "agree",
            "strongly agree",
        ),
    ),
    (
        "ces5",
        (
            "strongly disagree",
            "disagree|somewhat disagree",
            "neither agree nor disagree|neutral",
            "agree|somewhat agree",
            "strongly agree",
        ),
    ),
    (
        "csat",
        (
            "sehr unzufrieden",
            "unzufrieden|eher unzufrieden",
            "teils teils|weder noch|neutral",
            "zufrieden|eher zufrieden",
            "sehr zufrieden",
        ),
    ),
    (
        "csat",
        (
            "très insatisfait|très insatisfaite",
            "insatisfait|insatisfaite",
            "neutre|ni satisfait ni insatisfait",
            "satisfait|satisfaite",
            "très satisfait|très satisfaite",
        ),
    ),
    (
        "csat",
        (
            "muy insatisfecho|muy insatisfecha",
            "insatisfecho|insatisfecha",
            "neutral|ni satisfecho ni insatisfecho",
            "satisfecho|satisfecha",
            "muy satisfecho|muy satisfecha",
        ),
    ),
)
SCALES_OF_WORDS = tuple(
    (metric, {plain(word): n for n, point in enumerate(points, 1) for word in point.split("|")})
    for metric, points in _SCALES
)
NOT_APPLICABLE = {
    *("n a", "na", "not applicable", "does not apply", "don t know", "dont know", "no opinion"),
    *("prefer not to say", "keine angabe", "weiß nicht", "nicht zutreffend", "k a"),
    *("sans objet", "ne sait pas", "no aplica", "no sabe"),
}


def nearest_scale(texts: Collection[str], metric: str = "") -> tuple[str, dict[str, int]] | None:
    """Return the metric to whose scale most of the texts belong, and the scores of those.

    Of equals the scale that has the fewest other points wins: "good" and "bad" alone are a scale
    of two. With `metric` only its own scales count. None where no text belongs to any.
    """
    found = [
        (key, len(words), {text: words[plain(text)] for text in texts if plain(text) in words})
        for key, words in SCALES_OF_WORDS
        if metric in {"", key}
    ]
    key, _, scores = max(
        found, key=lambda each: (len(each[2]), len(each[2]) - each[1]), default=("", 0, {})
    )
    return (key, scores) if scores else None


def says_not_applicable(text: str) -> bool:
    """True for words such as "n/a" that say that a question did not apply."""
    return plain(text) in NOT_APPLICABLE
