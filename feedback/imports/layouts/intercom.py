"""Intercom conversations: the user picks the columns, and a time's zone stands in its name."""

import re

from feedback.imports.layouts.tool import (
    HeaderRows,
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
from feedback.models import SourceKind

_ZONE = re.compile(r".*\(([A-Z][\w+-]*(?:/[\w+-]+)*)\)\s*")
WORDS = (("terrible", 1), ("bad", 2), ("ok", 3), ("good", 4), ("great", 4), ("amazing", 5))


def _timezone(rows: HeaderRows) -> str:
    """Return the zone in the name of the first column that has one, else UTC."""
    found = (_ZONE.fullmatch(name) for name in rows[0])
    return next((match[1] for match in found if match), "UTC")


LAYOUTS = (
    ToolLayout(
        key="intercom",
        name="Intercom",
        kind=SourceKind.CHAT,
        fits=has({"conversation id", "conversation rating"}),
        closed=True,
        timezone=_timezone,
        known=(
            the_id("conversation id"),
            the_time(pattern=r"(?:rated|updated|closed|created) at(?: \(.+\))?"),
            Known(
                role=Role.SCORE,
                names=("conversation rating",),
                metric="csat",
                words=WORDS,
                reason="five faces, or the numbers 1 to 5: CSAT.",
            ),
            Known(
                role=Role.COMMENT,
                names=("conversation rating remark",),
                reason="the customer's words to the rating.",
            ),
            the_person("user id", "user email", "email"),
            private("user name", "company name", "user location", "city", "country"),
            left_out("agent rated type", "last survey sent"),
        ),
    ),
)
