"""How the libraries of a workspace look in a file, and what a row of a file may do.

Objects are known by what people call them, never by database ids: the workspace by its slug, a
persona or team by its slug in there, channels and segments by name.
"""

from functools import cached_property
from typing import Any, ClassVar

import tablib
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import CharWidget, IntegerWidget, ManyToManyWidget, Widget

from journeys.admin.formats import FileRefused
from journeys.models import Channel, User, Workspace


class Change:
    """One cell of the preview: what is stored, and what will be."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    @property
    def html(self) -> SafeString:
        """What goes and what comes, marked."""
        if self.old == self.new:
            return format_html("{}", self.new)
        gone = format_html("<del>{}</del> ", self.old) if self.old else ""
        come = format_html("<ins>{}</ins>", self.new) if self.new else ""
        return format_html("{}{}", gone, come)


class RowChanges:
    """The cells of one row, before and after."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        empty = ["" for _ in resource.get_import_fields()]
        self.left = empty if new else self._values(resource, instance)
        self.right = empty

    def compare_with(self, resource: Any, instance: Any) -> None:
        """Take the values after the change."""
        self.right = self._values(resource, instance)

    def as_html(self) -> list[Change]:
        """Return the cells of the preview."""
        return [Change(old, new) for old, new in zip(self.left, self.right, strict=True)]

    @staticmethod
    def _values(resource: Any, instance: Any) -> list[str]:
        return [one_newline(field.export(instance)) for field in resource.get_import_fields()]


def one_newline(text: Any) -> str:
    """Return a text whose lines end alike, whichever system wrote it."""
    return str(text).replace("\r\n", "\n").replace("\r", "\n")


class WorkspaceWidget(Widget):  # type: ignore[misc]
    """A workspace by its slug, among those that the person administers."""

    def __init__(self, workspaces: dict[str, Workspace]) -> None:
        super().__init__()
        self.workspaces = workspaces

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Workspace:
        """Return the workspace; raises ValueError for a slug that is not the person's own."""
        if value not in self.workspaces:
            raise ValueError(f"you administer no workspace “{value}”")
        return self.workspaces[value]

    def render(self, value: Workspace | None, obj: Any = None, **kwargs: Any) -> str:
        """Return the slug."""
        return value.slug if value else ""


class WholeNumberWidget(Widget):  # type: ignore[misc]
    """A whole number; an empty cell means the field's default."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int | None:
        """Return the number; raises ValueError."""
        try:
            return int(value) if value else None
        except ValueError:
            raise ValueError(f"“{value}” is not a whole number") from None


class LibraryResource(ModelResource):  # type: ignore[misc]
    """Rows of one of the person's workspaces; the columns `key_columns` say which object is meant.

    A row that is not there is not touched, a column that is not there neither; an empty cell
    empties. All rows are imported or none.
    """

    workspace = Field(attribute="workspace", column_name="workspace")
    key_columns: ClassVar[tuple[str, ...]] = ("workspace", "slug")
    # What docs and the import page say about each column.
    column_help: ClassVar[dict[str, str]] = {}

    def __init__(self, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user
        self.seen: set[tuple[str, ...]] = set()
        for name, field in self.fields.items():
            if name == "workspace":
                field.widget = WorkspaceWidget(self.workspaces)
            elif isinstance(field.widget, IntegerWidget):
                field.widget = WholeNumberWidget()
            elif type(field.widget) in (Widget, CharWidget):
                field.widget = CharWidget(allow_blank=True)

    @cached_property
    def workspaces(self) -> dict[str, Workspace]:
        """The workspaces that the person administers, by slug."""
        if self.user is None:
            return {}
        found = Workspace.objects.administered_by(self.user)
        return {workspace.slug: workspace for workspace in found}

    @classmethod
    def get_diff_class(cls) -> type[RowChanges]:
        """Show changes without inline styles, which the content security policy refuses."""
        return RowChanges

    def get_queryset(self) -> QuerySet[Any]:
        """Find objects in the person's workspaces only."""
        found: QuerySet[Any] = self._meta.model.objects.filter(
            workspace__in=self.workspaces.values()
        )
        return found

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Refuse a file whose columns are unknown, double, or too few to tell the objects."""
        self.first_row = getattr(dataset, "first_row", 1)
        try:
            self._check_headers(dataset)
        except FileRefused:
            # Rows without a meaning would only add nonsense to the one message.
            dataset.wipe()
            raise

    def _check_headers(self, dataset: tablib.Dataset) -> None:
        headers = [str(header or "").strip() for header in dataset.headers or []]
        dataset.headers = headers
        known = [field.column_name for field in self.get_import_fields()]
        if unknown := [header or "(no name)" for header in headers if header not in known]:
            raise FileRefused(
                f"Unknown columns: {', '.join(unknown)}. The columns are: {', '.join(known)}."
            )
        if double := {header for header in headers if headers.count(header) > 1}:
            raise FileRefused(f"Columns named twice: {', '.join(sorted(double))}.")
        if missing := [column for column in self.key_columns if column not in headers]:
            raise FileRefused(f"Missing columns: {', '.join(missing)}.")
        # What the file does not name is neither touched nor shown.
        for name, field in list(self.fields.items()):
            if field.column_name not in headers:
                del self.fields[name]

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Tidy the cells; refuse a foreign workspace, and an object that stands there twice."""
        for column, value in row.items():
            row[column] = one_newline("" if value is None else value).strip()
            if "\x00" in row[column]:
                raise ValidationError({column: "holds a NUL character"})
        if row["workspace"] not in self.workspaces:
            raise ValidationError(
                {"workspace": f"you administer no workspace “{row['workspace']}”"}
            )
        key = tuple(row[column] for column in self.key_columns)
        if key in self.seen:
            raise ValidationError({self.key_columns[-1]: f"“{key[-1]}” stands in the file twice"})
        self.seen.add(key)

    def import_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """Set the fields; raises ValidationError naming each column that is wrong."""
        errors: dict[str, Any] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for field in self.get_import_fields():
            if field.column_name not in row:
                continue
            try:
                self._check_cell(field, row)
            except ValueError as error:
                errors.setdefault(field.column_name, ValidationError(str(error)))
        if errors:
            raise ValidationError(errors)

    def _check_cell(self, field: Any, row: dict[str, Any]) -> None:
        if isinstance(field.widget, ManyToManyWidget):
            field.clean(row)
        columns = {column.name: column for column in self._meta.model._meta.concrete_fields}
        longest = getattr(columns.get(field.attribute), "max_length", None)
        length = len(row[field.column_name])
        if longest and length > longest and columns[field.attribute].is_relation is False:
            raise ValueError(f"has {length} characters; {longest} are the most")

    def skip_row(
        self,
        instance: Any,
        original: Any,
        row: dict[str, Any],
        import_validation_errors: Any = None,
    ) -> bool:
        """Skip a row that says what is stored already."""
        if import_validation_errors or original.pk is None:
            return False
        for field in self.get_import_fields():
            if field.column_name not in row:
                continue
            if isinstance(field.widget, ManyToManyWidget):
                new = field.widget.render_all(field.clean(row))
            else:
                new = field.export(instance)
            if one_newline(new) != one_newline(field.export(original)):
                return False
        return True

    def after_import(self, dataset: tablib.Dataset, result: Any, **kwargs: Any) -> None:
        """Count the rows as the file does, and head the preview with its columns."""
        super().after_import(dataset, result, **kwargs)
        result.diff_headers = self.get_diff_headers()
        for row in [*result.invalid_rows, *result.error_rows]:
            row.number += getattr(self, "first_row", 1) - 1


class ChannelResource(LibraryResource):
    """Channels: a workspace and a name."""

    key_columns = ("workspace", "name")
    column_help: ClassVar[dict[str, str]] = {
        "workspace": "The workspace's slug, as in its address.",
        "name": "The channel's name; a channel that is there already is left alone.",
    }

    class Meta:
        model = Channel
        fields = ["workspace", "name"]
        import_id_fields = ["workspace", "name"]
        clean_model_instances = True
        skip_html_diff = False
