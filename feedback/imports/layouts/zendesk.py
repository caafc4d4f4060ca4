"""Zendesk tickets: one row per ticket, with the customer's rating and how long things took."""

from feedback.imports.layouts.tool import (
    Known,
    ToolLayout,
    has,
    left_out,
    private,
    the_id,
    the_person,
    the_time,
)
from feedback.imports.mappings.mapping import Unit
from feedback.imports.proposals.proposal import Role
from feedback.models import SourceKind

LAYOUTS = (
    ToolLayout(
        key="zendesk",
        name="Zendesk",
        kind=SourceKind.TICKET,
        fits=has(
            {"id", "requester", "satisfaction score"},
            {"summation column", "id", "satisfaction score"},
            {"id", "satisfaction score", "created at"},
        ),
        closed=True,
        known=(
            the_id("id"),
            the_time("solved at", "updated at", "created at"),
            the_person("requester email", "requester id", "requester external id"),
            Known(
                role=Role.SCORE,
                names=("satisfaction score",),
                metric="csat2",
                words=(
                    *(("good", 2), ("good with comment", 2), ("good_with_comment", 2)),
                    *(("bad", 1), ("bad with comment", 1), ("bad_with_comment", 1)),
                ),
                not_applicable=("offered", "unoffered", "not offered"),
                reason="good or bad; offered and unoffered are no answers.",
            ),
            Known(
                role=Role.COMMENT,
                names=("satisfaction comment",),
                reason="the customer's words to the rating.",
            ),
            Known(
                role=Role.FIRST_RESPONSE,
                names=("first reply time in minutes",),
                unit=Unit.MINUTES,
                reason="minutes until the first reply.",
            ),
            Known(
                role=Role.WAIT,
                names=("requester wait time in minutes",),
                unit=Unit.MINUTES,
                reason="minutes that the customer waited for us.",
            ),
            Known(role=Role.REPEAT, names=("reopens",), reason="reopened: the customer came back."),
            Known(role=Role.CHANNEL, names=("via",), reason="how the ticket came in."),
            private("requester", "requester domain", "submitter", "assignee", "organization"),
            left_out("summation column", "subject", "tags", "status", "priority", "group"),
        ),
    ),
)
