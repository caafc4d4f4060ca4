"""The app that owns workspaces, personas, journeys and the map itself."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "journeys"

    def ready(self) -> None:
        from journeys import checks  # noqa: F401  (registers the system check)
