"""The API for what customers say, answers or observations, and for outcome metrics."""

from feedback.api.outcomes import OutcomeViewSet
from feedback.api.views import (
    FeedbackBulkView,
    FeedbackView,
    ObservationBulkView,
    ObservationView,
)

__all__ = [
    "FeedbackBulkView",
    "FeedbackView",
    "ObservationBulkView",
    "ObservationView",
    "OutcomeViewSet",
]
