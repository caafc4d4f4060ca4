"""The API for what customers say: one record or ten thousand, answers or observations."""

from feedback.api.views import (
    FeedbackBulkView,
    FeedbackView,
    ObservationBulkView,
    ObservationView,
)

__all__ = ["FeedbackBulkView", "FeedbackView", "ObservationBulkView", "ObservationView"]
