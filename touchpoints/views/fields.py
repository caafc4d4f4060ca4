"""Fields of the editor's forms: a row of a library or a new name, an icon, a touchpoint's place."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from journeys.models import Journey
from touchpoints.editing.libraries import find_named
from touchpoints.models import Icon, Touchpoint, TouchpointQuerySet


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose of a library: a row that is there, or the name of a new one."""

    row: Any = None
    name: str = ""


class ChooseOrName(forms.MultiWidget):
    """A select box of what there is, and beside it room for a new name."""

    def __init__(self, what: str, longest: int) -> None:
        words = {"placeholder": "or a new one", "aria-label": f"A new {what}"}
        naming = forms.TextInput({**words, "maxlength": longest, "autocomplete": "off"})
        super().__init__({"": forms.Select(), "new": naming}, {"class": "choose-or-name"})

    def id_for_label(self, id_: str, index: str = "0") -> str:
        """Let the label name the select box."""
        return f"{id_}_0"

    def decompress(self, value: Any) -> list[Any]:
        """Choose a row, and name nothing."""
        return [value, ""]


class LibraryField(forms.MultiValueField):
    """A row of a workspace's library, or a name for a new one; a name that is known is its row."""

    def __init__(self, what: str, *, longest: int, empty: str, **options: Any) -> None:
        self.rows: list[Any] = []
        self.empty = empty
        named = forms.CharField(max_length=longest, required=False)
        fields = (forms.TypedChoiceField(coerce=int, required=False), named)
        widget = ChooseOrName(what, longest)
        super().__init__(fields, require_all_fields=False, widget=widget, **options)

    def offer(self, rows: QuerySet[Any]) -> None:
        """Offer the rows of a library."""
        self.rows = list(rows)
        choices = [("", self.empty), *((row.pk, str(row)) for row in self.rows)]
        places: list[Any] = [self.fields[0], self.widget.widgets[0]]
        for place in places:
            place.choices = choices

    def compress(self, data_list: list[Any]) -> Chosen:
        """Return what was chosen; a name that somebody typed comes before what was chosen."""
        pk, name = (*data_list, None, None)[:2]
        if name:
            known: Model | None = find_named(self.rows, name)
            return Chosen(known, "" if known else name)
        return Chosen(next((row for row in self.rows if row.pk == pk), None))


class IconPicker(forms.RadioSelect):
    """A row of radio buttons that show the pictures."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the row as a group with a name of its own."""
        context = self.get_context(name, value, attrs)
        return render_to_string("touchpoints/_icon_picker.html", context)


class IconField(forms.ChoiceField):
    """One of the icons, or none."""

    widget = IconPicker

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[("", "None"), *Icon.choices], required=False, **options)


class TouchpointChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A touchpoint on a journey's map, under its stage and step."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Touchpoint.objects.none(), **options)

    def offer(self, touchpoints: TouchpointQuerySet, *, empty: str = "") -> None:
        """Offer touchpoints in the map's order; `empty` is the choice that is none yet."""
        self.queryset = touchpoints
        groups: dict[str, list[tuple[Any, str]]] = {}
        for touchpoint in touchpoints.on_map().select_related("step__stage", "channel", "team"):
            step = touchpoint.step
            label = f"{touchpoint.title} ({touchpoint.channel})"
            groups.setdefault(f"{step.stage} › {step}", []).append((touchpoint.pk, label))
        self.choices = [*([("", empty)] if empty else []), *groups.items()]


def on_map_of(journey: Journey) -> TouchpointQuerySet:
    """Return the touchpoints that stand on a journey's map."""
    return Touchpoint.objects.current().filter(step__stage__journey=journey)
