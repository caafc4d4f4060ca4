"""The customer's voice: sources, records, their daily counts, and friction."""

from feedback.models.actions import Action, ActionState, Solution, SolutionState
from feedback.models.alert_hooks import AlertDelivery, AlertHook, SendState
from feedback.models.alerts import Alert, AlertKind, AlertState
from feedback.models.batches import BatchState, ImportBatch, SavedMapping
from feedback.models.case_rules import CaseRule
from feedback.models.cases import (
    Case,
    CaseEntry,
    CaseState,
    ContactWay,
    EntryKind,
    StepRefused,
)
from feedback.models.counts import (
    ChannelCount,
    ChannelWeek,
    DurationCount,
    DurationKind,
    EventCount,
    ScoreCount,
    ScoreWeek,
    SegmentCount,
    SegmentWeek,
)
from feedback.models.criteria import Criterion, CriterionScore
from feedback.models.drivers import AnalysisState, DriverAnalysis
from feedback.models.follow_ups import FollowUp, FollowUpReceipt
from feedback.models.friction import (
    FrictionAssessment,
    FrictionFormula,
    FrictionInput,
    FrictionKind,
)
from feedback.models.inbound import Delivery, DeliveryState, IdempotencyKey, Provider, Webhook
from feedback.models.observations import Observation, ObservationKind
from feedback.models.opportunities import (
    EvidenceKind,
    Opportunity,
    OpportunityChange,
    OpportunityEvidence,
    OpportunityState,
)
from feedback.models.outcomes import (
    Direction,
    OutcomeCorrection,
    OutcomeKind,
    OutcomeMetric,
    OutcomePoint,
    Timing,
)
from feedback.models.records import FeedbackRecord, Metric
from feedback.models.respondents import Erasure, Identity, Respondent
from feedback.models.sources import Source, SourceKind
from feedback.models.surveys import (
    Invitation,
    Privacy,
    Survey,
    SurveyDay,
    SurveyState,
    SurveyText,
    SurveyWay,
)
from feedback.models.themes import Theme

__all__ = [
    "Action",
    "ActionState",
    "Alert",
    "AlertDelivery",
    "AlertHook",
    "AlertKind",
    "AlertState",
    "AnalysisState",
    "BatchState",
    "Case",
    "CaseEntry",
    "CaseRule",
    "CaseState",
    "ChannelCount",
    "ChannelWeek",
    "ContactWay",
    "Criterion",
    "CriterionScore",
    "Delivery",
    "DeliveryState",
    "Direction",
    "DriverAnalysis",
    "DurationCount",
    "DurationKind",
    "EntryKind",
    "Erasure",
    "EventCount",
    "EvidenceKind",
    "FeedbackRecord",
    "FollowUp",
    "FollowUpReceipt",
    "FrictionAssessment",
    "FrictionFormula",
    "FrictionInput",
    "FrictionKind",
    "IdempotencyKey",
    "Identity",
    "ImportBatch",
    "Invitation",
    "Metric",
    "Observation",
    "ObservationKind",
    "Opportunity",
    "OpportunityChange",
    "OpportunityEvidence",
    "OpportunityState",
    "OutcomeCorrection",
    "OutcomeKind",
    "OutcomeMetric",
    "OutcomePoint",
    "Privacy",
    "Provider",
    "Respondent",
    "SavedMapping",
    "ScoreCount",
    "ScoreWeek",
    "SegmentCount",
    "SegmentWeek",
    "SendState",
    "Solution",
    "SolutionState",
    "Source",
    "SourceKind",
    "StepRefused",
    "Survey",
    "SurveyDay",
    "SurveyState",
    "SurveyText",
    "SurveyWay",
    "Theme",
    "Timing",
    "Webhook",
]
