"""The doorbell: a message that says which parts of a journey's map to fetch again.

It carries no content; who hears it asks for the ordinary fragment with the ordinary permissions.
Targets name parts of the map: "cell-LANE-STEP", "column-STEP", "row-LANE", or the whole map.
"""

from collections.abc import Iterable

WHOLE_MAP = "map"
# PostgreSQL carries up to 8,000 bytes in a notification.
MOST_TARGETS = 100


def ring(journey_id: int, revision: int, targets: Iterable[str]) -> None:
    """Tell everybody who looks at the journey, once the transaction is through."""
