"""The parts of a map that this app owns."""

from collections.abc import Iterator

from journeys.editing.parts import Part, State, Touches
from journeys.exchange.libraries import Library, Rows
from journeys.live.doorbell import WHOLE_MAP
from journeys.models import (
    Card,
    Channel,
    EmotionAssessment,
    Journey,
    Lane,
    LaneKind,
    Persona,
    Segment,
    Stage,
    Step,
)


def _cells(pk: int, before: State, after: State) -> Iterator[str]:
    for state in (before, after):
        if state:
            yield f"cell-{state['lane_id']}-{state['step_id']}"


def _head(sort: str) -> Touches:
    """Draw a head alone where only its words differ."""

    def touches(pk: int, before: State, after: State) -> list[str]:
        changed = {column for column in after if not before or before[column] != after[column]}
        return [f"{sort}-{pk}"] if changed <= {"title", "goal"} else [WHOLE_MAP]

    return touches


def _feeling_lane(pk: int, before: State, after: State) -> list[str]:
    return ["row-feeling"]


PARTS = (
    Part("journey", "journey", Journey, ("title", "goal", "state", "review_by"), "", removal=""),
    Part(
        "stage",
        "stage",
        Stage,
        ("journey_id", "title", "goal", "position"),
        "journey",
        within=("journey_id",),
        position_once=True,
        touches=_head("stage"),
    ),
    Part(
        "step",
        "step",
        Step,
        ("stage_id", "title", "opens_id", "position"),
        "stage__journey",
        within=("stage_id",),
        position_once=True,
        touches=_head("step"),
    ),
    Part(
        "lane",
        "lane",
        Lane,
        ("journey_id", "kind", "title", "line_below", "position"),
        "journey",
        within=("journey_id",),
        position_once=True,
        touches=_head("lane"),
    ),
    Part(
        "card",
        "card",
        Card,
        (
            "lane_id",
            "step_id",
            "text",
            "persona_id",
            "severity",
            "impact",
            "effort",
            "image",
            "position",
            "created_by_id",
        ),
        "lane__journey",
        within=("lane_id", "step_id"),
        touches=_cells,
    ),
    Part(
        "feeling",
        "assessment",
        EmotionAssessment,
        ("step_id", "persona_id", "rater_id", "score", "assessed_on"),
        "step__stage__journey",
        shown_in=LaneKind.FEELING,
        touches=_feeling_lane,
    ),
)

LIBRARIES = (
    Library("segment", Segment, "name", ("name",)),
    Library("channel", Channel, "name", ("name",)),
    Library(
        "persona",
        Persona,
        "slug",
        (
            "slug",
            "name",
            "role",
            "photo",
            "quote",
            "summary",
            "age_range",
            "occupation",
            "location",
            "household",
            "goals",
            "needs",
            "pain_points",
            "buying_behaviour",
            "segment_id",
        ),
        many=("preferred_channels",),
        rows=(Rows("traits", ("name", "low_label", "high_label", "score")),),
    ),
)
