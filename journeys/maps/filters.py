"""What a map is filtered by: one object, read from the address and written back to it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

PERIODS = {"30d": 30, "90d": 90, "365d": 365, "all": None}
PERIOD_LABELS = {
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "365d": "Last 12 months",
    "all": "All time",
}
ZOOMS = (50, 60, 70, 80, 90, 100, 125, 150)
DEFAULT_PERIOD = "90d"


@dataclass(frozen=True, slots=True)
class Period:
    """A run of whole UTC days, both ends included; `start` None means since the beginning."""

    key: str
    end: date
    start: date | None = None

    @classmethod
    def until(cls, end: date, key: str = DEFAULT_PERIOD) -> Self:
        """Return the period of that name which ends today."""
        days = PERIODS[key]
        return cls(key, end, end - timedelta(days=days - 1) if days else None)

    @property
    def label(self) -> str:
        """Return its name, as in "Last 90 days"."""
        return PERIOD_LABELS[self.key]

    @property
    def days(self) -> int | None:
        """Return its length, or None since the beginning."""
        return None if self.start is None else (self.end - self.start).days + 1

    def previous(self) -> "Period | None":
        """Return the period of the same length just before, or None since the beginning."""
        if self.start is None or self.days is None:
            return None
        return Period(
            self.key, self.start - timedelta(days=1), self.start - timedelta(days=self.days)
        )

    @property
    def previous_label(self) -> str:
        """Return what a change is measured against: "the previous 90 days"."""
        return "" if self.days is None else f"the previous {self.days} days"


def starts_of_periods(today: date) -> dict[str, datetime]:
    """Return the moment when each period begins that ends today, by its key."""
    starts = {key: Period.until(today, key).start or date.min for key in PERIODS}
    return {key: datetime.combine(start, time.min, UTC) for key, start in starts.items()}


@dataclass(frozen=True, slots=True)
class MapFilters:
    """Period, segment, channel, persona, comparison, hidden lanes and zoom of one view."""

    period: Period
    segment: str = ""
    channel: str = ""
    persona: str = ""
    compare: bool = True
    hidden: frozenset[str] = frozenset()
    zoom: int = 100

    @classmethod
    def default(cls, today: date) -> Self:
        """Return the view that an address without parameters shows."""
        return cls(period=Period.until(today))

    @property
    def slices_answers(self) -> bool:
        """True where only some customers' answers count, so that daily totals cannot serve."""
        return bool(self.segment or self.channel)

    def query(self, **changes: object) -> str:
        """Return the address parameters of this view, with some changed; defaults are left out."""
        other = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        return urlencode(other._parameters())

    def _parameters(self) -> list[tuple[str, str]]:
        pairs = [
            ("period", self.period.key if self.period.key != DEFAULT_PERIOD else ""),
            ("segment", self.segment),
            ("channel", self.channel),
            ("persona", self.persona),
            ("compare", "" if self.compare else "none"),
            ("zoom", str(self.zoom) if self.zoom != 100 else ""),
        ]
        pairs += [("hide", key) for key in sorted(self.hidden)]
        return [(name, value) for name, value in pairs if value]


class MapFilterForm(forms.Form):
    """Reads the filters from an address; what it cannot read, it names in `problems`.

    Names of segments, channels, personas and lanes are compared with the journey's own when
    the map is built, because only then they are known.
    """

    period = forms.ChoiceField(choices=PERIOD_LABELS.items(), required=False)
    segment = forms.CharField(max_length=80, required=False)
    channel = forms.CharField(max_length=60, required=False)
    persona = forms.CharField(max_length=80, required=False)
    compare = forms.ChoiceField(
        choices=[("previous", "Previous period"), ("none", "Nothing")], required=False
    )
    zoom = forms.TypedChoiceField(
        choices=[(zoom, f"{zoom} %") for zoom in ZOOMS],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, query: QueryDict, *, today: date) -> None:
        super().__init__(query)
        self.today = today
        self.hidden = frozenset(query.getlist("hide"))

    @property
    def filters(self) -> MapFilters:
        """Return what could be read; the rest stands in `problems`."""
        self.full_clean()
        read = self.cleaned_data
        return MapFilters(
            period=Period.until(self.today, read.get("period") or DEFAULT_PERIOD),
            segment=read.get("segment", ""),
            channel=read.get("channel", ""),
            persona=read.get("persona", ""),
            compare=read.get("compare") != "none",
            hidden=self.hidden,
            zoom=read.get("zoom") or 100,
        )

    @property
    def problems(self) -> list[str]:
        """Return one sentence for each parameter that was not understood."""
        return [
            f"The address asks for {name} “{self.data.get(name)}”, which does not exist."
            for name in self.errors
        ]
