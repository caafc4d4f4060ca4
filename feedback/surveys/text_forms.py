"""The forms of a survey's words, one for each language."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, inlineformset_factory

from feedback.models import Metric, Survey, SurveyText
from feedback.surveys.wordings import LANGUAGES, standard_wording

if TYPE_CHECKING:
    _TextForm = forms.ModelForm[SurveyText]
    _TextFormSet = BaseInlineFormSet[SurveyText, Survey, Any]
else:
    _TextForm = forms.ModelForm
    _TextFormSet = BaseInlineFormSet

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class SurveyTextForm(_TextForm):
    """The words in one language."""

    class Meta:
        model = SurveyText
        fields = [
            "language",
            "question",
            "low_label",
            "high_label",
            "follow_up",
            "explained_again",
            "thank_you",
        ]
        labels = {
            "low_label": "Low end",
            "high_label": "High end",
            "follow_up": "Second question",
            "explained_again": "Handoff question",
            "thank_you": "Thank-you",
        }
        help_texts = {
            "language": "A tag: en, de, pt-BR, ar …",
            "follow_up": "Above the field for a comment.",
            "explained_again": "Asked only where a handoff is chosen below.",
            "thank_you": "Below “Thank you”.",
        }
        widgets = {"thank_you": forms.Textarea({"rows": 2, "maxlength": 1000})}

    def __init__(self, *args: Any, metric: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.metric = metric
        if not self.instance.pk:
            # A new language begins with the standard wording, where one is known.
            self.fields["question"].required = False
            self.fields["language"].initial = ""

    def clean_language(self) -> str:
        """Refuse what is no language tag."""
        language: str = self.cleaned_data["language"].strip().replace("_", "-")
        if not _LANGUAGE.fullmatch(language):
            raise ValidationError(f"“{language}” is no language tag; write de or pt-BR.")
        return language

    def clean(self) -> dict[str, Any]:
        """Fill a new language with the standard wording; refuse one without a question."""
        cleaned = super().clean() or self.cleaned_data
        language = cleaned.get("language")
        if language and not cleaned.get("question") and "question" not in self.errors:
            if language.lower().partition("-")[0] not in LANGUAGES:
                self.add_error("question", "There is no standard wording in it; write yours.")
                return cleaned
            wording = standard_wording(Metric(self.metric).scale.metric, language)
            for name, standard in wording._asdict().items():
                cleaned[name] = cleaned.get(name) or standard
        return cleaned


class SurveyTextFormSet(_TextFormSet):
    """The languages of a survey: at least one, each once."""

    def clean(self) -> None:
        """Refuse a survey without words."""
        super().clean()
        if any(self.errors):
            return
        kept = [
            form
            for form in self.forms
            if form.cleaned_data.get("language") and form not in self.deleted_forms
        ]
        if not kept:
            raise ValidationError("A survey needs its words in one language at least.")
        named = [form.cleaned_data["language"].lower() for form in kept]
        if len(set(named)) < len(named):
            raise ValidationError("Every language can stand there once only.")

    def save_new(self, form: Any, commit: bool = True) -> SurveyText:
        """Put a new language after the others."""
        form.instance.position = 1 + max(
            self.instance.texts.values_list("position", flat=True), default=-1
        )
        return super().save_new(form, commit)


TextFormSet = inlineformset_factory(
    Survey,
    SurveyText,
    form=SurveyTextForm,
    formset=SurveyTextFormSet,
    extra=1,
    max_num=20,
    can_delete=True,
)
