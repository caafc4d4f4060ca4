"""What changed on the period before: one verdict per touchpoint and scale, tested together."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.evidence import Evidence
from feedback.metrics.claims import claim_p
from feedback.metrics.compare import ALPHA, compare, compare_p
from feedback.metrics.histogram import Histogram
from feedback.metrics.multiplicity import benjamini_hochberg
from feedback.wording import score_change
from journeys.maps.grid import Change

Place = tuple[int, str]
"""A touchpoint, by its id, and a scale."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What a touchpoint was answered on a scale in both periods, and what the test says.

    `adjusted_p` is for how many were tested together; None where it could not be among them.
    """

    before: Histogram
    now: Histogram
    adjusted_p: float | None

    @property
    def p(self) -> float | None:
        """Return the p-value on which it is called clear or not."""
        return compare_p(self.before, self.now) if self.adjusted_p is None else self.adjusted_p

    @property
    def clear(self) -> bool:
        """True where more than chance changed."""
        p = self.p
        return p is not None and p < ALPHA

    def change(self, than: str) -> Change:
        """Return the change in words; `than` names the period before."""
        difference = compare(self.before, self.now)
        return score_change(self.now.scale, difference, than, adjusted_p=self.adjusted_p)


def tested_scores(evidence: Mapping[int, Evidence]) -> dict[Place, Tested]:
    """Return what was answered in both periods, by touchpoint and scale, tested together.

    The p-values are adjusted for how many were looked at (Benjamini-Hochberg), so a page about
    one touchpoint must still ask for its whole journey, or it would contradict the map.
    """
    sides = {
        (pk, key): (found.before.scores[key], now)
        for pk, found in evidence.items()
        for key, now in found.now.scores.items()
        if key in found.before.scores
    }
    claims = {place: claim_p(*pair, among_many=len(sides) > 1) for place, pair in sides.items()}
    tested = {place: p for place, p in claims.items() if p is not None}
    adjusted = dict(zip(tested, benjamini_hochberg(list(tested.values())), strict=True))
    return {place: Tested(*pair, adjusted.get(place)) for place, pair in sides.items()}


def score_changes(evidence: Mapping[int, Evidence], *, than: str) -> dict[Place, Change]:
    """Return the change of each touchpoint and scale that was answered in both periods.

    They are tested as in `tested_scores`. `than` names the period before; where it is empty
    nothing is compared.
    """
    if not than:
        return {}
    return {place: each.change(than) for place, each in tested_scores(evidence).items()}
