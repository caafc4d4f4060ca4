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
        Timed(kind.label, "–", f"hidden: timed fewer than {minimum} times")
        if kind in span.too_few
        else _timed(kind, span.durations[kind], touchpoint)
        for kind in DurationKind
        if kind in span.too_few or kind in span.durations
    )


def _timed(kind: DurationKind, durations: DurationHistogram, touchpoint: Touchpoint) -> Timed:
    interval = durations.median_interval()
    parts = [
        "median",
        f"{_text(interval.low)} to {_text(interval.high)}" if interval else "",
        f"9 of 10 within {_text(durations.p90)}",
        _on_target(durations, touchpoint) if kind == DurationKind.WAIT else "",
        f"n {durations.n:,}",
        "low base" if durations.n < OK_BASE else "",
    ]
    return Timed(
        kind.label,
        _text(durations.median),
        " · ".join(part for part in parts if part),
    )


def _text(seconds: float | None) -> str:
    return minutes_text(None if seconds is None else seconds / 60)


def _on_target(durations: DurationHistogram, touchpoint: Touchpoint) -> str:
    target = touchpoint.target_wait_minutes
    share = durations.share_within(60 * target) if target else None
    if target is None or share is None:
        return ""
    return f"{percent_text(100 * share)} within the target of {minutes_text(target)}"
