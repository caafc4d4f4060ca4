"""A small file of answers at one desk, and a mapping for it: what tests of imports begin with."""

from typing import Any

from journeys.models import Journey, Workspace
from tests.factories import make_journey, make_stage, make_step, make_touchpoint

HEADER = "Response ID,Submitted at,Check-in desk,Why\n"
GOOD = HEADER + "A1,2026-03-01,5,Quick\nA2,2026-03-02,4,\nA3,2026-03-03,1,Slow\n"
BAD = HEADER + "A1,2026-03-01,5,Quick\nA2,2026-03-02,9,=1+1\nA3,soon,1,Slow\n"
MAPPING: dict[str, Any] = {
    "layout": "wide",
    "source": {"name": "Desk survey"},
    "columns": {"id": "Response ID"},
    "time": {"column": "Submitted at"},
    "touchpoints": [
        {"column": "Check-in desk", "title": "Check-in desk", "metric": "csat", "comment": "Why"}
    ],
}


def make_desk(workspace: Workspace | None = None, **values: Any) -> Journey:
    """Make a journey with one touchpoint, the check-in desk."""
    journey = make_journey(workspace, **values)
    make_touchpoint(make_step(make_stage(journey)), title="Check-in desk")
    return journey
