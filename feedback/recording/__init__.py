"""The one way in for feedback: imports, API, webhooks, surveys and quick notes all write here."""

from feedback.recording.answers import NewAnswer, Outcome, Recorded, record_answers

__all__ = ["NewAnswer", "Outcome", "Recorded", "record_answers"]
