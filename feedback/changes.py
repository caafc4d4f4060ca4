"""What changed on the period before: one verdict per touchpoint and scale, tested together."""

from collections.abc import Mapping

from feedback.evidence import Evidence
from feedback.metrics.claims import claim_p
from feedback.metrics.compare import compare
from feedback.metrics.histogram import Histogram
from feedback.metrics.multiplicity import benjamini_hochberg
from feedback.metrics.scales import SCALES
from feedback.wording import score_change
from journeys.maps.grid import Change


def score_changes(evidence: Mapping[int, Evidence], *, than: str) -> dict[tuple[int, str], Change]:
    """Return the change of each touchpoint (by id) and scale that was answered in both periods.

    The p-values are adjusted for how many were looked at (Benjamini-Hochberg), so a page about
    one touchpoint must still ask for its whole journey, or it would contradict the map.
    `than` names the period before; where it is empty nothing is compared.
    """
    if not than:
        return {}
    sides: dict[tuple[int, str], tuple[Histogram, Histogram]] = {
        (pk, key): (found.before.scores[key], found.now.scores[key])
        for pk, found in evidence.items()
        for key in found.now.scores
        if key in found.before.scores
    }
    claims = {key: claim_p(*pair, among_many=len(sides) > 1) for key, pair in sides.items()}
    tested = {key: p for key, p in claims.items() if p is not None}
    adjusted = dict(zip(tested, benjamini_hochberg(list(tested.values())), strict=True))
    return {
        key: score_change(SCALES[key[1]], compare(*pair), than, adjusted_p=adjusted.get(key))
        for key, pair in sides.items()
    }
