"""What browsers are told with every answer, beside Django's own headers and the content policy."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_ALLOWED = {"fullscreen": "(self)", "clipboard-write": "(self)"}
_REFUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
    "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial",
    "storage-access", "sync-xhr", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
# Passkeys ask for their own two, which are left as browsers have them: for the own site only.
PERMISSIONS = ", ".join(
    f"{name}={allowed}" for name, allowed in (_ALLOWED | dict.fromkeys(_REFUSED, "()")).items()
)


class SafeHeaders:
    """Middleware that says what a page may ask for, who may load it, and that nobody keeps it.

    Without a word of its own about caching, an answer is not stored: on a shared machine, the
    button "Back" shows nothing after signing out. It stands before all others that answer, so that
    errors have the headers as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and add what the answer lacks."""
        response = self._get_response(request)
        # Scripts of embedded surveys are loaded by other sites, and hold nothing of anybody.
        framed = getattr(response, "xframe_options_exempt", False)
        shared = framed or request.path.startswith(settings.STATIC_URL)
        for name, value in (
            ("Permissions-Policy", PERMISSIONS),
            ("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin"),
            ("X-Permitted-Cross-Domain-Policies", "none"),
            ("Cache-Control", "private, no-store"),
        ):
            response.setdefault(name, value)
        if not framed:
            response.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response
