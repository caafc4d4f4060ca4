"""The one way in for feedback: imports, API, webhooks, surveys and quick notes all write here."""

from feedback.recording.answers import NewAnswer, Outcome, Recorded, record_answers
from feedback.recording.observations import NewObservation, record_observations

__all__ = [
    "NewAnswer",
    "NewObservation",
    "Outcome",
    "Recorded",
    "record_answers",
    "record_observations",
]
