"""How each number is computed, in symbols and in words, for people to check."""

from dataclasses import dataclass

from feedback.metrics.friction import Formula
from feedback.metrics.scales import Scale
from feedback.wording import label

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class FormulaText:
    """A formula as lines of symbols, and the sentence that reads it aloud."""

    symbols: tuple[str, ...]
    words: str


def score_formula(scale: Scale) -> FormulaText:
    """Return how the headline of a scale is computed (metrics.md §1.1 to §1.3)."""
    if scale.metric == "nps":
        return FormulaText(
            ("NPS = 100 · (P − D) / n",),
            f"P: promoters ({positive(scale)}), D: detractors ({negative(scale)}), n: all answers. "
            "Interval: adjusted Wald, 95 %; it adds three imagined answers, so that a few "
            "real ones cannot look certain.",
        )
    if scale.metric == "csat":
        counted = " + ".join(
            f"n{score}".translate(_SUBSCRIPTS)
            for score in range(scale.positive_min, scale.high + 1)
        )
        counted = f"({counted})" if "+" in counted else counted
        return FormulaText(
            (f"{label(scale)} = 100 · {counted} / n",),
            f"Satisfied answers ({positive(scale)}) among all n answers, in percent. "
            "Interval: Wilson, 95 %.",
        )
    return FormulaText(
        (f"{label(scale)} = Σ (score · answers) / n",),
        f"The mean of all n answers, from {scale.low} (hard) to {scale.high} (easy); higher is "
        "better. Interval: Student’s t, 95 %.",
    )


def friction_formula(formula: Formula) -> FormulaText:
    """Return how friction is computed (metrics.md §2.1), with the weights in force."""
    return FormulaText(
        (
            "friction = ρ · measured + (1 − ρ) · assessed",
            "measured = 100 · Σ (w · s) / Σ w",
            f"ρ = Σ (w · n / (n + {formula.evidence_n0:g}))",
        ),
        "w: weight, s: severity from 0 to 1, n: observations of each component that has data. "
        "The more data, the nearer ρ comes to 1 and the less the assessment counts; where only "
        "one of the two is known, that one is the score. Our own proposal, not an industry "
        f"standard. Formula version {formula.version}.",
    )


def positive(scale: Scale) -> str:
    """Return the good scores of a scale, "4–5" or "3"."""
    return _span(scale.positive_min, scale.high)


def negative(scale: Scale) -> str:
    """Return the bad scores of a scale, "1–2" or "1"."""
    return _span(scale.low, scale.negative_max)


def neutral(scale: Scale) -> str:
    """Return the scores between good and bad, "7–8" or "3"; empty where there are none."""
    low, high = scale.negative_max + 1, scale.positive_min - 1
    return _span(low, high) if low <= high else ""


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"
