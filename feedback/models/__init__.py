"""The customer's voice: sources, records, their daily counts, and friction."""

from feedback.models.alerts import Alert, AlertKind, AlertState
from feedback.models.batches import BatchState, ImportBatch, SavedMapping
from feedback.models.counts import (
    ChannelCount,
    DurationCount,
    DurationKind,
    EventCount,
    ScoreCount,
    SegmentCount,
)
from feedback.models.drivers import AnalysisState, DriverAnalysis
from feedback.models.friction import (
    FrictionAssessment,
    FrictionFormula,
    FrictionInput,
    FrictionKind,
)
from feedback.models.inbound import Delivery, DeliveryState, IdempotencyKey, Provider, Webhook
from feedback.models.observations import Observation, ObservationKind
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
    "Alert",
    "AlertKind",
    "AlertState",
    "AnalysisState",
    "BatchState",
    "ChannelCount",
    "Delivery",
    "DeliveryState",
    "DriverAnalysis",
    "DurationCount",
    "DurationKind",
    "Erasure",
    "EventCount",
    "FeedbackRecord",
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
    "Privacy",
    "Provider",
    "Respondent",
    "SavedMapping",
    "ScoreCount",
    "SegmentCount",
    "Source",
    "SourceKind",
    "Survey",
    "SurveyDay",
    "SurveyState",
    "SurveyText",
    "SurveyWay",
    "Theme",
    "Webhook",
]
