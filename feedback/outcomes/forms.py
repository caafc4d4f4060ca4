"""The forms of outcome metrics: what one is, a point of it, and a table of points."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django import forms
from django.db import transaction

from feedback.models.outcomes import (
    Direction,
    OutcomeMetric,
    OutcomePoint,
    Timing,
)
from feedback.outcomes.formulas import FORMULAS, Input, Sort, formula_of
from feedback.outcomes.placing import Place, choices
from feedback.outcomes.points import Draft, Given, Refused, draft_of
from feedback.outcomes.reading import BadNumber, following, months, read_number
from feedback.outcomes.tables import TableRead, read_table
from journeys.admin.revisions import changing
from journeys.models import User, Workspace
from touchpoints.models import Team

USUAL = [("", "As usual for what it measures")]
LARGEST_FILE = 2 * 1024 * 1024


class MetricForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a metric measures, whose it is, what it aims at and where it stands."""

    place = forms.ChoiceField(
        label="Stands on",
        required=False,
        help_text="A step’s metric stands in the map’s row of metrics, a stage’s in the stage’s "
        "head, a journey’s in its headline.",
    )
    direction = forms.ChoiceField(required=False, label="Good is")
    timing = forms.ChoiceField(required=False, label="It moves")
    target = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}), label="Target"
    )
    source_url = forms.URLField(
        required=False, max_length=500, assume_scheme="https", label="Link to the source"
    )

    class Meta:
        model = OutcomeMetric
        fields = (
            "name", "kind", "unit", "place", "direction", "timing", "target", "owner", "team",
            "source", "source_url",
        )  # fmt: skip
        labels = {"kind": "Measures"}
        help_texts = {
            "unit": "Such as %, €, days, min. Churn, retention, NRR and GRR are always in %.",
            "source": "In words: which system, which report, who counts.",
        }

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace = workspace
        metric: OutcomeMetric = self.instance
        metric.workspace = workspace
        stored = metric.pk is not None
        fields: dict[str, Any] = self.fields
        fields["place"].choices = choices(workspace, metric)
        fields["direction"].choices = [*([] if stored else USUAL), *Direction.choices]
        fields["timing"].choices = [*([] if stored else USUAL), *Timing.choices]
        fields["owner"].queryset = User.objects.filter(memberships__workspace=workspace)
        fields["owner"].empty_label = fields["team"].empty_label = "Nobody yet"
        fields["team"].queryset = Team.objects.filter(workspace=workspace)
        if stored:
            self.initial["place"] = Place.of(metric).key
            self.initial["target"] = "" if metric.target is None else f"{metric.target:g}"
            if metric.points.exists():
                fields["kind"].disabled = True
                fields["kind"].help_text = "It stays: points were computed by its formula."
        else:
            self.initial["direction"] = self.initial["timing"] = ""

    def clean_name(self) -> str:
        """Refuse a name that the workspace has already, archived metrics included."""
        name: str = self.cleaned_data["name"]
        others = OutcomeMetric.objects.filter(workspace=self.workspace, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is a metric of this name already.")
        return name

    def clean_target(self) -> float | None:
        """Read the target as numbers are read everywhere here."""
        text: str = self.cleaned_data["target"]
        try:
            return read_number(text) if text.strip() else None
        except BadNumber as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Fill in what is usual for the kind, where nobody said otherwise."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        formula = FORMULAS.get(cleaned.get("kind", ""))
        if formula and formula.unit:
            cleaned["unit"] = formula.unit
        elif formula and not cleaned.get("unit"):
            self.add_error("unit", "Say in what it is counted, such as days or €.")
        cleaned["direction"] = cleaned.get("direction") or (
            formula.direction if formula else Direction.HIGHER
        )
        cleaned["timing"] = cleaned.get("timing") or (formula.timing if formula else Timing.LAGGING)
        return cleaned

    def save(self, commit: bool = True) -> OutcomeMetric:
        """Keep it; the maps that showed it and those that show it now change."""
        metric: OutcomeMetric = self.instance
        before = metric.home if metric.pk else None
        with transaction.atomic():
            Place.read(self.cleaned_data["place"]).put(metric)
            homes = [home.pk for home in (before, metric.home) if home]
            with changing(homes):
                saved: OutcomeMetric = super().save(commit)
        return saved


class PointForm(forms.Form):
    """A period and its value, or what the value is computed from.

    The names of inputs begin with "in-", so that none is taken for a field of the period.
    """

    start = forms.DateField(
        label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end = forms.DateField(
        label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(
        self,
        *args: Any,
        metric: OutcomeMetric,
        today: date,
        point: OutcomePoint | None = None,
        **options: Any,
    ) -> None:
        self.metric, self.today, self.point = metric, today, point
        self.formula = formula_of(metric)
        options["initial"] = _initial(metric, point, today)
        super().__init__(*args, **options)
        for wanted in self.formula.inputs if self.formula else ():
            self.fields[f"in-{wanted.key}"] = _field(wanted, self.formula.or_given)  # type: ignore[union-attr]
        if self.takes_value:
            self.fields["value"] = _number_field(
                "Value" if not self.formula else "Or the median, where a tool has computed it",
                required=self.formula is None,
                unit=metric.unit,
            )
            self.fields["n"] = _number_field(
                "Customers behind it, n",
                required=False,
                help_text="With n, a percentage gets its interval."
                if metric.unit == "%"
                else "If known.",
            )
        self.fields["note"] = forms.CharField(
            required=False, max_length=300, help_text="What explains this period, if anything."
        )
        self.draft: Draft | None = None

    @property
    def takes_value(self) -> bool:
        """True where a value may be given as it is."""
        return self.formula is None or self.formula.or_given

    def inputs(self) -> list[forms.BoundField]:
        """Return the fields of the formula."""
        return [self[name] for name in self.fields if name.startswith("in-")]

    def clean(self) -> dict[str, Any]:
        """Compute the value; refuse a period that another point has."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        inputs = {
            name.removeprefix("in-"): each
            for name, each in cleaned.items()
            if name.startswith("in-")
        }
        given = Given(
            cleaned["start"],
            cleaned["end"],
            cleaned.get("value"),
            cleaned.get("n"),
            cleaned["note"],
            inputs,
        )
        try:
            self.draft = draft_of(self.metric, given, today=self.today)
        except Refused as error:
            for key, reasons in error.errors.items():
                name = f"in-{key}" if f"in-{key}" in self.fields else key or None
                self.add_error(name, reasons)
            return cleaned
        taken = self.metric.points.filter(start=given.start, end=given.end)
        if (taken.exclude(pk=self.point.pk) if self.point else taken).exists():
            self.draft = None
            self.add_error("start", "This period has a point already; correct that one.")
        return cleaned


def _initial(metric: OutcomeMetric, point: OutcomePoint | None, today: date) -> dict[str, Any]:
    """Return what a form begins with: the point, or else the period that is due."""
    if point:
        inputs = {f"in-{key}": _written(each) for key, each in point.inputs.items()}
        given = {} if point.inputs else {"value": _written(point.value), "n": point.n}
        return {"start": point.start, "end": point.end, "note": point.note, **inputs, **given}
    last = metric.points.order_by("-end", "-start").first()
    if last:
        start, end = following(last.start, last.end)
        return {"start": start, "end": end}
    month_before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    start, end = months(month_before, 1)
    return {"start": start, "end": end}


def _written(each: Any) -> str:
    if isinstance(each, list):
        return "\n".join(_written(time) for time in each)
    return f"{each:.12g}" if isinstance(each, float) else str(each)


def _field(wanted: Input, or_given: bool) -> forms.CharField:
    if wanted.sort is Sort.TIMES:
        return forms.CharField(
            label=wanted.label,
            help_text=wanted.help,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4, "inputmode": "decimal"}),
        )
    return _number_field(wanted.label, required=not or_given, help_text=wanted.help)


def _number_field(
    label: str, *, required: bool, unit: str = "", help_text: str = ""
) -> forms.CharField:
    return forms.CharField(
        label=f"{label}, {unit}" if unit else label,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class TableForm(forms.Form):
    """A table of points, pasted or as a file."""

    pasted = forms.CharField(
        label="Paste the table",
        required=False,
        strip=False,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="With its row of column names, from a spreadsheet or a CSV file.",
    )
    file = forms.FileField(label="Or choose a file", required=False, help_text="CSV or XLSX.")
    order = forms.ChoiceField(
        label="Days are written",
        required=False,
        choices=[("", "Find out"), ("day", "Day first: 31/12/2026"), ("month", "Month first")],
    )

    def __init__(self, *args: Any, metric: OutcomeMetric, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.metric, self.today = metric, today
        self.read: TableRead | None = None

    def clean(self) -> dict[str, Any]:
        """Read the table; it is good only where every row is."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file, pasted = cleaned.get("file"), cleaned.get("pasted", "")
        if self.errors:
            return cleaned
        if not file and not pasted.strip():
            raise forms.ValidationError("Paste a table, or choose a file.")
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 2 MB. Nothing was written.")
        month_first = {"day": False, "month": True}.get(cleaned["order"])
        self.read = read_table(
            self.metric,
            file or BytesIO(pasted.strip("\r\n").encode()),
            today=self.today,
            month_first=month_first,
            filename=file.name if file else "pasted.csv",
        )
        if self.read.problem:
            self.add_error("order" if self.read.asks_order else None, self.read.problem)
        elif self.read.bad:
            count = len(self.read.bad)
            raise forms.ValidationError(
                f"Nothing was written: {count} row{'s have' if count > 1 else ' has'} a problem."
            )
        elif not self.read.drafts:
            raise forms.ValidationError("The table has no rows below its names.")
        return cleaned
