"""System checks of what the settings promise about feedback."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string


@register()
def comment_tone_imports(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Report a COMMENT_TONE that names no function."""
    path = settings.COMMENT_TONE
    try:
        found = import_string(path) if path else None
    except ImportError as error:
        return [Error(f"COMMENT_TONE: {path}: {error}", id="feedback.E001")]
    if path and not callable(found):
        return [Error(f"COMMENT_TONE: {path} is no function.", id="feedback.E002")]
    return []
