"""Forms of the admin: nothing may be related to something of another workspace."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model
from django.forms.models import BaseInlineFormSet, ModelChoiceField
from django.utils.text import capfirst

from journeys.admin.access import narrowed, workspace_of, workspace_path
from journeys.models import Membership, User, Workspace

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
    _InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _ModelForm = forms.ModelForm
    _InlineFormSet = BaseInlineFormSet

# Far above any position that a person would type.
PARKED = 1_000_000_000


class WorkspaceContentForm(_ModelForm):
    """A form whose relations all lie in the object's own workspace.

    An object that is stored stays in its workspace: its choices are those of that workspace.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The maps that show the object as it is stored; the admin fills it before it saves.
        self.shown_before: set[int] = set()
        if self.instance.pk and (workspace := workspace_of(self.instance)):
            for name, field in self._relations():
                current = getattr(self.instance, f"{name}_id", None)
                choices: Any = field.queryset
                field.queryset = narrowed(choices, workspace, current)

    def clean(self) -> dict[str, Any] | None:
        """Refuse relations to what lies in another workspace than the object."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if workspace := self._workspace(cleaned):
            for name, _field in self._relations():
                if name in self.changed_data:
                    for stranger in _strangers(cleaned.get(name), workspace):
                        self.add_error(name, f"“{stranger}” is not part of {workspace}.")
        return cleaned

    def _relations(self) -> "Iterator[tuple[str, ModelChoiceField[Any]]]":
        for name, field in self.fields.items():
            if isinstance(field, ModelChoiceField) and field.queryset is not None:
                yield name, field

    def _workspace(self, cleaned: dict[str, Any]) -> Workspace | None:
        anchor = (workspace_path(self._meta.model) or "").split("__")[0]
        parent = cleaned.get(anchor)
        if parent is None:
            try:
                parent = getattr(self.instance, anchor, None) if anchor else self.instance
            except ObjectDoesNotExist:
                return None
        return workspace_of(parent) if isinstance(parent, Model) else None


def _strangers(value: Any, workspace: Workspace) -> Iterator[Model]:
    """Yield what of a cleaned value does not belong to the workspace."""
    chosen = value if isinstance(value, Iterable) else [value]
    for obj in chosen:
        if isinstance(obj, User):
            if not Membership.objects.filter(workspace=workspace, user=obj).exists():
                yield obj
        elif isinstance(obj, Model) and workspace_of(obj) not in (None, workspace):
            yield obj


class RowFormSet(_InlineFormSet):
    """Rows of a table; each input is named for who cannot see its column's head."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the inputs: "Title, row 3"."""
        super().add_fields(form, index)
        row = "new row" if index is None else f"row {index + 1}"
        for name, field in form.fields.items():
            label = capfirst(str(field.label or name.replace("_", " ")))
            field.widget.attrs["aria-label"] = f"{label}, {row}"


class ParkingFormSet(RowFormSet):
    """Rows that are unique in one field and may exchange its values in a single save.

    The database checks uniqueness row by row: before anything is saved, the rows that will be
    changed or deleted are moved to values that nobody uses.
    """

    parked_field = "position"

    def save(self, commit: bool = True) -> Any:
        """Save all rows, whatever order their values come in."""
        for number, form in enumerate(self.initial_forms):
            if form.has_changed() or form in self.deleted_forms:
                rows = type(form.instance)._default_manager.filter(pk=form.instance.pk)
                rows.update(**{self.parked_field: self.parked(number)})
        return super().save(commit)

    def parked(self, number: int) -> Any:
        """Return a value that no row holds."""
        return PARKED + number


class PositionedFormSet(ParkingFormSet):
    """Rows in an order; a new row without a position goes to the end."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Let a new row's position be empty."""
        super().add_fields(form, index)
        if not form.instance.pk:
            form.fields["position"].required = False
            form.fields["position"].help_text = "Empty: at the end."

    def clean(self) -> None:
        """Give rows without a position the next free ones."""
        kept = [form for form in self.forms if form not in self.deleted_forms]
        taken = [form.cleaned_data.get("position") for form in kept if form.is_valid()]
        for twice in {place for place in taken if place is not None and taken.count(place) > 1}:
            raise ValidationError(f"Please correct the duplicate data for position: {twice}.")
        following = max((number for number in taken if number is not None), default=-1) + 1
        for form in kept:
            filled = form.is_valid() and form.has_changed()
            if filled and form.cleaned_data.get("position") is None:
                form.cleaned_data["position"] = form.instance.position = following
                following += 1
        super().clean()
