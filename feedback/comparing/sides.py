"""The two sides as an address names them, and the form that asks for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format

from feedback.comparing.directory import NOW, Directory
from feedback.comparing.who import Who
from journeys.maps import MapFilters, Period
from journeys.maps.filters import DEFAULT_PERIOD, PERIODS
from journeys.models import Journey, Version

OWN = "own"
OF_VERSION = "version"
BEFORE = "before-"
UNKNOWN = {"invalid_choice": "“%(value)s” does not exist here: choose again."}

PERIOD_CHOICES = [
    ("30d", "Last 30 days"),
    (f"{BEFORE}30d", "The 30 days before those"),
    ("90d", "Last 90 days"),
    (f"{BEFORE}90d", "The 90 days before those"),
    ("365d", "Last 12 months"),
    (f"{BEFORE}365d", "The 12 months before those"),
    ("all", "All time"),
    (OF_VERSION, "The 90 days up to the version"),
    (OWN, "Days of my own choice"),
]


@dataclass(frozen=True, slots=True)
class Days:
    """A run of days, both ends included: one of the map's periods, or of somebody's own choice."""

    key: str
    start: date | None
    end: date

    @classmethod
    def named(cls, key: str, today: date) -> "Days":
        """Return one of the map's periods, or the one before it."""
        period = Period.until(today, key.removeprefix(BEFORE))
        before = period.previous() if key.startswith(BEFORE) else None
        return cls(key, (before or period).start, (before or period).end)

    @property
    def words(self) -> str:
        """Return it as people read it: "1 March 2026 to 31 May 2026"."""
        end = date_format(self.end, "j M Y")
        return f"until {end}" if self.start is None else f"{_day(self.start)} to {end}"

    def overlap(self, other: "Days") -> int:
        """Return how many days are in both; a run without beginning began long ago."""
        start = max(self.start or date.min, other.start or date.min)
        return max((min(self.end, other.end) - start).days + 1, 0)


def _day(day: date) -> str:
    return date_format(day, "j M Y")


@dataclass(frozen=True, slots=True)
class Side:
    """One side: a journey as it is or was, days, and whose answers count."""

    name: str
    journey: Journey
    version: Version | None
    days: Days
    who: Who

    @property
    def what(self) -> str:
        """Return which map it is about."""
        return f"{self.journey} as of {self.version}" if self.version else str(self.journey)

    @property
    def filters(self) -> MapFilters:
        """Return the map's filters of a side: whose answers, and which of its periods.

        Days of one's own choice are none of those: then the period says nothing.
        """
        key = self.days.key.removeprefix(BEFORE)
        before = key != self.days.key
        end = self.days.end + timedelta(days=(PERIODS[key] or 0) if before else 0)
        return MapFilters(
            period=Period.until(end, DEFAULT_PERIOD if key == OWN else key),
            segment=self.who.segment,
            channel=self.who.channel,
            compare=before,
        )


class SideForm(forms.Form):
    """Asks for one side; `side` reads what was answered."""

    of = forms.ChoiceField(label="Journey", error_messages=UNKNOWN)
    period = forms.ChoiceField(label="Period", choices=PERIOD_CHOICES, error_messages=UNKNOWN)
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    who = forms.ChoiceField(label="Whose answers", required=False, error_messages=UNKNOWN)

    def __init__(self, data: Mapping[str, Any], *, name: str, directory: Directory, today: date):
        super().__init__(data, prefix=name.lower(), label_suffix="")
        self.name, self.directory, self.today = name, directory, today
        self._choices("of", directory.of_choices)
        self._choices("who", directory.who_choices)
        for field in self.fields.values():
            # One address, one view: the browser must not put back what was chosen before.
            field.widget.attrs["autocomplete"] = "off"

    def _choices(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse days of one's own that make no period, and a version's where there is none."""
        read = self.cleaned_data
        if read.get("period") == OF_VERSION and not self.directory.map_of(read.get("of", ""))[1]:
            self.add_error("period", "Choose a version, or another period.")
        if read.get("period") == OWN and not self.errors:
            since, until = read.get("since"), read.get("until")
            if since is None or until is None:
                self.add_error("since" if since is None else "until", "Say from when to when.")
            elif since > until:
                self.add_error("until", "The period ends before it begins.")
            elif until > self.today:
                self.add_error("until", "The period ends in the future.")
        return read

    @property
    def side(self) -> Side:
        """Return the side; only of a form that is valid."""
        read = self.cleaned_data
        journey, version = self.directory.map_of(read["of"])
        return Side(
            self.name, journey, version, self._days(version), self.directory.who(read["who"])
        )

    def _days(self, version: Version | None) -> Days:
        read = self.cleaned_data
        if read["period"] == OWN:
            return Days(OWN, read["since"], read["until"])
        if version is not None and read["period"] == OF_VERSION:
            return Days(OWN, *self.directory.days_up_to(version, self.today))
        return Days.named(read["period"], self.today)


def asked(query: Mapping[str, str], directory: Directory) -> dict[str, str]:
    """Return what an address asks for, with what it leaves open filled in.

    The map's own filters, as its link hands them on, are those of both sides; A is what was before
    and B is now: two periods, or a journey and its redesign.
    """
    period = query.get("period") or DEFAULT_PERIOD
    who = _who_of_map(query, directory)
    current = directory.compared_with
    found = {
        "a-of": current or NOW,
        "a-period": period if current or not PERIODS.get(period) else f"{BEFORE}{period}",
        "a-who": who,
        "b-of": NOW,
        "b-period": period,
        "b-who": who,
    }
    for side in "ab":
        if query.get(f"{side}-of") in directory.versions:
            found[f"{side}-period"] = OF_VERSION
    names = [
        f"{side}-{name}" for side in "ab" for name in ("of", "period", "since", "until", "who")
    ]
    return found | {name: query[name] for name in names if query.get(name)} | _cleared(query, names)


def _cleared(query: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return what an address leaves empty on purpose: everybody, no day."""
    return {name: "" for name in names if query.get(name) == "" and not name.endswith("period")}


def _who_of_map(query: Mapping[str, str], directory: Directory) -> str:
    """Return whose answers the map's filters are about; a persona without a segment is nobody's."""
    kinds: Sequence[str] = ("segment", "channel", "persona")
    asked_for = (f"{kind}:{query[kind]}" for kind in kinds if query.get(kind))
    mute = {f"persona:{each.slug}" for each in directory.mute_personas}
    return next((key for key in asked_for if key not in mute), "")


def left_out(query: Mapping[str, str]) -> str:
    """Return the channel of a map's address that names a segment, too: "" where there is none."""
    return query.get("channel", "") if query.get("segment") else ""
