"""The forms of a case's steps; what people type about customers is masked as comments are."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from feedback.models import Case, CaseRule, ContactWay, EntryKind, FollowUp, Metric
from feedback.privacy.masking import masked
from feedback.surveys.form_fields import TouchpointField
from journeys.models import Journey, Role, User, Workspace
from touchpoints.models import Team

CAUSES = (
    "Process",
    "Product or service",
    "Staff",
    "Information was missing or wrong",
    "System or technology",
    "Policy",
    "Partner or supplier",
    "Expectation that nobody could meet",
)
"""What root causes are offered until the workspace has its own words."""
CLOCK_SLACK = timedelta(minutes=5)


class MaskedField(forms.CharField):
    """Words in which addresses and numbers of people are masked."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        options.setdefault("max_length", 4000)
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        """Return the words as they are kept."""
        return masked(super().clean(value))


class MomentField(forms.DateTimeField):
    """When something happened: not in the future."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        messages = {"invalid": "Give day and time, for instance 2026-03-10 14:30."}
        super().__init__(widget=widget, error_messages=messages, **options)

    def clean(self, value: Any) -> datetime:
        """Refuse the future."""
        moment: datetime = super().clean(value)
        if moment > timezone.now() + CLOCK_SLACK:
            raise forms.ValidationError("This lies in the future.")
        return moment


def people_of(workspace: Workspace) -> Any:
    """Return who may work on cases: members whose role sees single customers."""
    able = {"memberships__workspace": workspace, "memberships__role__in": Role.seeing_customers()}
    return User.objects.filter(is_active=True, **able).distinct().order_by("name", "email")


class StepForm(forms.Form):
    """A step of one case. `said` is told once it was taken."""

    said = ""

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        options["initial"] = self.usual(case) | options.get("initial", {})
        options["auto_id"] = f"{type(self).__name__.lower()}_%s"
        super().__init__(*args, **options)
        self.case = case
        self.prepare()

    def usual(self, case: Case) -> dict[str, Any]:
        """Return what stands in the form at first."""
        return {"at": timezone.localtime()}

    def prepare(self) -> None:
        """Fit the fields to the case."""

    def take(self, by: User) -> None:
        """Take the step; raises StepRefused."""
        raise NotImplementedError


class AssignForm(StepForm):
    """Whose the case is, and by when the customer is to be answered."""

    said = "The case has an owner."
    owner = forms.ModelChoiceField(User.objects.none(), empty_label="Choose somebody")
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label="no team")
    due_on = forms.DateField(
        label="Due on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def usual(self, case: Case) -> dict[str, Any]:
        """Return what is set already."""
        due = max(case.due_at, timezone.now())
        return {
            "owner": case.owner_id,
            "team": case.team_id,
            "due_on": timezone.localtime(due).date(),
        }

    def prepare(self) -> None:
        """Offer the workspace's people and teams."""
        fields: dict[str, Any] = self.fields
        fields["owner"].queryset = people_of(self.case.workspace)
        fields["team"].queryset = self.case.workspace.teams.all()

    def take(self, by: User) -> None:
        """Assign the case; it is due at the end of that day."""
        given = self.cleaned_data
        end = datetime.combine(given["due_on"], datetime.max.time().replace(microsecond=0))
        due_at = timezone.make_aware(end)
        self.case.assign(given["owner"], team=given["team"], due_at=due_at, by=by)


class ContactForm(StepForm):
    """That the customer was spoken to, and what was said."""

    said = "Noted that the customer was contacted."
    way = forms.ChoiceField(label="How", choices=ContactWay.choices)
    at = MomentField(label="When")
    text = MaskedField(label="What was said", required=False)

    def take(self, by: User) -> None:
        """Note the contact."""
        given = self.cleaned_data
        self.case.contact(given["way"], given["text"], at=given["at"], by=by)


class ResolveForm(StepForm):
    """Why it happened, and what was done."""

    said = "The case is resolved."
    root_cause = forms.CharField(
        max_length=80,
        label="Root cause",
        help_text="Choose one that is there where it fits: they are counted.",
    )
    action = MaskedField(label="What was done")

    def usual(self, case: Case) -> dict[str, Any]:
        """Return what was written before it was opened again."""
        return {"root_cause": case.root_cause, "action": case.action}

    def prepare(self) -> None:
        """Offer the causes that others have."""
        self.causes = causes_of(self.case.workspace)
        self.fields["root_cause"].widget.attrs |= {"list": "causes", "autocomplete": "off"}

    def clean_root_cause(self) -> str:
        """Return the cause as it is spelled in other cases."""
        cause = masked(" ".join(self.cleaned_data["root_cause"].split()))[:80]
        spelled = {known.casefold(): known for known in self.causes}
        return spelled.get(cause.casefold(), cause)

    def take(self, by: User) -> None:
        """Resolve the case."""
        given = self.cleaned_data
        self.case.resolve(given["root_cause"], given["action"], at=timezone.now(), by=by)


class CloseForm(StepForm):
    """That it is over."""

    said = "The case is closed."
    text = MaskedField(label="Closing words", required=False, rows=2)

    def prepare(self) -> None:
        """Ask for a reason where nothing was resolved."""
        if not self.case.resolved_at:
            self.fields["text"].label = "Why it is closed without being resolved"
            self.fields["text"].required = True

    def take(self, by: User) -> None:
        """Close the case."""
        self.case.close(self.cleaned_data["text"], at=timezone.now(), by=by)


class NoteForm(StepForm):
    """A line for the history."""

    said = "Noted."
    text = MaskedField(label="Note", rows=2)

    def take(self, by: User) -> None:
        """Add the line."""
        self.case.note(EntryKind.NOTE, self.cleaned_data["text"], by=by)


class TellForm(StepForm):
    """That the customer was told what was done, by another way than a follow-up."""

    said = "Noted that the customer knows."
    way = forms.ChoiceField(label="How", choices=ContactWay.choices)
    at = MomentField(label="When")
    text = MaskedField(label="What was said", required=False, rows=2)

    def take(self, by: User) -> None:
        """Note it."""
        given = self.cleaned_data
        self.case.tell(given["way"], given["text"], at=given["at"], by=by)


class RecoverForm(StepForm):
    """What the customer thinks now, on the scale of the answer."""

    said = "The recovery score is kept."
    score = forms.TypedChoiceField(coerce=int, label="Score now")

    def usual(self, case: Case) -> dict[str, Any]:
        """Return the score that is kept already."""
        return {"score": case.recovery_score}

    def prepare(self) -> None:
        """Offer the points of the scale."""
        fields: dict[str, Any] = self.fields
        points = Metric(self.case.metric).scale.points if self.case.metric else ()
        fields["score"].choices = [("", "Choose"), *((str(point), str(point)) for point in points)]

    def take(self, by: User) -> None:
        """Keep the score."""
        self.case.recover(self.cleaned_data["score"], "Asked by hand", by=by)


STEPS: dict[str, type[StepForm]] = {
    "assign": AssignForm,
    "contact": ContactForm,
    "resolve": ResolveForm,
    "close": CloseForm,
    "note": NoteForm,
    "tell": TellForm,
    "recover": RecoverForm,
}


def causes_of(workspace: Workspace) -> list[str]:
    """Return the root causes that are offered: those of other cases, and the usual ones."""
    used = Case.objects.filter(workspace=workspace).exclude(root_cause="")
    own = list(used.values_list("root_cause", flat=True).distinct().order_by("root_cause")[:100])
    known = {cause.casefold() for cause in own}
    return [*own, *(cause for cause in CAUSES if cause.casefold() not in known)]


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Which answers open a case, and whose it is."""

    class Meta:
        model = CaseRule
        fields = (
            *("name", "metric", "at_most", "journey", "touchpoints", "contactable", "fresh_days"),
            *("team", "owner", "due_days", "escalate_days", "escalate_to", "active"),
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        workspace = self.instance.workspace
        fields: dict[str, Any] = self.fields
        places: Any = TouchpointField()
        places.offer(workspace, also=[])
        fields["touchpoints"].queryset = places.queryset
        fields["touchpoints"].choices = [each for each in places.choices if each[0]]
        fields["touchpoints"].widget.attrs["size"] = 10
        fields["touchpoints"].help_text = "None: all of them. Hold Ctrl to choose several."
        fields["journey"].queryset = Journey.objects.filter(workspace=workspace)
        fields["journey"].empty_label = "The whole workspace"
        fields["team"].queryset = workspace.teams.all()
        fields["team"].empty_label = "The team that owns the touchpoint"
        for name, empty in (("owner", "Nobody yet"), ("escalate_to", "Owners and admins")):
            fields[name].queryset = people_of(workspace)
            fields[name].empty_label = empty
        for name in ("team", "owner", "escalate_to"):
            fields[name].help_text = ""

    def clean_name(self) -> str:
        """Refuse a name that another rule has."""
        name: str = self.cleaned_data["name"]
        same = CaseRule.objects.filter(workspace=self.instance.workspace, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(f"There is another rule named “{name}”.")
        return name


class FollowUpForm(forms.ModelForm):  # type: ignore[type-arg]
    """What customers are told."""

    class Meta:
        model = FollowUp
        fields = ("subject", "body")
        widgets = {"body": forms.Textarea(attrs={"rows": 10})}
        help_texts = {
            "body": "The customer’s name goes before it, the way to end such mail after it."
        }


class SearchForm(forms.Form):
    """Whose answers are looked for."""

    email = forms.EmailField(label="E-mail address", max_length=254)
