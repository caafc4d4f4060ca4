"""Paths that may stand in a log: without what opens a survey, a share, an invitation, a reset.

Safe by default: of the parts of an address that vary, only those named here are written. A new
address with a secret in it is masked without anybody thinking of it.
"""

from django.http import HttpRequest

SHOWN = {"workspace", "slug", "pk", "version", "app_label", "object_id", "model_name", "format"}
MASK = "…"


def loggable_path(request: HttpRequest) -> str:
    """Return the path without query, with what may be a secret masked.

    Of an address that nobody knows only the first part stays: it may be a secret mistyped.
    """
    match = getattr(request, "resolver_match", None)
    if match is None:
        first, *rest = request.path.lstrip("/").split("/")
        return f"/{first}/{MASK}" if any(rest) else f"/{first}"
    path = request.path
    kept = {name for name, value in match.kwargs.items() if name in SHOWN or type(value) is int}
    hidden = [*match.args, *(value for name, value in match.kwargs.items() if name not in kept)]
    for value in sorted({str(each) for each in hidden if each}, key=len, reverse=True):
        path = path.replace(value, MASK)
    return path
