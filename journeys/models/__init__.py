"""Workspaces and people, personas, and the journey: stages, steps, lanes, cards."""

from journeys.models.cards import Card, Lane, LaneKind, Line
from journeys.models.journeys import Journey, JourneyState, Stage, Step
from journeys.models.libraries import Channel, Segment
from journeys.models.moods import EmotionAssessment
from journeys.models.people import User
from journeys.models.personas import Persona, PersonaTrait
from journeys.models.tokens import ApiToken, TokenScope
from journeys.models.workspaces import Membership, Role, Workspace

__all__ = [
    "ApiToken",
    "Card",
    "Channel",
    "EmotionAssessment",
    "Journey",
    "JourneyState",
    "Lane",
    "LaneKind",
    "Line",
    "Membership",
    "Persona",
    "PersonaTrait",
    "Role",
    "Segment",
    "Stage",
    "Step",
    "TokenScope",
    "User",
    "Workspace",
]
