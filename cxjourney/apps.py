"""The app that puts the others together."""

from django.apps import AppConfig


class CxjourneyConfig(AppConfig):
    name = "cxjourney"

    def ready(self) -> None:
        from cxjourney.sign_in import account_log  # noqa: F401  (listens from now on)
