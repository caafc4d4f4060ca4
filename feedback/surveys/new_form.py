"""The form that makes a survey, ready to be shared, from the standard wordings."""

from typing import Any

from django import forms
from django.db import transaction

from feedback.models import Metric, Privacy, Source, SourceKind, Survey
from feedback.surveys.form_fields import (
    METRIC_CHOICES,
    PRIVACY_CHOICES,
    TouchpointField,
    refuse_taken,
)
from feedback.surveys.languages import english_name
from feedback.surveys.wordings import LANGUAGES, standard_wording
from journeys.models import Workspace


class NewSurveyForm(forms.Form):
    """What a survey must know to be made; its words come from the standard wordings."""

    touchpoint = TouchpointField(help_text="The answers land there on the map.")
    metric = forms.ChoiceField(choices=METRIC_CHOICES, widget=forms.RadioSelect, initial="csat")
    privacy = forms.ChoiceField(
        choices=PRIVACY_CHOICES, widget=forms.RadioSelect, initial=Privacy.ANONYMOUS.value
    )
    languages = forms.MultipleChoiceField(
        choices=[(language, english_name(language)) for language in LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
        initial=["en"],
        help_text="Who asks for none of them gets the first one. You may add others later.",
    )
    title = forms.CharField(
        max_length=120,
        required=False,
        help_text="For your team; respondents do not see it. Empty: metric and touchpoint.",
    )

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace = workspace
        field = self.fields["touchpoint"]
        assert isinstance(field, TouchpointField)  # noqa: S101
        field.offer(workspace)
        self.has_places = bool(field.queryset)

    def clean_title(self) -> str:
        """Refuse a title that another source of answers has."""
        title: str = self.cleaned_data["title"]
        refuse_taken(self.workspace, title)
        return title

    @transaction.atomic
    def create(self) -> Survey:
        """Make the survey, its source, and its words in every language that was ticked."""
        chosen = self.cleaned_data
        metric, touchpoint = Metric(chosen["metric"]), chosen["touchpoint"]
        title = chosen["title"] or self._free_title(f"{metric.label} · {touchpoint.title}")
        survey = Survey.objects.create(
            source=Source.objects.create(
                workspace=self.workspace, name=title, kind=SourceKind.SURVEY
            ),
            touchpoint=touchpoint,
            title=title,
            metric=metric,
            privacy=chosen["privacy"],
        )
        for position, language in enumerate(chosen["languages"]):
            wording = standard_wording(metric.scale.metric, language)
            survey.texts.create(language=language, position=position, **wording._asdict())
        return survey

    def _free_title(self, wish: str) -> str:
        wish = wish[:110]
        taken = set(
            Source.objects.filter(workspace=self.workspace, name__startswith=wish).values_list(
                "name", flat=True
            )
        )
        numbers = range(2, len(taken) + 3)
        return next(name for name in [wish, *(f"{wish} {n}" for n in numbers)] if name not in taken)
