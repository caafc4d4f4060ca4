"""Chatwoot's CSAT report: translated headers, so known by where its columns stand.

Agent, rating, feedback, contact's name, e-mail and telephone, link to the conversation, time,
and perhaps review notes. Below the answers a line says what period the report covers.
"""

import re

from feedback.imports.layouts.tool import HeaderRows, Known, ToolLayout, private, the_time
from feedback.imports.proposals.proposal import Role
from feedback.models import SourceKind

_LINK = re.compile(r"https?://\S+/app/accounts/\d+/conversations/\d+")
WIDTHS = (8, 9)
LINK = 6


def _fits(rows: HeaderRows) -> bool:
    if len(rows) < 2 or len(rows[0]) not in WIDTHS or len(rows[1]) <= LINK:
        return False
    return bool(_LINK.fullmatch(rows[1][LINK].strip()))


LAYOUTS = (
    ToolLayout(
        key="chatwoot",
        name="Chatwoot",
        kind=SourceKind.CHAT,
        fits=_fits,
        footer=True,
        closed=True,
        by_position=(
            private(),
            Known(role=Role.SCORE, metric="csat", reason="1 to 5 faces: CSAT."),
            Known(role=Role.COMMENT, reason="the customer's words to the rating."),
            private(),
            Known(
                role=Role.RESPONDENT,
                reason="who answered: kept as a pseudonym that nobody can turn back.",
            ),
            private(),
            Known(role=Role.ID, reason="the conversation, so that its rating counts once."),
            the_time(),
        ),
    ),
)
