"""System checks of what the settings promise to the map."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def map_sources_import(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Report every entry of JOURNEY_MAP_SOURCES that does not import or offers no `contribute`."""
    problems: list[CheckMessage] = []
    for path in settings.JOURNEY_MAP_SOURCES:
        try:
            module = import_module(path)
        except ImportError as error:
            problems.append(Error(f"JOURNEY_MAP_SOURCES: {path}: {error}", id="journeys.E001"))
            continue
        if not callable(getattr(module, "contribute", None)):
            problems.append(
                Error(f"JOURNEY_MAP_SOURCES: {path} has no contribute(draft).", id="journeys.E002")
            )
    return problems


@register()
def emoji_font_is_there(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Report an EMOJI_FONT that names no file: every export with a sign would fail."""
    if not settings.EMOJI_FONT or Path(settings.EMOJI_FONT).is_file():
        return []
    return [Error(f"EMOJI_FONT: there is no file {settings.EMOJI_FONT}.", id="journeys.E003")]
