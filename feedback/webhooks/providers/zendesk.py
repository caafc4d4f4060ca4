"""Zendesk: tickets, their audits, satisfaction ratings and metrics, alone or within each other.

A rating of "good" or "bad" is a score of the scale of two; reply and waiting times, in minutes of
the calendar, and reopened tickets are observations.
"""

from collections.abc import Iterator
from typing import Any

from feedback.metrics.zendesk import legacy_rating
from feedback.models import Metric, ObservationKind
from feedback.push.bodies import BadBody
from feedback.webhooks.content import Content, Question, Record, text_of, within
from feedback.webhooks.mapping import WebhookMapping

# What may hold one of the objects below, and how triggers and events wrap them.
WRAPPERS = ("ticket", "audit", "satisfaction_rating", "ticket_metric", "metric_set", "detail")
TIMES = {
    "reply_time_in_minutes": ObservationKind.FIRST_RESPONSE,
    "requester_wait_time_in_minutes": ObservationKind.WAIT,
}
METRIC_EVENTS = {
    "reply_time": ObservationKind.FIRST_RESPONSE,
    "requester_wait_time": ObservationKind.WAIT,
}
SCORES = {"bad": 1, "good": 2}


def read(payload: Any, mapping: WebhookMapping, journey: str) -> Content:
    """Return the ratings and times in it; raises BadBody where it is nothing of Zendesk's."""
    if not isinstance(payload, dict):
        raise BadBody("This is not a JSON object.")
    answers: dict[str, Record] = {}
    observations: dict[tuple[str, str], Record] = {}
    known = False
    for node, ticket in _nodes(payload, None):
        rating = _rating(node, ticket)
        if rating:
            answers[rating["external_id"]] = rating
        for observation in _observations(node, ticket):
            observations[observation["external_id"], observation["kind"]] = observation
        known = known or _is_known(node)
    if not known:
        raise BadBody("This is no ticket, audit, satisfaction rating or metric of Zendesk.")
    if not answers and not observations:
        return Content(reason="It holds neither a rating nor a time.")
    if mapping.touchpoint is None:
        return Content(reason="No touchpoint is chosen for this desk yet.")
    place = {"touchpoint": mapping.touchpoint}
    return Content(
        [place | each for each in answers.values()],
        [place | each for each in observations.values()],
    )


def questions(payload: Any) -> list[Question]:
    """Return nothing: what a ticket holds has its meaning already."""
    return []


def _nodes(node: dict[str, Any], ticket: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield an object and those that it wraps, each with the id of its ticket where known."""
    is_ticket = "subject" in node or ("requester_id" in node and "status" in node)
    ticket = node.get("ticket_id") or (node.get("id") if is_ticket else None) or ticket
    ticket = ticket or within(node, "ticket", "id")
    yield node, ticket
    moment = node.get("updated_at") or node.get("created_at")
    inner = [node.get(key) for key in WRAPPERS]
    events = node.get("events")
    inner += events if isinstance(events, list) else []
    for each in inner:
        if isinstance(each, dict):
            yield from _nodes({"created_at": moment} | each, ticket)


def _is_known(node: dict[str, Any]) -> bool:
    return (
        ("ticket_id" in node and "id" in node)
        or ("requester_id" in node and "id" in node)
        or node.get("type") == "SatisfactionRating"
        or "score" in node
    )


def _rating(node: dict[str, Any], ticket: Any) -> Record | None:
    if "score" not in node:
        return None
    metric, score = _score(node["score"])
    if score is None:
        return None
    moment = node.get("updated_at") or node.get("created_at")
    optional = {
        "comment": text_of(node.get("comment") or node.get("body")),
        "occurred_at": text_of(moment),
        "respondent": text_of(node.get("requester_id")),
    }
    given = {key: value for key, value in optional.items() if value}
    return {"external_id": _id(node, ticket), "metric": metric, "score": score} | given


def _score(said: Any) -> tuple[str, int | None]:
    """Return metric and score; no score where nobody answered."""
    if isinstance(said, int) and not isinstance(said, bool):
        return Metric.CSAT, said
    # Placeholders of triggers render as "Good, I'm satisfied".
    word = text_of(said).casefold().partition(",")[0].strip()
    if not word:
        return Metric.CSAT_2, None
    # Between quotation marks, as a trigger's body has every placeholder.
    if word.isdecimal():
        return Metric.CSAT, int(word)
    try:
        rating = legacy_rating(word)
    except ValueError as error:
        raise BadBody(str(error)) from None
    return Metric.CSAT_2, SCORES[rating] if rating else None


def _observations(node: dict[str, Any], ticket: Any) -> Iterator[Record]:
    common = {"occurred_at": text_of(node.get("created_at") or node.get("time"))}
    common = {key: value for key, value in common.items() if value}
    for key, kind in TIMES.items():
        if key in node:
            yield from _time(within(node, key, "calendar"), kind, node, ticket, common)
    if isinstance(node.get("reopens"), int):
        yield common | {
            "external_id": _id(node, ticket),
            "kind": ObservationKind.REPEAT.value,
            "hit": node["reopens"] > 0,
        }
    # Of the events of a metric, only this one says how long it took.
    timed = METRIC_EVENTS.get(text_of(node.get("metric")))
    if node.get("type") == "update_status" and timed and node.get("instance_id", 1) == 1:
        yield from _time(within(node, "status", "calendar"), timed, node, ticket, common)


def _time(
    minutes: Any, kind: ObservationKind, node: dict[str, Any], ticket: Any, common: Record
) -> Iterator[Record]:
    if minutes is None:
        return
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        raise BadBody(f"“{text_of(minutes)[:60]}” is no number of minutes.")
    found = {"external_id": _id(node, ticket), "kind": kind.value, "seconds": minutes * 60}
    yield common | found


def _id(node: dict[str, Any], ticket: Any) -> str:
    """Return the ticket's id, so that a rating counts once however often its ticket is sent."""
    for name, value in (("ticket", ticket), ("event", node.get("id"))):
        if text := text_of(value):
            return f"{name}-{text}"[:200]
    raise BadBody("A rating or a time has no ticket.")
