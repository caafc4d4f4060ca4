"""Time until something happens, where for some it has not happened yet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# Products of fractions meet one half only up to rounding.
_SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class Survival:
    """Share (0..1) not there yet after each time at which somebody arrived, ascending.

    `steps` are (time, share); `observed_until` is the longest time of anybody.
    """

    steps: tuple[tuple[float, float], ...]
    observed_until: float

    @property
    def median(self) -> float | None:
        """First time by which at least half have arrived; None if that was not seen."""
        return next((time for time, share in self.steps if share <= 0.5 + _SLACK), None)

    def reached_by(self, time: float) -> float | None:
        """Share (0..1) arrived by `time`; None after the end of observation, if some are left."""
        left = 1.0
        for step, share in self.steps:
            if step > time:
                break
            left = share
        if time > self.observed_until and left > _SLACK:
            return None
        return 1 - left


def kaplan_meier(times: Sequence[float], reached: Sequence[bool]) -> Survival | None:
    """Kaplan-Meier curve of the time to an event such as the first value.

    `times[i]` until the event where `reached[i]`, else until now (right-censored). None for no
    customers; ValueError when the lists differ in length or a time is negative or NaN.
    """
    if len(times) != len(reached):
        raise ValueError("Each time needs to be marked reached or not.")
    if not all(time >= 0 for time in times):
        raise ValueError("A time cannot be below 0.")
    if not times:
        return None
    share = 1.0
    steps = []
    at_risk = len(times)
    left = Counter(times)
    arrived = Counter(time for time, there in zip(times, reached, strict=True) if there)
    for time in sorted(left):
        if arrived[time]:
            share *= 1 - arrived[time] / at_risk
            steps.append((time, share))
        at_risk -= left[time]
    return Survival(tuple(steps), max(times))
