"""The app that owns teams, touchpoints and the handoffs between them."""

from django.apps import AppConfig


class TouchpointsConfig(AppConfig):
    name = "touchpoints"
