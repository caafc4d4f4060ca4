"""Sites that may show a page of ours in a frame, as people name them in forms."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?")
_LOCAL = {"localhost", "127.0.0.1"}


def clean_origins(text: str) -> str:
    """Return the origins one a line; they go into a header that browsers obey.

    Raises ValidationError for what is no origin, and for one that is not encrypted.
    """
    origins = text.split()
    for origin in origins:
        parts = urlsplit(origin) if _ORIGIN.fullmatch(origin) else None
        if parts is None or (parts.scheme == "http" and parts.hostname not in _LOCAL):
            raise ValidationError(
                f"“{origin}” is no origin. Write https:// and the host name in small letters, "
                "without a path: https://www.example.com"
            )
    return "\n".join(dict.fromkeys(origins))
