"""Charts that other parts put on a journey's dashboard: leading metrics beside lagging ones."""

from collections.abc import Callable, Sequence

from feedback.charts import Chart
from feedback.evidence import Window
from feedback.outcomes.charts import leading_beside_lagging
from journeys.models import Journey, User

Source = Callable[[Journey, User, Window], Sequence[Chart]]
"""Returns charts of a visible journey for who looks, within the days of the window."""

SOURCES: tuple[Source, ...] = (leading_beside_lagging,)
"""Asked in order. A source takes a fixed number of queries; its charts' keys are its own."""


def charts_beside(journey: Journey, user: User, window: Window) -> list[Chart]:
    """Return the charts of all sources."""
    return [chart for source in SOURCES for chart in source(journey, user, window)]
