"""Formbricks: a response as it begins, grows and is finished, three events of one id."""

from typing import Any

from feedback.webhooks.content import (
    RESPONDENT_FIELD,
    TOUCHPOINT_FIELD,
    Content,
    Question,
    Response,
    required,
    text_of,
    within,
)
from feedback.webhooks.mapping import WebhookMapping

EVENTS = {"responseCreated", "responseUpdated", "responseFinished"}
# Hidden fields lie among the answers.
HIDDEN = (TOUCHPOINT_FIELD, RESPONDENT_FIELD)


def read(payload: Any, mapping: WebhookMapping, journey: str) -> Content:
    """Return the answers of a response; those of an unfinished one are partial."""
    event = required(payload, "event")
    if event not in EVENTS:
        return Content(reason=f"The event “{event[:60]}” holds no response.")
    return response(payload).content(mapping, journey)


def response(payload: Any) -> Response:
    """Return the response that an event tells of; raises BadBody."""
    data = required(payload, "data", kind=dict)
    answers = required(payload, "data", "data", kind=dict)
    language = text_of(data.get("language"))
    contact = within(data, "contactAttributes", "email") or within(data, "contact", "id")
    return Response(
        external_id=required(payload, "data", "id"),
        occurred_at=text_of(data.get("createdAt")),
        answers={key: value for key, value in answers.items() if key not in HIDDEN},
        hidden={key: text_of(answers.get(key)) for key in HIDDEN},
        partial=not required(payload, "data", "finished", kind=bool),
        language="" if language == "default" else language,
        respondent=text_of(answers.get(RESPONDENT_FIELD)) or text_of(contact),
    )


def questions(payload: Any) -> list[Question]:
    """Return the answered elements; the payload does not hold their words."""
    return [Question(key, key, text_of(value)) for key, value in response(payload).answers.items()]
