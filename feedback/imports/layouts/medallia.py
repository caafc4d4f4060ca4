"""Medallia Agent Connect: one row per request, answered or not."""

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
from feedback.imports.proposals.proposal import Role

LAYOUTS = (
    ToolLayout(
        key="medallia",
        name="Medallia Agent Connect",
        fits=has({"request id", "response received at", "star rating"}),
        closed=True,
        known=(
            the_id("request id"),
            the_time("response received at", skip_blank=True),
            Known(
                role=Role.SCORE, names=("star rating",), metric="csat", reason="1 to 5 stars: CSAT."
            ),
            Known(role=Role.COMMENT, names=("comments",), reason="the customer's words."),
            Known(role=Role.CHANNEL, names=("channel",), reason="where the contact was."),
            the_person("request sent to"),
            private("customer name", "ext interaction id", pattern=r"employee_.*"),
            left_out("request sent at", "request delivery status", "reward name", "tags", "brand"),
            left_out(pattern=r"areas_for_improvement.*"),
        ),
    ),
)
