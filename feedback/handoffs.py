"""How well a handoff goes: what was counted on it, turned into a quality and into words."""

from collections.abc import Callable, Collection, Set
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property

from django.db.models import Count, Q

from feedback.evidence import Window
from feedback.metrics.handoff import HandoffQuality, handoff_quality
from feedback.metrics.rate import Rate
from feedback.metrics.severity import Wait
from feedback.metrics.suppression import shown_together
from feedback.models import Observation, ObservationKind
from feedback.nested import PRECEDENCE
from feedback.wording import COMPONENT_WORDS, minutes_text
from journeys.maps.filters import starts_of_periods
from journeys.maps.grid import Link, Metric
from touchpoints.models import Handoff

NOBODY = Rate(0, 0)


def explained_again(
    touchpoint_ids: Collection[int], window: Window, minimum: int
) -> dict[int | None, Rate | None]:
    """Return how many had to explain it again among those who were asked, by handoff.

    Only what was observed in the period of the window at the touchpoints that take over. None
    where so few were asked, beside what is written on the handoff or in another period, that a
    subtraction would tell of them.
    """
    starts, begun = starts_of_periods(window.end), datetime.combine(window.start, time.min, UTC)
    period = next((key for key in PRECEDENCE if starts[key] == begun), "all")
    # "All time" begins with the first answer.
    starts[period] = begun
    # Those of less precedence look at this one, and not the other way round.
    looked_at = PRECEDENCE[: PRECEDENCE.index(period) + 1]
    rows = (
        Observation.objects.filter(
            touchpoint__in=touchpoint_ids, kind=ObservationKind.EXPLAINED_AGAIN
        )
        .between(min(starts[key] for key in looked_at).date(), window.end)
        .values("handoff")
        .annotate(
            hits=Count("pk", filter=Q(hit=True, occurred_at__gte=begun)),
            **{
                f"asked_{key}": Count("pk", filter=Q(occurred_at__gte=starts[key]))
                for key in looked_at
            },
        )
        .values_list("handoff", "hits", *(f"asked_{key}" for key in looked_at))
        .order_by()
    )
    found: dict[int | None, Rate | None] = {}
    for pk, hits, *asked in rows:
        until = dict(enumerate((0, *asked)))
        shown = shown_together([(0, edge) for edge in range(1, len(until))], until, minimum)
        found[pk] = Rate(hits, asked[-1]) if shown[-1] else None
    return found


@dataclass(frozen=True)
class Passing:
    """A handoff with what was counted on it: the rates of `minimum` customers and more.

    `observed` are the answers to "Did you have to explain it again?" in the period; they join
    the total that stands on the handoff itself. None where they must not be shown.
    """

    handoff: Handoff
    observed: Rate | None
    minimum: int

    @property
    def wait(self) -> float | None:
        """The observed median in minutes, or None where it could point at single customers."""
        # Where nobody was counted it is an estimate of the team's.
        shown = not 0 < self.handoff.accepted < self.minimum
        return self.handoff.observed_wait_minutes if shown else None

    @property
    def late(self) -> bool:
        """True where customers wait longer than was agreed."""
        agreed = self.handoff.agreed_wait_minutes
        return self.wait is not None and agreed is not None and self.wait > agreed

    @property
    def returned(self) -> Rate | None:
        """How many bounced back."""
        return self._shown(self.counted["bounce"])

    @cached_property
    def counted(self) -> dict[str, Rate]:
        """What was counted for each component but the wait, also where it may not be shown."""
        handoff = self.handoff
        agreed = handoff.agreed_wait_minutes is not None
        return {
            "breach": Rate(handoff.breached, handoff.accepted) if agreed else NOBODY,
            "dropoff": Rate(handoff.never_accepted, handoff.released),
            "reexplain": self._explained(),
            "bounce": Rate(handoff.returned, handoff.released),
        }

    @cached_property
    def quality(self) -> HandoffQuality:
        """Its quality, 0 to 100, from whatever was counted and may be shown."""
        accepted, waited = self.handoff.accepted, self.wait
        agreed = self.handoff.agreed_wait_minutes
        shown = {key: self._shown(rate) for key, rate in self.counted.items()}
        return handoff_quality(
            wait=Wait(waited, agreed, accepted)
            if waited is not None and agreed is not None and accepted
            else None,
            breach=shown["breach"],
            dropoff=shown["dropoff"],
            reexplain=shown["reexplain"],
            bounce=shown["bounce"],
        )

    @property
    def metric(self) -> Metric:
        """The quality in words: smooth, workable or disjointed."""
        found, n = self.quality, self.handoff.released or self._explained().base
        if found.quality is None:
            if n or self.observed is None:
                return Metric(
                    "handoff", "Handoff quality", n_text="hidden", base="suppressed",
                    note=f"Hidden: fewer than {self.minimum} customers were counted.",
                )  # fmt: skip
            return Metric("handoff", "Handoff quality", n_text="nobody counted")
        worst = COMPONENT_WORDS.get(found.largest or "", "")
        return Metric(
            key="handoff",
            label="Handoff quality",
            text=f"{found.quality:.0f}",
            value=found.quality,
            n=n,
            n_text=f"n {n:,}",
            base="ok",
            note=" · ".join(
                part
                for part in (
                    found.band or "",
                    f"mostly {worst}" if worst else "",
                    f"{found.coverage:.0%} of the formula has data" if found.coverage < 1 else "",
                )
                if part
            ),
        )

    @property
    def sentence(self) -> str:
        """The customer's side of it: "Customer waits 22 min between Ground and Cabin"."""
        handoff, waited = self.handoff, self.wait
        agreed = handoff.agreed_wait_minutes
        if waited is None:
            silent = (
                "nobody timed it" if handoff.observed_wait_minutes is None else "too few waited"
            )
            return f"{handoff.from_team} hands over to {handoff.to_team}; {silent}"
        said = (
            f"Customer waits {minutes_text(waited)} between {handoff.from_team} and "
            f"{handoff.to_team}"
        )
        return said if agreed is None else f"{said}, agreed {minutes_text(agreed)}"

    def link(self, column: Callable[[int], int], taken: Set[int]) -> Link:
        """Return the handoff as it stands on the map.

        `column` gives a step's place; a handoff bridges into the next column, unless that column
        is `taken` by handoffs of its own.
        """
        handoff = self.handoff
        agreed, returned = handoff.agreed_wait_minutes, self.returned
        start, end = handoff.from_touchpoint.step_id, handoff.to_touchpoint.step_id
        return Link(
            id=handoff.pk,
            from_label=str(handoff.from_team),
            to_label=str(handoff.to_team),
            to_step=handoff.to_touchpoint.step.title,
            bridges=column(end) - column(start) == 1 and column(end) not in taken,
            what_moves=handoff.what_moves,
            wait=self.wait,
            wait_text=minutes_text(self.wait),
            agreed_text="" if agreed is None else minutes_text(agreed),
            return_rate=None if returned is None else returned.value,
            late=self.late,
            tone=self.quality.band or "",
            quality=self.metric,
            title=self.sentence,
        )

    def _explained(self) -> Rate:
        handoff = self.handoff
        return Rate(handoff.explained_again, handoff.explained_again_asked) + (
            self.observed or NOBODY
        )

    def _shown(self, rate: Rate) -> Rate | None:
        return rate if rate.base and rate.base >= self.minimum else None
