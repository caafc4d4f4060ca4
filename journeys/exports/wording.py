"""Words that several formats share: counts, lists, a figure with what stands behind it."""

from collections.abc import Sequence
from datetime import date

from journeys.maps.grid import Link, Metric

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def counted(count: int, noun: str, nouns: str = "") -> str:
    """Return "1 step", "3 steps", "1,200 answers"."""
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"


def listed(words: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def base(metric: Metric) -> str:
    """Return what a figure rests on: "n 1,085", "n 3,731, measured and assessed", "hidden"."""
    n = f"n {metric.n:,}" if metric.n is not None else ""
    if metric.value is None or metric.n_text == n:
        return metric.n_text
    # A figure that is a number of answers is its own base.
    return ", ".join(filter(None, ["" if metric.text == n[2:] else n, metric.n_text]))


def figure(metric: Metric) -> str:
    """Return a figure with its interval and its base: "48 % ±3.0, n 1,085"."""
    value = f"{metric.text} {metric.margin_text}".strip()
    low = "low base" if metric.base == "low_base" else ""
    return ", ".join(filter(None, [value, base(metric), low]))


def change(metric: Metric) -> str:
    """Return what moved, with its sign: "▼ 3 pt down on the previous 90 days (p = .01)"."""
    found = metric.change
    return f"{found.text[0]} {found.title.rstrip('.')}" if found else ""


def pace(link: Link) -> str:
    """Return how a handoff goes: "Customer waits 22 min between Ground and Cabin; quality 45"."""
    late = ", too long" if link.late else ""
    return "; ".join(filter(None, [f"{link.title}{late}", quality(link)]))


def quality(link: Link) -> str:
    """Return "quality 45, n 2,890: disjointed · mostly explained again"; "" where it is unknown."""
    metric = link.quality
    if metric is None or metric.value is None:
        return ""
    note = f": {metric.note}" if metric.note else ""
    return f"quality {metric.text}, {base(metric)}{note}"


def day(on: date) -> str:
    """Return "3 March 2026", the same in every locale."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"
