"""The app that owns the customer's voice: answers, their counts, friction."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from feedback import checks  # noqa: F401  (registers the system check)
