"""The base of every admin page: own workspaces only, changes logged, maps told."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Model, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import ModelChoiceField
from django.http import HttpRequest

from journeys.admin import history
from journeys.admin.access import (
    administers_any,
    ancestors,
    choice_label,
    choices_of,
    has_several,
    may_administer,
    workspace_path,
)
from journeys.admin.audited import Audited
from journeys.admin.deletion import forbidding, going_along
from journeys.admin.forms import RowFormSet, WorkspaceContentForm
from journeys.admin.revisions import changing, lock
from journeys.models import Journey
from journeys.models.parts import PartQuerySet
from journeys.models.workspaces import WorkspaceContentQuerySet, WorkspaceQuerySet

if TYPE_CHECKING:
    _TabularInline = admin.TabularInline[Any, Any]
    from django.contrib.admin.options import BaseModelAdmin

    _BaseAdmin = BaseModelAdmin[Any]
else:
    _TabularInline = admin.TabularInline
    _BaseAdmin = object


class Suggesting(AutocompleteSelect):
    """Suggestions; what was sent and is no key at all is refused, and not looked up to be shown."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """Return the chosen ones, out of what was sent."""
        keys = [each for each in value if str(each).isdecimal()]
        return super().optgroups(name, keys, attrs)


class OwnChoices(_BaseAdmin):
    """Offers, in every relation, only what lies in the workspaces that the person administers."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Limit and label the choices of a foreign key."""
        kwargs.setdefault("queryset", choices_of(db_field.related_model, request))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Suggesting(db_field, self.admin_site))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return _labelled(field, request)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Limit and label the choices of a many-to-many relation."""
        kwargs.setdefault("queryset", choices_of(db_field.related_model, request))
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return _labelled(field, request)


def _labelled(field: "ModelChoiceField[Any] | None", request: HttpRequest) -> Any:
    if field is not None:
        several = has_several(request)
        field.label_from_instance = lambda obj: choice_label(  # type: ignore[method-assign]
            obj, with_workspace=several
        )
    return field


class NamedDateTime(AdminSplitDateTime):
    """Django's two inputs of a moment, each with a name."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        for part, name in zip(self.widgets, ("Date", "Time"), strict=True):
            part.attrs["aria-label"] = name


class WorkspaceContentAdmin(OwnChoices, Audited):
    """The admin of something that lies in a workspace.

    Whoever administers the workspace may do everything with it; for everybody else it does not
    exist. No permission rows are read.
    """

    form = WorkspaceContentForm
    formfield_overrides = {
        models.DateTimeField: {"form_class": forms.SplitDateTimeField, "widget": NamedDateTime}
    }
    list_per_page = 50
    list_select_related: ClassVar[tuple[str, ...]] = ()
    show_full_result_count = False
    # Set at creation, then read only: what lies in a workspace stays there.
    fixed_fields: tuple[str, ...] = ("workspace",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what the person administers, its workspace fetched along."""
        queryset = super().get_queryset(request)
        assert isinstance(queryset, WorkspaceQuerySet | WorkspaceContentQuerySet)  # noqa: S101
        related = [*filter(None, [workspace_path(self.model)]), *self.list_select_related]
        limited = queryset.administered_by(request.user)
        return limited.select_related(*related) if related else limited

    def view_on_site(self, obj: Any) -> str | None:
        """Return the object's page in the app, if it has one."""
        address = getattr(obj, "get_absolute_url", None)
        return str(address()) if address else None

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the model to everybody who administers something."""
        return administers_any(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let everybody add who administers something; the choices limit where."""
        return administers_any(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let people see what they administer."""
        return administers_any(request) and (obj is None or may_administer(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let people change what they administer."""
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let people delete what they administer."""
        return self.has_view_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Add the fields that are fixed once the object is stored."""
        fields = super().get_readonly_fields(request, obj)
        names = {field.name for field in self.opts.get_fields()}
        return [*fields, *(name for name in self.fixed_fields if obj and name in names)]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Fill in slugs for new objects only: links to a stored one must not break."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Return what was changed, from which value to which."""
        if add:
            return super().construct_change_message(request, form, formsets, add)
        return history.describe(form, formsets or [])

    def journeys_showing(self, obj: Any) -> Iterable[int]:
        """Return the ids of the journeys whose map shows the object: the one it lies in, if any."""
        return [node.pk for node in [obj, *ancestors(obj)] if isinstance(node, Journey) and node.pk]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save under the lock of the maps on which the object is or will be shown."""
        if change:
            stored = self.model._default_manager.get(pk=obj.pk)
            form.shown_before = set(self.journeys_showing(stored))
        lock(form.shown_before | set(self.journeys_showing(obj)))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save what hangs on the object, and raise the maps' revisions, once for the request."""
        shown = form.shown_before | set(self.journeys_showing(form.instance))
        changed = form.has_changed() or any(formset.has_changed() for formset in formsets)
        with changing(shown if changed or not change else ()):
            super().save_related(request, form, formsets, change)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Count what would go along, and name some of what forbids it."""
        chosen = list(objs)
        along = {str(self.opts.verbose_name_plural): f"{len(chosen):,}", **going_along(chosen)}
        lacking = not all(self.has_delete_permission(request, obj) for obj in chosen)
        needed = {str(self.opts.verbose_name)} if lacking else set()
        return [str(obj) for obj in chosen], along, needed, forbidding(chosen)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and raise the revisions of the maps that showed the object."""
        with changing(set(self.journeys_showing(obj)) - _own(obj)):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete several, and raise the revisions of the maps that showed them."""
        objects = list(queryset)
        shown = {pk for obj in objects for pk in self.journeys_showing(obj)}
        with changing(shown.difference(*map(_own, objects))):
            super().delete_queryset(request, queryset)


def _own(obj: Model) -> set[int]:
    """A journey that is deleted has no revision left to raise."""
    return {obj.pk} if isinstance(obj, Journey) else set()


class ContentInline(OwnChoices, _TabularInline):
    """Rows below an object; whoever may change the object may change them."""

    extra = 0
    formset = RowFormSet

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out parts of a map that were taken off it."""
        rows = super().get_queryset(request)
        return rows.current() if isinstance(rows, PartQuerySet) else rows

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        """Check cheaply whether a row may be deleted."""
        formset: Any = super().get_formset(request, obj, **kwargs)

        class DeletableForm(formset.form):  # type: ignore[misc]
            def hand_clean_DELETE(self) -> None:  # noqa: N802 (Django's name)
                deleted = self.cleaned_data.get(DELETION_FIELD_NAME) and self.instance.pk
                if deleted and (reasons := forbidding([self.instance])):
                    raise ValidationError(
                        f"“{self.instance}” cannot be deleted while there are: "
                        f"{', '.join(reasons)}."
                    )

        formset.form = DeletableForm
        return formset

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The object above was looked up among the person's own."""
        return administers_any(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """See has_view_permission."""
        return administers_any(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """See has_view_permission."""
        return administers_any(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """See has_view_permission."""
        return administers_any(request)
