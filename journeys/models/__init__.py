"""Workspaces and people, personas, and the journey: its parts, history, comments and exports."""

from journeys.models.audit import AuditEntry, AuditKind
from journeys.models.cards import Card, Lane, LaneKind, Line
from journeys.models.changes import Change, ChangeKind, Version
from journeys.models.comments import Comment
from journeys.models.exports import Export, ExportState
from journeys.models.invitations import Invitation
from journeys.models.journeys import Journey, JourneyState, Stage, Step
from journeys.models.libraries import Channel, Segment
from journeys.models.limits import RequestCount
from journeys.models.moods import EmotionAssessment
from journeys.models.notices import Notice
from journeys.models.people import User
from journeys.models.personas import Persona, PersonaTrait
from journeys.models.sharing import ShareAllows, ShareDay, ShareLink, ShareState
from journeys.models.starting import JourneyTemplate, SavedView
from journeys.models.tokens import ApiToken, TokenScope
from journeys.models.workspaces import JourneyRole, Membership, Role, Workspace

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
    "JourneyRole",
    "JourneyState",
    "JourneyTemplate",
    "Lane",
    "LaneKind",
    "Line",
    "Membership",
    "Notice",
    "Persona",
    "PersonaTrait",
    "RequestCount",
    "Role",
    "SavedView",
    "Segment",
    "ShareAllows",
    "ShareDay",
    "ShareLink",
    "ShareState",
    "Stage",
    "Step",
    "TokenScope",
    "User",
    "Version",
    "Workspace",
]
