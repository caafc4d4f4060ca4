"""The doorbell: a message that says which parts of a journey's map to fetch again.

It carries no content; who hears it asks for the ordinary fragment with the ordinary permissions.
Targets name parts of the map: "cell-LANE-STEP", "column-STEP", "row-LANE", or the whole map.
"""

from collections.abc import Iterable

from journeys.live.messages import WHOLE_MAP, Changed, send

__all__ = ["MOST_TARGETS", "WHOLE_MAP", "ring"]

MOST_TARGETS = 100
"""Past so many parts, the whole map is fetched again."""


def ring(journey_id: int, revision: int, targets: Iterable[str]) -> None:
    """Tell everybody who looks at the journey, once the transaction is through."""
    send(Changed(journey_id, revision, tuple(targets)))
