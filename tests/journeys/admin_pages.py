"""Fill in the admin's forms as a browser does: send what the page holds, with changes."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.forms import BaseForm, FileField
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def address(obj: Model | type[Model], page: str = "change") -> str:
    """Return the address of an object's page, or of a model's list, add, import, export."""
    args = [obj.pk] if isinstance(obj, Model) else []
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{page}", args=args)


def _sent(form: BaseForm) -> Iterator[tuple[str, Any]]:
    for bound in form:
        value = bound.value()
        if bound.field.disabled or value is None or value is False:
            continue
        if isinstance(bound.field, FileField):
            continue
        if hasattr(bound.field.widget, "decompress"):  # date and time
            parts = bound.field.widget.decompress(value)
            for index, part in enumerate(parts):
                yield (
                    f"{bound.html_name}_{index}",
                    bound.field.widget.widgets[index].format_value(part) or "",
                )
        elif isinstance(value, list | tuple):
            yield bound.html_name, [getattr(each, "pk", each) for each in value]
        else:
            shown = bound.field.prepare_value(value)
            yield bound.html_name, getattr(shown, "pk", shown)


def form_data(client: Client, page: str) -> dict[str, Any]:
    """Return what a browser would send from an admin form that nobody touched."""
    context = client.get(page).context
    data = dict(_sent(context["adminform"].form))
    for inline in context["inline_admin_formsets"]:
        formset = inline.formset
        data |= dict(_sent(formset.management_form))
        for form in formset.forms:
            data |= dict(_sent(form))
    return {name: "" if value is None else value for name, value in data.items()}


def save(client: Client, page: str, **changes: Any) -> HttpResponse:
    """Send an admin form with some values changed; a value of None leaves its input out."""
    data = form_data(client, page) | changes
    response: Any = client.post(page, {k: v for k, v in data.items() if v is not None})
    return response


def errors(response: Any) -> str:
    """Return all that an admin form complains about, as one text."""
    assert response.status_code == 200, "the form was accepted"
    return " ".join(str(error) for error in response.context["errors"])
