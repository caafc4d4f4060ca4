"""Typeform: a whole response at once, each answer in a property named by its type."""

from typing import Any

from feedback.push.bodies import BadBody
from feedback.webhooks.content import (
    RESPONDENT_FIELD,
    Content,
    Question,
    Response,
    required,
    text_of,
    within,
)
from feedback.webhooks.mapping import WebhookMapping

EVENTS = {"form_response": False, "form_response_partial": True}


def read(payload: Any, mapping: WebhookMapping, journey: str) -> Content:
    """Return the answers of a response."""
    event = required(payload, "event_type")
    if event not in EVENTS:
        return Content(reason=f"The event “{event[:60]}” holds no response.")
    return response(payload).content(mapping, journey)


def response(payload: Any) -> Response:
    """Return the response; a question is known by its ref where the answer has one, else its id."""
    form = required(payload, "form_response", kind=dict)
    answers = required(payload, "form_response", "answers", kind=list)
    hidden = within(form, "hidden")
    fields = (
        {key: text_of(value) for key, value in hidden.items()} if isinstance(hidden, dict) else {}
    )
    ids = _ids(form)
    return Response(
        external_id=required(payload, "form_response", "token"),
        occurred_at=text_of(form.get("submitted_at")),
        answers=dict(_answer(each, ids) for each in answers),
        hidden=fields,
        partial=EVENTS.get(str(within(payload, "event_type")), False),
        respondent=fields.get(RESPONDENT_FIELD, ""),
    )


def _ids(form: Any) -> dict[str, str]:
    """Return the fields' ids by their refs, so that either finds the same question."""
    fields = within(form, "definition", "fields")
    return {
        field["ref"]: field["id"]
        for field in (fields if isinstance(fields, list) else [])
        if isinstance(field, dict)
        and isinstance(field.get("ref"), str)
        and isinstance(field.get("id"), str)
    }


def _answer(answer: Any, ids: dict[str, str]) -> tuple[str, Any]:
    kind = required(answer, "type")
    key = within(answer, "field", "id")
    if not isinstance(key, str) or not key:
        ref = required(answer, "field", "ref")
        key = ids.get(ref, ref)
    value = answer.get(kind)
    if isinstance(value, dict):
        value = value.get("label") or value.get("labels") or value.get("other")
    if value is None:
        raise BadBody(f"The answer to “{key[:60]}” has no “{kind[:60]}”.")
    return key, value


def questions(payload: Any) -> list[Question]:
    """Return the form's fields in their order, answered or not."""
    answers = response(payload).answers
    fields = within(payload, "form_response", "definition", "fields")
    titles = {
        field["id"]: text_of(field.get("title")) or field["id"]
        for field in (fields if isinstance(fields, list) else [])
        if isinstance(field, dict) and isinstance(field.get("id"), str)
    }
    titles |= {key: key for key in answers if key not in titles}
    return [Question(key, title, text_of(answers.get(key, ""))) for key, title in titles.items()]
