"""How long customers waited at a touchpoint, where somebody timed it."""

from dataclasses import dataclass

from feedback.evidence import Span
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.suppression import OK_BASE
from feedback.models import DurationKind
from feedback.wording import minutes_text, percent_text
from touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Timed:
    """One kind of waiting: its median, and what else is known."""

    label: str
    text: str
    detail: str


def timed(span: Span, *, touchpoint: Touchpoint, minimum: int) -> tuple[Timed, ...]:
    """Return wait and first response where they were timed; hidden below the minimum."""
    return tuple(
        _timed(kind, span.durations[kind], touchpoint, minimum)
        for kind in DurationKind
        if kind in span.durations and span.durations[kind].n
    )


def _timed(
    kind: DurationKind, durations: DurationHistogram, touchpoint: Touchpoint, minimum: int
) -> Timed:
    if durations.n < minimum or durations.median is None or durations.p90 is None:
        return Timed(kind.label, "–", f"hidden: timed fewer than {minimum} times")
    interval = durations.median_interval()
    parts = [
        "median",
        f"{minutes_text(interval.low / 60)} to {minutes_text(interval.high / 60)}"
        if interval
        else "",
        f"9 of 10 within {minutes_text(durations.p90 / 60)}",
        _on_target(durations, touchpoint) if kind == DurationKind.WAIT else "",
        f"n {durations.n:,}",
        "low base" if durations.n < OK_BASE else "",
    ]
    return Timed(
        kind.label,
        minutes_text(durations.median / 60),
        " · ".join(part for part in parts if part),
    )


def _on_target(durations: DurationHistogram, touchpoint: Touchpoint) -> str:
    target = touchpoint.target_wait_minutes
    share = durations.share_within(60 * target) if target else None
    if target is None or share is None:
        return ""
    return f"{percent_text(100 * share)} within the target of {minutes_text(target)}"
