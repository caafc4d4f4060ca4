"""Workspaces and people, personas, and the journey: its parts, history, comments and exports."""

from journeys.models.audit import AuditEntry, AuditKind
from journeys.models.cards import Card, Lane, LaneKind, Line
from journeys.models.changes import Change, ChangeKind, Version
from journeys.models.comments import Comment
from journeys.models.exports import Export, ExportState
from journeys.models.invitations import Invitation
from journeys.models.journeys import Journey, JourneyState, Stage, Step
from journeys.models.libraries import Channel, Segment
from journeys.models.moods import EmotionAssessment
from journeys.models.notices import Notice
from journeys.models.people import User
from journeys.models.personas import Persona, PersonaTrait
from journeys.models.starting import JourneyTemplate, SavedView
from journeys.models.tokens import ApiToken, TokenScope
from journeys.models.workspaces import Membership, Role, Workspace

__all__ = [
    "ApiToken",
    "AuditEntry",
    "AuditKind",
    "Card",
    "Change",
    "ChangeKind",
    "Channel",
    "Comment",
    "EmotionAssessment",
    "Export",
    "ExportState",
    "Invitation",
    "Journey",
    "JourneyState",
    "JourneyTemplate",
    "Lane",
    "LaneKind",
    "Line",
    "Membership",
    "Notice",
    "Persona",
    "PersonaTrait",
    "Role",
    "SavedView",
    "Segment",
    "Stage",
    "Step",
    "TokenScope",
    "User",
    "Version",
    "Workspace",
]
