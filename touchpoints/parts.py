"""The parts of a map that this app owns."""

from journeys.editing.parts import Part, State
from journeys.exchange.libraries import Library
from journeys.live.doorbell import WHOLE_MAP
from journeys.models import LaneKind
from touchpoints.editing.clashes import handoff_clash, touchpoint_clash
from touchpoints.models import Handoff, Team, Touchpoint
from touchpoints.starting import STARTING

__all__ = ["LIBRARIES", "PARTS", "STARTING"]


def _column(pk: int, before: State, after: State) -> list[str]:
    """Its place and whether it is there decide over what is pooled in the stage's head, too."""
    places = ("step_id", "archived_at")
    if not before or any(before[column] != after[column] for column in places):
        return [WHOLE_MAP]
    return [f"column-{after['step_id']}", "row-handoffs"]


def _handoff_lane(pk: int, before: State, after: State) -> list[str]:
    return ["row-handoffs"]


PARTS = (
    Part(
        "touchpoint",
        "touchpoint",
        Touchpoint,
        (
            "step_id",
            "channel_id",
            "team_id",
            "title",
            "side",
            "moment_that_matters",
            "importance",
            "target_wait_minutes",
            "icon",
            "position",
        ),
        "step__stage__journey",
        removal="archived_at",
        within=("step_id",),
        shown_in=LaneKind.TOUCHPOINTS,
        ended="merged_into_id",
        touches=_column,
        clash=touchpoint_clash,
    ),
    Part(
        "handoff",
        "handoff",
        Handoff,
        (
            "from_touchpoint_id",
            "to_touchpoint_id",
            "from_team_id",
            "to_team_id",
            "what_moves",
            "agreed_wait_minutes",
        ),
        "from_touchpoint__step__stage__journey",
        shown_in=LaneKind.HANDOFFS,
        touches=_handoff_lane,
        clash=handoff_clash,
    ),
)

LIBRARIES = (Library("team", Team, "slug", ("slug", "name", "purpose", "hue"), alias="name"),)
