"""The forms of touchpoints and handoffs."""

from typing import Any

from django import forms

from journeys.models import Channel, Journey, Step, Workspace
from touchpoints.editing.clashes import channel_taken, handed_over, same_team
from touchpoints.editing.libraries import channel_named, team_named
from touchpoints.models import Side, Team, Touchpoint
from touchpoints.views.fields import Chosen, IconField, LibraryField, TouchpointChoice, on_map_of

IMPORTANCES = [(1, "1 of 5 · hardly matters"), (2, "2 of 5"), (3, "3 of 5"), (4, "4 of 5"),
               (5, "5 of 5 · decides")]  # fmt: skip
MOST_MINUTES = 1_000_000


def _channel() -> LibraryField:
    return LibraryField("channel", longest=60, empty="Choose a channel")


def _team(label: str, empty: str) -> LibraryField:
    return LibraryField("team", label=label, longest=80, empty=empty, required=False)


def _teams(workspace: Workspace) -> Any:
    return Team.objects.filter(workspace=workspace)


def _channel_of(workspace: Workspace, chosen: Chosen) -> Channel:
    channel: Channel = chosen.row or channel_named(workspace, chosen.name)
    return channel


def _team_of(workspace: Workspace, chosen: Chosen | None) -> Team | None:
    """Return the team that was chosen or named; one that is named first is made."""
    if chosen is None or not (chosen.row or chosen.name):
        return None
    team: Team = chosen.row or team_named(workspace, chosen.name)
    return team


class TouchpointForm(forms.Form):
    """What a touchpoint is called, its channel and owner, and how much it matters."""

    title = forms.CharField(
        label="Touchpoint", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    channel = _channel()
    team = _team("Owner team", "Nobody yet")
    icon = IconField()
    moment_that_matters = forms.BooleanField(
        required=False, help_text="Has an outsized effect on loyalty."
    )
    importance = forms.TypedChoiceField(coerce=int, choices=IMPORTANCES, initial=3)
    side = forms.ChoiceField(
        label="Where it happens", initial=Side.FRONTSTAGE,
        choices=[(Side.FRONTSTAGE, "Frontstage: the customer sees it"),
                 (Side.BACKSTAGE, "Backstage: the customer does not")],
    )  # fmt: skip
    target_wait_minutes = forms.IntegerField(
        label="Target wait, in minutes", min_value=1, max_value=MOST_MINUTES, required=False
    )

    def __init__(
        self, *args: Any, step: Step, touchpoint: Touchpoint | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.touchpoint = step, touchpoint
        self.workspace = step.stage.journey.workspace
        _library(self, "channel").offer(self.workspace.channels.all())
        _library(self, "team").offer(_teams(self.workspace))

    def clean_channel(self) -> Chosen:
        """Refuse a channel in which another touchpoint stands at this step."""
        chosen: Chosen = self.cleaned_data["channel"]
        own = self.touchpoint.pk if self.touchpoint else 0
        if chosen.row and (taken := channel_taken(self.step.pk, chosen.row.pk, besides=own)):
            raise forms.ValidationError(taken)
        return chosen

    def values(self) -> dict[str, Any]:
        """Return what a touchpoint holds; a channel and a team that are new are made."""
        values = dict(self.cleaned_data)
        values["channel"] = _channel_of(self.workspace, values["channel"])
        values["team"] = _team_of(self.workspace, values["team"])
        return values

    @staticmethod
    def initial_of(touchpoint: Touchpoint) -> dict[str, Any]:
        """Return what the form shows of a touchpoint."""
        names = ("title", "icon", "moment_that_matters", "importance", "side")
        values = {name: getattr(touchpoint, name) for name in names}
        return values | {
            "channel": touchpoint.channel_id,
            "team": touchpoint.team_id,
            "target_wait_minutes": touchpoint.target_wait_minutes,
        }


class ChannelForm(forms.Form):
    """In which other channel the same moment happens, too."""

    channel = _channel()

    def __init__(self, *args: Any, touchpoint: Touchpoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.touchpoint = touchpoint
        self.workspace = touchpoint.step.stage.journey.workspace
        taken = Touchpoint.objects.filter(step=touchpoint.step_id, archived_at__isnull=True)
        _library(self, "channel").offer(self.workspace.channels.exclude(touchpoints__in=taken))

    def channel_of(self) -> Channel:
        """Return the channel, made if it is new."""
        return _channel_of(self.workspace, self.cleaned_data["channel"])


class StepChoiceForm(forms.Form):
    """To which step of the map."""

    step = forms.ModelChoiceField(
        Step.objects.none(), label="To the step", empty_label="Choose a step"
    )

    def __init__(self, *args: Any, journey: Journey, besides: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = Step.objects.current().filter(stage__journey=journey).exclude(pk=besides.pk)
        step = self.fields["step"]
        assert isinstance(step, forms.ModelChoiceField)  # noqa: S101
        step.queryset = steps.order_by("stage__position", "position")


class HandoffForm(forms.Form):
    """From which touchpoint to which, between which teams, what moves, and the agreed wait."""

    def __init__(
        self,
        *args: Any,
        journey: Journey,
        from_: Touchpoint | None,
        to: Touchpoint | None = None,
        step: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.journey, self.from_, self.to = journey, from_, to
        if from_ is None:
            here = on_map_of(journey).filter(step=step) if step else on_map_of(journey)
            self._offer("from", "From the touchpoint", here)
        if to is None:
            others = on_map_of(journey).exclude(pk=from_.pk) if from_ else on_map_of(journey)
            self._offer("to", "To the touchpoint", others)
        self.fields["what_moves"] = forms.CharField(
            max_length=300, required=False, help_text="The context, the work, the promise."
        )
        for name, label, end in (
            ("from_team", "From the team", from_),
            ("to_team", "To the team", to),
        ):
            field = _team(label, "The owner" if end is None else "Choose a team")
            field.offer(_teams(journey.workspace))
            self.fields[name] = field
            if end is not None:
                self.initial.setdefault(name, end.team_id)
        self.fields["agreed_wait_minutes"] = forms.IntegerField(
            label="Agreed wait, in minutes", min_value=1, max_value=MOST_MINUTES, required=False
        )

    def _offer(self, name: str, label: str, touchpoints: Any) -> None:
        field = TouchpointChoice(label=label)
        field.offer(touchpoints, empty="Choose a touchpoint")
        self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Refuse a handoff to oneself, a second one of a pair, and one within a team."""
        cleaned: dict[str, Any] = super().clean() or {}
        self.from_ = self.from_ or cleaned.get("from")
        self.to = self.to or cleaned.get("to")
        if self.from_ is None or self.to is None:
            return cleaned
        if "to" in self.fields and (said := handed_over(self.from_, self.to)):
            self.add_error("to", said)
        teams = {}
        for name, end in (("from_team", self.from_), ("to_team", self.to)):
            chosen = cleaned.get(name) or Chosen()
            teams[name] = chosen if chosen.row or chosen.name else Chosen(end.team)
            if teams[name] == Chosen():
                self.add_error(name, f"Nobody owns “{end}” yet. Choose a team, or name a new one.")
        ends = teams["from_team"], teams["to_team"]
        if ends[0] == ends[1] != Chosen():
            self.add_error("to_team", same_team(ends[0].row or Team(name=ends[0].name)))
        return cleaned | teams

    def values(self) -> dict[str, Any]:
        """Return what a handoff holds besides its ends; teams that are new are made."""
        names = ("what_moves", "agreed_wait_minutes")
        values = {name: self.cleaned_data[name] for name in names}
        for name in ("from_team", "to_team"):
            values[name] = _team_of(self.journey.workspace, self.cleaned_data[name])
        return values


def _library(form: forms.Form, name: str) -> LibraryField:
    field = form.fields[name]
    assert isinstance(field, LibraryField)  # noqa: S101
    return field
