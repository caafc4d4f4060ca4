"""The choices of an export: read from an address, a form or a call, kept, and written back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf.locale import LANG_INFO
from django.http import QueryDict

from journeys.exports import Format, formats
from journeys.exports.options import ExportOptions
from journeys.maps.filters import MapFilters

ON, OFF = "on", "off"
SWITCH = {ON: True, "true": True, "1": True, OFF: False, "false": False, "0": False}
PAPER_LABELS = {
    "a0": "A0 · 841 × 1189 mm",
    "a1": "A1 · 594 × 841 mm",
    "a2": "A2 · 420 × 594 mm",
    "a3": "A3 · 297 × 420 mm",
    "a4": "A4 · 210 × 297 mm",
    "letter": "Letter · 8.5 × 11 in",
    "legal": "Legal · 8.5 × 14 in",
    "tabloid": "Tabloid · 11 × 17 in",
}
ORIENTATIONS = {"landscape": "Landscape", "portrait": "Portrait"}
LANGUAGES = {
    code: LANG_INFO[code]["name_local"]
    for code in (
        "ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "it", "ja", "ko",
        "nl", "nb", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "zh-hans", "zh-hant",
    )
}  # fmt: skip
MEGAPIXELS = {2: "2 megapixels", 8: "8 megapixels", 16: "16 megapixels", 32: "32 megapixels"}
GROUPS = {"print": "Print", "slides": "Slides", "data": "Data", "text": "Text"}


def grouped_formats() -> list[tuple[str, str, list[Format]]]:
    """Return (key, name, formats) of each group that has some, in the order of offering."""
    found: dict[str, list[Format]] = {key: [] for key in GROUPS}
    for each in formats().values():
        found[each.group].append(each)
    return [(key, GROUPS[key], members) for key, members in found.items() if members]


@dataclass(frozen=True, slots=True)
class Choices:
    """A format and its options: what somebody asks for, and what is remembered of it."""

    format: str
    options: ExportOptions

    @classmethod
    def usual(cls) -> "Choices":
        """Return what suits most: the first format that is offered."""
        return cls(next(iter(formats())), ExportOptions())

    @classmethod
    def kept(cls, data: Mapping[str, Any]) -> "Choices":
        """Return what `data` kept; what it lacks, or what exists no more, as it suits most."""
        return ExportForm(QueryDict(urlencode(data)), cls.usual()).choices

    def parameters(self) -> list[tuple[str, str]]:
        """Return all choices as they stand in an address, the usual ones too."""
        options = self.options
        return [
            ("format", self.format),
            ("paper", options.paper),
            ("orientation", options.orientation),
            ("tiled", _switch(options.tiled)),
            ("language", options.language),
            ("metrics", _switch(options.metrics)),
            ("comments", _switch(options.comments)),
            ("megapixels", f"{options.megapixels:g}"),
        ]

    def query(self, filters: MapFilters) -> str:
        """Return the address parameters of these choices under a map's filters."""
        return "&".join(
            part for part in (filters.query(zoom=100), urlencode(self.parameters())) if part
        )


def _switch(on: bool) -> str:
    return ON if on else OFF


class ExportForm(forms.Form):
    """Reads choices; what is not asked for stays as in `kept`, what is unknown is a problem.

    A switch is sent as "off" by a hidden field and as "on" by a tick behind it; the last counts.
    """

    format = forms.ChoiceField(required=False)
    paper = forms.ChoiceField(choices=PAPER_LABELS.items(), required=False)
    orientation = forms.ChoiceField(choices=ORIENTATIONS.items(), required=False)
    tiled = forms.ChoiceField(choices=[(key, key) for key in SWITCH], required=False)
    language = forms.ChoiceField(choices=LANGUAGES.items(), required=False)
    metrics = forms.ChoiceField(choices=[(key, key) for key in SWITCH], required=False)
    comments = forms.ChoiceField(choices=[(key, key) for key in SWITCH], required=False)
    megapixels = forms.TypedChoiceField(
        choices=MEGAPIXELS.items(), coerce=int, empty_value=None, required=False
    )

    def __init__(self, query: QueryDict, kept: Choices) -> None:
        super().__init__(query)
        self._kept = kept
        self.fields["format"].choices = [(key, key) for key in formats()]  # type: ignore[attr-defined]
        self.full_clean()

    @property
    def choices(self) -> Choices:
        """Return what could be read; the rest stands in `problems`."""
        read = {name: value for name, value in self.cleaned_data.items() if value not in {"", None}}
        chosen = read.pop("format", self._kept.format)
        for name in ("tiled", "metrics", "comments"):
            if name in read:
                read[name] = SWITCH[read[name]]
        return Choices(chosen, replace(self._kept.options, **read))

    @property
    def problems(self) -> list[str]:
        """Return one sentence for each choice that does not exist, with those that do."""
        return [
            f"There is no {name} “{self.data.get(name)}”. Choose from: {self._offered(name)}."
            for name in self.errors
        ]

    def _offered(self, name: str) -> str:
        return ", ".join(str(key) for key, _ in self.fields[name].choices)  # type: ignore[attr-defined]


def lanes_chosen(query: QueryDict, filters: MapFilters) -> MapFilters:
    """Return the filters without those lanes that `show` asks for after all.

    A form names each lane in a hidden `hide` and, where it is ticked, in a `show`.
    """
    return replace(filters, hidden=filters.hidden - set(query.getlist("show")))
