"""Microsoft Forms: an id, two times, who it was, and then the questions."""

from feedback.imports.layouts.tool import (
    ToolLayout,
    has,
    left_out,
    private,
    the_id,
    the_language,
    the_person,
    the_time,
)

LAYOUTS = (
    ToolLayout(
        key="microsoft_forms",
        name="Microsoft Forms",
        fits=has(
            {"id", "start time", "completion time"},
            {"id", "startzeit", "fertigstellungszeit"},
            {"id", "heure de début", "heure de fin"},
            {"id", "hora de inicio", "hora de finalización"},
        ),
        own_ids=False,
        known=(
            the_id("id"),
            the_time(
                *("completion time", "fertigstellungszeit", "heure de fin"),
                *("hora de finalización", "start time", "startzeit"),
            ),
            the_person("email", "e mail", "adresse de messagerie", "correo electrónico"),
            the_language("language", "sprache", "langue", "idioma"),
            private("name", "nom", "nombre"),
            left_out("total points", "quiz feedback", "last modified time", "grade posted time"),
            left_out(pattern=r"(?:Points|Feedback) - .*", reason="points of a quiz."),
        ),
    ),
)
