"""The customer feedback that US agencies report (Circular A-11): thumbs up or down, and why."""

from feedback.imports.layouts.tool import Known, ToolLayout, has, left_out, the_id
from feedback.imports.proposals.proposal import Role

LAYOUTS = (
    ToolLayout(
        key="gsa",
        name="GSA A-11 feedback",
        fits=has({"external id", "question 1", "positive effectiveness"}),
        closed=True,
        own_ids=False,
        known=(
            the_id("external id"),
            Known(
                role=Role.SCORE,
                names=("question 1",),
                metric="csat2",
                words=(("1", 2), ("0", 1)),
                reason="thumbs up (1) or down (0): good or bad.",
            ),
            Known(role=Role.COMMENT, names=("question 4",), reason="the customer's words."),
            left_out(pattern=r"(?:positive|negative)_.*", reason="a box that was ticked or not."),
        ),
    ),
)
