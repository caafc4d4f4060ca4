"""What a call of the API says beside its records: where to, in which format, under which key."""

import json
from typing import Any, NoReturn

from rest_framework.exceptions import (
    APIException,
    NotFound,
    ParseError,
    PermissionDenied,
    UnsupportedMediaType,
)
from rest_framework.request import Request

from feedback.push.bodies import (
    BadBody,
    BodyTooLarge,
    decoded,
    parsed,
    read_body,
    refuse_announced,
)
from feedback.push.write import Unreadable
from journeys.api_tokens import reachable
from journeys.models import ApiToken, Workspace

LONGEST_BODY = 20 * 1024 * 1024
MOST_RECORDS = 10_000
JSON = "application/json"
LINES = "application/x-ndjson"
_SWITCH = {"1": True, "true": True, "0": False, "false": False}


class TooLarge(APIException):
    """The body is longer, or holds more records, than one call may."""

    status_code = 413
    default_detail = f"A body has {LONGEST_BODY // 1024**2} MB at most."
    default_code = "too_large"


def workspace_of(request: Request) -> Workspace:
    """Return where the records go: the token's workspace, or with a session `?workspace=slug`.

    Raises NotFound for strangers and PermissionDenied for members who only look.
    """
    slug = request.query_params.get("workspace")
    workspaces = reachable(request)
    if slug is not None:
        workspaces = workspaces.filter(slug=slug)
    elif not isinstance(request.auth, ApiToken):
        raise ParseError("Say in which workspace: ?workspace=<its slug>.")
    workspace = workspaces.first()
    if workspace is None:
        raise NotFound("There is no such workspace, or it is not yours.")
    if not Workspace.objects.edited_by(request.user).filter(pk=workspace.pk).exists():
        raise PermissionDenied("Your role in this workspace is to look only.")
    return workspace


def refuse_unknown_parameters(request: Request, known: set[str]) -> None:
    """Raise ParseError for a parameter that would be ignored: it may be a misspelt one."""
    for name in request.query_params:
        if name not in known:
            raise ParseError(f"Unknown parameter “{name}”; there are: {', '.join(sorted(known))}.")


def switched_on(request: Request, name: str) -> bool:
    """Return whether a parameter is 1 or true; raises ParseError for what is no switch."""
    text = request.query_params.get(name, "0")
    if text.lower() not in _SWITCH:
        raise ParseError(f"“{name}” is 1 or 0.")
    return _SWITCH[text.lower()]


def body_of(request: Request) -> bytes:
    """Return the body; raises TooLarge before it is read, or as soon as it proves to be."""
    try:
        refuse_announced(request.META.get("CONTENT_LENGTH"), LONGEST_BODY)
        return read_body(request._request, LONGEST_BODY)
    except BodyTooLarge:
        raise TooLarge from None


def one_record(request: Request, body: bytes) -> object:
    """Return the one record of a JSON body."""
    if _media_type(request) != JSON:
        _refuse_media_type(request)
    try:
        record = parsed(decoded(body))
    except BadBody as error:
        raise ParseError(str(error)) from None
    if not isinstance(record, dict):
        raise ParseError("Send one JSON object; many go to the bulk address.")
    return record


def many_records(request: Request, body: bytes) -> list[object]:
    """Return the records of a JSON array, of {"records": […]}, or of lines of JSON."""
    media_type = _media_type(request)
    if media_type not in {JSON, LINES}:
        _refuse_media_type(request)
    try:
        text = decoded(body)
        records = _lines(text) if media_type == LINES else _array(parsed(text))
    except BadBody as error:
        raise ParseError(str(error)) from None
    if not records:
        raise ParseError("There are no records.")
    if len(records) > MOST_RECORDS:
        raise TooLarge(
            f"One call takes {MOST_RECORDS:,} records at most; here are {len(records):,}."
        )
    return records


def _array(found: Any) -> list[object]:
    if isinstance(found, dict) and found.keys() == {"records"}:
        found = found["records"]
    if not isinstance(found, list):
        raise BadBody('Send an array of records, or {"records": […]}.')
    return found


def _lines(text: str) -> list[object]:
    return [_line(line) for line in text.split("\n") if line.strip()]


def _line(line: str) -> object:
    try:
        return parsed(line)
    except BadBody as error:
        return Unreadable(str(error))


def _media_type(request: Request) -> str:
    return str(request.content_type or "").partition(";")[0].strip().lower()


def _refuse_media_type(request: Request) -> NoReturn:
    raise UnsupportedMediaType(json.dumps(_media_type(request))[1:-1])
