"""The forms of opportunities: the thing itself, ideas, actions, written evidence, days."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from feedback.models import (
    Action,
    ActionState,
    Criterion,
    Opportunity,
    OpportunityState,
    Solution,
)
from journeys.models import Role, User, Workspace
from touchpoints.models import Touchpoint

if TYPE_CHECKING:
    _OpportunityForm = forms.ModelForm[Opportunity]
    _SolutionForm = forms.ModelForm[Solution]
    _ActionForm = forms.ModelForm[Action]
    _CriterionForm = forms.ModelForm[Criterion]
else:
    _OpportunityForm = _SolutionForm = _ActionForm = _CriterionForm = forms.ModelForm

RATING_CHOICES = [("", "Not rated"), *((n, f"{n} of 5") for n in range(1, 6))]


def editors_of(workspace: Workspace) -> "Any":
    """Return the people who may work on a workspace's opportunities, by name."""
    return User.objects.filter(
        memberships__workspace=workspace, memberships__role__in=Role.editing()
    ).order_by("name", "email")


def rating(label: str, help_text: str = "") -> forms.TypedChoiceField:
    """Return a field of 1 to 5, empty for not rated."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        coerce=int,
        empty_value=None,
        required=False,
        choices=RATING_CHOICES,
    )


@dataclass(frozen=True, slots=True)
class TouchpointGroup:
    """The touchpoints of one journey as tick boxes, under their steps."""

    journey: str
    chosen: int
    steps: list[tuple[str, list[tuple[int, str, bool]]]]


class OpportunityForm(_OpportunityForm):
    """What an opportunity is about, where, how much it weighs, and whose it is."""

    impact = rating("Impact", "How much better it gets, for how many.")
    effort = rating("Effort", "How much work it is.")

    class Meta:
        model = Opportunity
        fields = ["title", "problem", "journey", "touchpoints", "impact", "effort", "owner", "team"]
        widgets = {"problem": forms.Textarea({"rows": 4})}
        help_texts = {"title": "The problem, in a few words."}

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace = workspace
        own = {"workspace": workspace}
        self._offer("journey", workspace.journeys.filter(**own), "None")
        self._offer("team", workspace.teams.filter(**own), "None")
        kept = self.instance.owner_id or 0
        people = editors_of(workspace)
        self._offer("owner", (people | User.objects.filter(pk=kept)).distinct(), "Nobody yet")
        on_maps = Touchpoint.objects.filter(step__stage__journey__workspace=workspace)
        offered = on_maps.current()
        if self.instance.pk:
            offered |= on_maps.filter(opportunities=self.instance)
        self._offer("touchpoints", offered.distinct())

    def _offer(self, name: str, rows: Any, empty: str = "") -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        if empty:
            field.empty_label = empty

    def touchpoint_groups(self) -> list[TouchpointGroup]:
        """Return the touchpoints by journey and step, those with a chosen one first."""
        field: Any = self.fields["touchpoints"]
        value = self["touchpoints"].value() or []
        chosen = {str(getattr(each, "pk", each)) for each in value}
        rows = field.queryset.select_related("channel", "step__stage__journey").order_by(
            "step__stage__journey__title",
            "step__stage__journey",
            "step__stage__position",
            "step__position",
            "position",
            "pk",
        )
        journeys: dict[int, tuple[str, dict[str, list[tuple[int, str, bool]]]]] = {}
        for each in rows:
            journey = each.step.stage.journey
            steps = journeys.setdefault(journey.pk, (journey.title, {}))[1]
            label = f"{each.title} ({each.channel.name})"
            steps.setdefault(each.step.title, []).append((each.pk, label, str(each.pk) in chosen))
        groups = [
            TouchpointGroup(
                title,
                sum(ticked for boxes in steps.values() for _, _, ticked in boxes),
                list(steps.items()),
            )
            for title, steps in journeys.values()
        ]
        return sorted(groups, key=lambda group: not group.chosen)


class StateForm(forms.Form):
    """Where an opportunity goes; the day is asked of what ships."""

    state = forms.ChoiceField(choices=OpportunityState.choices)
    shipped_on = forms.DateField(required=False, label="Shipped on")

    def clean_shipped_on(self) -> date | None:
        """Refuse a day that has not come."""
        return _past(self.cleaned_data["shipped_on"])


class ActionStateForm(forms.Form):
    """Where a piece of work goes."""

    state = forms.ChoiceField(choices=ActionState.choices)
    shipped_on = forms.DateField(required=False, label="Shipped on")

    def clean_shipped_on(self) -> date | None:
        """Refuse a day that has not come."""
        return _past(self.cleaned_data["shipped_on"])


class PlaceForm(forms.Form):
    """Where on the matrix an opportunity stands."""

    impact = rating("Impact")
    effort = rating("Effort")


def _past(day: date | None) -> date | None:
    if day and day > timezone.now().date():
        raise forms.ValidationError("That day has not come yet.")
    return day


class SolutionForm(_SolutionForm):
    """An idea in a line, and more where it helps."""

    class Meta:
        model = Solution
        fields = ["title", "detail", "state"]
        widgets = {"detail": forms.Textarea({"rows": 2})}


class ActionForm(_ActionForm):
    """A piece of work, whose it is, and until when."""

    class Meta:
        model = Action
        fields = ["title", "owner", "due_on", "solution"]
        widgets = {"due_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, opportunity: Opportunity, **options: Any) -> None:
        super().__init__(*args, **options)
        owner: Any = self.fields["owner"]
        kept = self.instance.owner_id or 0
        people = editors_of(opportunity.workspace)
        owner.queryset = (people | User.objects.filter(pk=kept)).distinct()
        owner.empty_label = "Nobody yet"
        solution: Any = self.fields["solution"]
        solution.queryset = opportunity.solutions.all()
        solution.empty_label = "None in particular"


class NoteForm(forms.Form):
    """Evidence that somebody writes down, and where it stands."""

    says = forms.CharField(max_length=500, label="What it rests on")
    n = forms.IntegerField(
        required=False, min_value=1, max_value=10**9, label="n", help_text="How many said so."
    )


class CriterionForm(_CriterionForm):
    """A criterion of the workspace."""

    class Meta:
        model = Criterion
        fields = ["name", "hint", "weight", "counts_against"]

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.workspace = workspace

    def clean_name(self) -> str:
        """Refuse a name that another criterion has."""
        name: str = self.cleaned_data["name"]
        others = Criterion.objects.filter(workspace=self.instance.workspace, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(f"There is a criterion named “{name}” already.")
        return name


class ScoresForm(forms.Form):
    """One field for each criterion of the workspace."""

    def __init__(self, *args: Any, criteria: "list[Criterion]", **options: Any) -> None:
        super().__init__(*args, **options)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"criterion-{criterion.pk}"] = rating(criterion.name, criterion.hint)

    def scores(self) -> dict[Criterion, int | None]:
        """Return what was said on each criterion."""
        return {each: self.cleaned_data[f"criterion-{each.pk}"] for each in self.criteria}
