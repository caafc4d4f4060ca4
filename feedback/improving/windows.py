"""The days before and after a change, and what else shipped in them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from feedback.models import Action, Opportunity
from journeys.models.workspaces import Visitor

LONGEST = 90
"""Days of a window: as long as the period that the map shows first."""
PIECES = 6
"""Points of the chart in each window, at most."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Two windows of the same number of days on both sides of a shipping day, which is in none."""

    shipped_on: date
    days: int

    @classmethod
    def around(cls, shipped_on: date, today: date) -> Self | None:
        """Return as many days as have passed since, today included, at most LONGEST.

        None where not a single one has passed.
        """
        passed = min((today - shipped_on).days, LONGEST)
        return cls(shipped_on, passed) if passed > 0 else None

    @property
    def full(self) -> bool:
        """True where the windows will not grow any more."""
        return self.days == LONGEST

    @property
    def before(self) -> tuple[date, date]:
        """Return the first and the last day of the window before."""
        return self.shipped_on - timedelta(days=self.days), self.shipped_on - timedelta(days=1)

    @property
    def after(self) -> tuple[date, date]:
        """Return the first and the last day of the window after."""
        return self.shipped_on + timedelta(days=1), self.shipped_on + timedelta(days=self.days)

    @property
    def pieces(self) -> int:
        """Return into how many pieces each is cut for a chart: of ten days and more."""
        return max(min(PIECES, self.days // 10), 1)


@dataclass(frozen=True, slots=True)
class Shipping:
    """Something that shipped: an opportunity as a whole, or one of its actions."""

    day: date
    what: str
    opportunity: Opportunity


def shippings_of(opportunity: Opportunity, actions: Iterable[Action]) -> list[Shipping]:
    """Return the days on which something of it shipped, the latest first, each once.

    The opportunity's own day comes first where it has shipped as a whole.
    """
    found: dict[date, Shipping] = {}
    if opportunity.shipped_on:
        found[opportunity.shipped_on] = Shipping(
            opportunity.shipped_on, "the whole opportunity", opportunity
        )
    done = [each for each in actions if each.shipped_on]
    for action in sorted(done, key=lambda each: (each.shipped_on or date.min, each.pk)):
        assert action.shipped_on  # noqa: S101
        found.setdefault(action.shipped_on, Shipping(action.shipped_on, action.title, opportunity))
    whole = opportunity.shipped_on
    return sorted(found.values(), key=lambda each: (each.day == whole, each.day), reverse=True)


def others_shipped(opportunity: Opportunity, windows: Windows, user: Visitor) -> list[Shipping]:
    """Return what else shipped at one of its touchpoints in the windows; two queries.

    Its own actions of other days are among them.
    """
    span = (windows.before[0], windows.after[1])
    touchpoints = opportunity.touchpoints.values("pk")
    whole = (
        Opportunity.objects.visible_to(user)
        .filter(touchpoints__in=touchpoints, shipped_on__range=span)
        .exclude(pk=opportunity.pk)
        .select_related("workspace")
        .distinct()
    )
    found = {
        (each.shipped_on, each.pk): Shipping(each.shipped_on, each.title, each)
        for each in whole
        if each.shipped_on
    }
    done = (
        Action.objects.visible_to(user)
        .filter(opportunity__touchpoints__in=touchpoints, shipped_on__range=span)
        .exclude(opportunity=opportunity, shipped_on=windows.shipped_on)
        .select_related("opportunity__workspace")
        .distinct()
    )
    for action in done:
        if action.shipped_on:
            key = (action.shipped_on, action.opportunity_id)
            found.setdefault(key, Shipping(action.shipped_on, action.title, action.opportunity))
    return sorted(found.values(), key=lambda each: (each.day, each.opportunity.pk))


def shipping_days(touchpoint_ids: Sequence[int]) -> dict[int, set[date]]:
    """Return every day on which anything shipped at each touchpoint; two queries."""
    days: dict[int, set[date]] = defaultdict(set)
    rows = [
        Opportunity.objects.filter(
            touchpoints__in=touchpoint_ids, shipped_on__isnull=False
        ).values_list("touchpoints", "shipped_on"),
        Action.objects.filter(
            opportunity__touchpoints__in=touchpoint_ids, shipped_on__isnull=False
        ).values_list("opportunity__touchpoints", "shipped_on"),
    ]
    for found in rows:
        for pk, day in found:
            if day:
                days[pk].add(day)
    return days
