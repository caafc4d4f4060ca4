"""Metrics in a line of words, each with its interval and its base."""

from collections.abc import Sequence

from journeys.exports.slides.writing import Paragraph, Paragraphs, Run
from journeys.maps.grid import Metric
from journeys.maps.theme import INK, INK_2, INK_3


def base_text(metric: Metric) -> str:
    """Return what stands behind a number: its margin, its base, and that the base is low."""
    low = "low base" if metric.base == "low_base" else ""
    return " · ".join(each for each in (metric.margin_text, n_text(metric), low) if each)


def n_text(metric: Metric) -> str:
    """Return the base of a number in words; a count of answers is its own."""
    if metric.key == "answers":
        return ""
    return metric.n_text or (f"n {metric.n:,}" if metric.n else "")


def figures(metrics: Sequence[Metric], size: float, *, before: float = 0) -> Paragraphs:
    """Return metrics side by side in one paragraph."""
    runs: list[Run] = []
    for metric in metrics:
        if runs:
            runs.append(Run("     ", size))
        about = base_text(metric)
        runs += (
            Run(f"{metric.label} ", size, INK_2),
            Run(f"{metric.text} ", size, INK, bold=True),
            *((Run(about, size - 1, INK_3),) if about else ()),
        )
    return (Paragraph(tuple(runs), before),) if runs else ()
