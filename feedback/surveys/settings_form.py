"""The form of a survey's settings."""

from typing import TYPE_CHECKING, Any

from django import forms

from feedback.models import Survey
from feedback.surveys.form_fields import (
    METRIC_CHOICES,
    PRIVACY_CHOICES,
    TouchpointField,
    refuse_taken,
)
from journeys.origins import clean_origins
from touchpoints.models import Handoff

if TYPE_CHECKING:
    _SurveyForm = forms.ModelForm[Survey]
else:
    _SurveyForm = forms.ModelForm


class SurveyForm(_SurveyForm):
    """A survey's settings. Where it asks and on which scale stays once somebody answered."""

    touchpoint = TouchpointField(help_text="The answers land there on the map.")
    comments_kept_months = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1200,
        label="Keep comments for",
        help_text="Months; empty keeps them. Scores stay.",
    )
    identities_kept_months = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1200,
        label="Keep who answered for",
        help_text="Months; empty keeps it. Then answers are cut loose from the person.",
    )

    class Meta:
        model = Survey
        fields = [
            "title",
            "touchpoint",
            "metric",
            "handoff",
            "asks_comment",
            "privacy",
            "opens_at",
            "closes_at",
            "pause_days",
            "kiosk",
            "allowed_origins",
        ]
        labels = {
            "handoff": "Handoff question",
            "asks_comment": "Ask for a comment",
            "opens_at": "Opens",
            "closes_at": "Closes",
            "pause_days": "Pause between invitations",
            "kiosk": "Kiosk page",
            "allowed_origins": "Sites that may embed it",
        }
        help_texts = {
            "handoff": "Also asks “Did you have to explain it again?” about a handoff that "
            "arrives at the touchpoint.",
            "opens_at": "Empty: open at once.",
            "closes_at": "Empty: open until you close it.",
            "pause_days": "Days in which nobody who was invited to any survey is invited again.",
            "kiosk": "For a screen on a stand: one tap, and it begins anew.",
            "allowed_origins": "One a line, such as https://www.example.com. Empty: none.",
        }
        widgets = {
            "metric": forms.RadioSelect(choices=METRIC_CHOICES),
            "privacy": forms.RadioSelect(choices=PRIVACY_CHOICES),
            "opens_at": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "closes_at": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "allowed_origins": forms.Textarea({"rows": 3, "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        survey, source = self.instance, self.instance.source
        self.workspace = source.workspace
        self.fields["comments_kept_months"].initial = source.comments_kept_months
        self.fields["identities_kept_months"].initial = source.identities_kept_months
        touchpoint: Any = self.fields["touchpoint"]
        touchpoint.offer(self.workspace, also=[survey.touchpoint_id])
        metric: Any = self.fields["metric"]
        metric.choices = METRIC_CHOICES
        privacy: Any = self.fields["privacy"]
        privacy.choices = PRIVACY_CHOICES
        self._offer_handoffs()
        self.answered = source.records.exists()
        if self.answered:
            touchpoint.disabled = metric.disabled = True

    def _offer_handoffs(self) -> None:
        handoff: Any = self.fields["handoff"]
        into = Handoff.objects.filter(
            from_touchpoint__step__stage__journey__workspace=self.workspace
        ).with_ends()
        handoff.queryset = into
        groups: dict[str, list[tuple[Any, str]]] = {}
        for each in into.order_by("to_touchpoint__title", "from_touchpoint__title", "pk"):
            label = f"{each} (from {each.from_touchpoint.title})"
            groups.setdefault(f"Into {each.to_touchpoint.title}", []).append((each.pk, label))
        handoff.choices = [("", "Not asked"), *groups.items()]

    def clean_title(self) -> str:
        """Refuse a title that another source of answers has."""
        title: str = self.cleaned_data["title"]
        refuse_taken(self.workspace, title, own=self.instance.source_id)
        return title

    def clean_allowed_origins(self) -> str:
        """Refuse what is no origin: it goes into a header that browsers obey."""
        return clean_origins(self.cleaned_data["allowed_origins"])

    def clean(self) -> dict[str, Any]:
        """Refuse a handoff that does not arrive at the touchpoint, and an end before the begin."""
        cleaned = super().clean() or self.cleaned_data
        handoff, touchpoint = cleaned.get("handoff"), cleaned.get("touchpoint")
        if handoff and touchpoint and handoff.to_touchpoint_id != touchpoint.pk:
            self.add_error(
                "handoff", f"It arrives at {handoff.to_touchpoint}, not at {touchpoint}."
            )
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "It must close after it opens.")
        return cleaned

    def save(self, commit: bool = True) -> Survey:
        """Save the survey, and its source under the same name."""
        survey = super().save(commit)
        source = survey.source
        source.name = survey.title
        for name in ("comments_kept_months", "identities_kept_months"):
            setattr(source, name, self.cleaned_data[name])
        source.save()
        return survey
