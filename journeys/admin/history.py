"""What a change was, in words: `Role: “Buyer” → “IT buyer”`, one line for each field."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.models import BaseModelFormSet, ModelChoiceField
from django.utils.text import Truncator, capfirst, get_text_list

LONGEST = 200
NOTHING = "(empty)"


def quoted(value: Any) -> str:
    """Return a value as a history line shows it: one line, quoted, at most LONGEST characters."""
    text = " / ".join(line.strip() for line in str(value).splitlines() if line.strip())
    return f"“{Truncator(text).chars(LONGEST)}”" if text else NOTHING


def line(label: str, old: Any, new: Any) -> str:
    """Return one change as a line."""
    return f"{label}: {quoted(old)} → {quoted(new)}"


def field_changes(form: forms.BaseForm) -> Iterator[str]:
    """Yield a line for every field of a valid form that was changed."""
    for name in form.changed_data:
        field = form.fields.get(name)
        label = capfirst(str((field and field.label) or name.replace("_", " ")))
        if field is None or "password" in name or isinstance(field.widget, forms.PasswordInput):
            yield f"{label}: changed"
        elif isinstance(field, forms.FileField):
            yield f"{label}: {_file_change(form.initial.get(name), form.cleaned_data.get(name))}"
        else:
            old, new = form.initial.get(name, field.initial), form.cleaned_data.get(name)
            yield line(label, _shown(field, old), _shown(field, new))


def formset_changes(formset: "BaseModelFormSet[Any, Any]") -> Iterator[str]:
    """Yield the lines of rows that were added, changed or deleted below an object."""
    model: type[Model] = formset.model  # type: ignore[assignment]
    kind = str(model._meta.verbose_name)
    for form in formset.initial_forms:
        named = f"{kind} {quoted(form.instance)}"
        if form in formset.deleted_forms:
            yield f"Deleted {named}"
        else:
            yield from (f"Changed {named}, {change}" for change in field_changes(form))
    for obj in getattr(formset, "new_objects", []):
        yield f"Added {kind} {quoted(obj)}"


def describe(form: forms.BaseForm, formsets: "Iterable[BaseModelFormSet[Any, Any]]") -> str:
    """Return all that one request changed, a line each."""
    lines = list(field_changes(form))
    for formset in formsets:
        lines += formset_changes(formset)
    return "\n".join(lines) or "No fields changed."


def _file_change(old: Any, new: Any) -> str:
    if not new:
        return "removed"
    return "replaced" if old else "added"


def _shown(field: forms.Field, value: Any) -> str:
    """Return a form's raw value as a person would read it."""
    if value is None or value == "":
        return ""
    if isinstance(field, ModelChoiceField):
        return _related(field, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(key): str(label) for key, label in choices}
        return labels.get(str(value), str(value))
    return str(value)


def _related(field: "ModelChoiceField[Any]", value: Any) -> str:
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return get_text_list(sorted(str(each) for each in value), "and")
    model = field.queryset.model if field.queryset is not None else None
    found = model._default_manager.filter(pk=value).first() if model else None
    return str(found) if found else f"#{value}"
