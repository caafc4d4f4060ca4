"""The tools whose files are known, each in a module of its own.

recognise([["#", "How was it?", …, "Submit Date (UTC)", …], ["f9k3…", "9", …]]).name
"""

from feedback.imports.layouts import (
    chatwoot,
    delighted,
    formbricks,
    google_forms,
    gsa,
    intercom,
    limesurvey,
    medallia,
    microsoft_forms,
    qualtrics,
    surveymonkey,
    typeform,
    zendesk,
)
from feedback.imports.layouts.tool import HeaderRows, ToolLayout

LAYOUTS: tuple[ToolLayout, ...] = (
    *qualtrics.LAYOUTS,
    *surveymonkey.LAYOUTS,
    *typeform.LAYOUTS,
    *formbricks.LAYOUTS,
    *limesurvey.LAYOUTS,
    *microsoft_forms.LAYOUTS,
    *zendesk.LAYOUTS,
    *intercom.LAYOUTS,
    *medallia.LAYOUTS,
    *gsa.LAYOUTS,
    *delighted.LAYOUTS,
    *chatwoot.LAYOUTS,
    # Last: it is known by the name of one column only.
    *google_forms.LAYOUTS,
)


def recognise(rows: HeaderRows) -> ToolLayout | None:
    """Return the layout that the first rows of a file (three are enough) have, if it is known."""
    return next((layout for layout in LAYOUTS if rows and layout.fits(rows)), None)
