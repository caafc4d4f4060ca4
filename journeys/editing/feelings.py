"""How a step feels, as the person who edits judges it."""

from django.utils import timezone

from journeys.editing.edit import Edit, quoted
from journeys.models import EmotionAssessment, Persona, Step


def assess_feeling(edit: Edit, step: Step, score: float, *, persona: Persona | None) -> None:
    """Record one's own judgement of a step, −2 to +2; an earlier one of the same is replaced."""
    today = timezone.localdate()
    current = EmotionAssessment.objects.current()
    mine = current.filter(step=step, rater=edit.by, persona=persona).first()
    if mine is None:
        edit.add(
            EmotionAssessment, step=step, rater=edit.by, persona=persona, score=score,
            assessed_on=today,
        )  # fmt: skip
    else:
        edit.change(mine, score=score, assessed_on=today)
    edit.summary = f"Assessed {quoted(step)} at {score:+g}"


def withdraw_feeling(edit: Edit, step: Step, *, persona: Persona | None) -> None:
    """Take one's own judgement of a step back."""
    for mine in EmotionAssessment.objects.current().filter(
        step=step, rater=edit.by, persona=persona
    ):
        edit.remove(mine)
    edit.summary = f"Withdrew the assessment of {quoted(step)}"
