"""The admin pages of workspaces, people, personas, journeys and libraries."""

from journeys.admin.audit import AuditEntryAdmin
from journeys.admin.journeys import EmotionAssessmentAdmin, JourneyAdmin, StageAdmin, StepAdmin
from journeys.admin.libraries import ChannelAdmin, SegmentAdmin
from journeys.admin.people import UserAdmin, WorkspaceAdmin
from journeys.admin.personas import PersonaAdmin

__all__ = [
    "AuditEntryAdmin",
    "ChannelAdmin",
    "EmotionAssessmentAdmin",
    "JourneyAdmin",
    "PersonaAdmin",
    "SegmentAdmin",
    "StageAdmin",
    "StepAdmin",
    "UserAdmin",
    "WorkspaceAdmin",
]
