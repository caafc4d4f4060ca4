"""The forms that snooze and close alerts, and that set outgoing webhooks up."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms

from feedback.models import AlertHook, AlertKind
from journeys.models import Workspace
from journeys.outbound import Refused, checked

LONGEST_SLEEP = timedelta(days=366)
USUAL_SLEEP = timedelta(days=14)

if TYPE_CHECKING:
    _HookForm = forms.ModelForm[AlertHook]
else:
    _HookForm = forms.ModelForm


def _note() -> forms.CharField:
    return forms.CharField(label="Note", max_length=500, required=False)


class SnoozeForm(forms.Form):
    """Until which day an alert sleeps, and why."""

    until = forms.DateField(
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="On that day it is told again, if it still lasts.",
    )
    note = _note()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields["until"]
        field.initial = today + USUAL_SLEEP
        field.widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + LONGEST_SLEEP).isoformat(),
        }

    def clean_until(self) -> date:
        """Refuse a day that is over, and one that is more than a year away."""
        until: date = self.cleaned_data["until"]
        if not self.today < until <= self.today + LONGEST_SLEEP:
            raise forms.ValidationError("Choose a day after today, within a year.")
        return until


class CloseForm(forms.Form):
    """Why an alert is closed although it lasts."""

    note = _note()


class AlertHookForm(_HookForm):
    """An outgoing webhook: its name and address, and what it wants to hear of."""

    kinds = forms.MultipleChoiceField(
        label="Only these kinds",
        choices=AlertKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = AlertHook
        fields = ["name", "url", "team", "active"]
        labels = {"url": "Address", "team": "Only this team’s", "active": "Is called"}
        help_texts = {
            "name": "What is called there, such as “Chat of the operations team”.",
            "url": "Begins with https://. Addresses in private networks are never called.",
            "team": "Empty: alerts of all teams.",
        }

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.workspace = workspace
        self.fields["kinds"].initial = self.instance.kinds
        self.fields["team"].queryset = workspace.teams.all()  # type: ignore[attr-defined]
        self.fields["team"].empty_label = "All teams"  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        """Refuse what would not be called anyway, as far as the address itself says so."""
        url: str = self.cleaned_data["url"]
        try:
            checked(url)
        except Refused as problem:
            raise forms.ValidationError(str(problem)) from None
        return url

    def clean_name(self) -> str:
        """Refuse a name that another hook of the workspace has."""
        name: str = self.cleaned_data["name"]
        others = AlertHook.objects.filter(workspace=self.instance.workspace, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is a webhook of this name already.")
        return name

    def save(self, commit: bool = True) -> AlertHook:
        """Keep the kinds, too; all of them is the same as none."""
        chosen = self.cleaned_data["kinds"]
        self.instance.kinds = [] if len(chosen) == len(AlertKind.values) else chosen
        return super().save(commit)
