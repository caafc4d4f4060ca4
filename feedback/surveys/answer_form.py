"""The form that a customer fills in, with its errors in the customer's language."""

from typing import Any

from django import forms

from feedback.models import Metric, Privacy, Survey
from feedback.surveys.answering import Reply
from feedback.surveys.words import Words

LONGEST_WORDS = 2_000


class AnswerForm(forms.Form):
    """A score, and whatever else the survey asks. Nothing but the score must be given."""

    score = forms.TypedChoiceField(coerce=int)
    comment = forms.CharField(required=False)
    explained_again = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda value: value == "yes",
        required=False,
        empty_value=None,
    )
    email = forms.EmailField(required=False, max_length=254)
    name = forms.CharField(required=False, max_length=120)
    may_contact = forms.BooleanField(required=False)

    def __init__(self, *args: Any, survey: Survey, words: Words, invited: bool, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.survey = survey
        self.words = words
        self.invited = invited
        self.points = Metric(survey.metric).scale.points
        score: Any = self.fields["score"]
        score.choices = [(str(point), str(point)) for point in self.points]
        for message in ("required", "invalid_choice"):
            score.error_messages[message] = words.choose
        for message in ("invalid", "max_length"):
            self.fields["email"].error_messages[message] = words.bad_email
        if survey.privacy != Privacy.IDENTIFIED:
            for name in ("email", "name", "may_contact"):
                del self.fields[name]
        if not survey.asks_comment:
            del self.fields["comment"]

    def clean_comment(self) -> str:
        """Refuse more words than fit, and say how many there are."""
        comment: str = self.cleaned_data["comment"].replace("\r\n", "\n")
        if len(comment) > LONGEST_WORDS:
            raise forms.ValidationError(self.words.too_long.format(count=len(comment)))
        return comment

    def clean(self) -> dict[str, Any]:
        """Refuse a promise to be contacted at no address."""
        cleaned = super().clean() or {}
        reachable = cleaned.get("email") or self.invited or "email" in self.errors
        if cleaned.get("may_contact") and not reachable:
            self.add_error("email", self.words.email_missing)
        return cleaned

    def typed(self, name: str) -> str:
        """Return what stands in a field: what was sent, or what the link chose beforehand."""
        return str(self.data.get(name, "") if self.is_bound else self.initial.get(name, ""))

    def reply(self) -> Reply:
        """Return what was answered, once the form is valid."""
        return Reply(**self.cleaned_data)
