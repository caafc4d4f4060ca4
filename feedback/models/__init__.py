"""The customer's voice: sources, records, their daily counts, and friction."""

from feedback.models.counts import DurationCount, DurationKind, ScoreCount
from feedback.models.friction import (
    FrictionAssessment,
    FrictionFormula,
    FrictionInput,
    FrictionKind,
)
from feedback.models.records import FeedbackRecord, Metric
from feedback.models.sources import Source, SourceKind

__all__ = [
    "DurationCount",
    "DurationKind",
    "FeedbackRecord",
    "FrictionAssessment",
    "FrictionFormula",
    "FrictionInput",
    "FrictionKind",
    "Metric",
    "ScoreCount",
    "Source",
    "SourceKind",
]
