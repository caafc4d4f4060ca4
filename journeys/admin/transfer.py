"""Import and export by file, on top of django-import-export: own workspaces, all or nothing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import slugify
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm

from journeys.admin import history
from journeys.admin.access import administers_any
from journeys.admin.formats import EXTENSIONS, FORMATS, FileRefused
from journeys.admin.revisions import changing
from journeys.admin.uploads import KEPT, UploadStorage, is_there
from journeys.models import AuditKind

MAX_BYTES = 5 * 1024 * 1024
SALT = "journeys.admin.uploads"


class FileForm(ImportForm):  # type: ignore[misc]
    """The file to import; its name says which format it has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].required = False
        self.fields["format"].widget = forms.HiddenInput()
        accepted = ",".join(f".{extension}" for extension in EXTENSIONS)
        self.fields["import_file"].widget.attrs = {"accept": accepted}

    @property
    def media(self) -> forms.Media:
        """Need no script: the format is read from the file's name."""
        return forms.Media()

    def clean_import_file(self) -> "UploadedFile[bytes]":
        """Refuse a file that is too large, or of a kind that is not read."""
        upload: UploadedFile[bytes] = self.cleaned_data["import_file"]
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                f"The file has {(upload.size or 0) / 1024**2:.1f} MB; 5 MB is the most."
            )
        if _extension(upload) not in EXTENSIONS:
            raise forms.ValidationError(f"Choose a file that ends in .{', .'.join(EXTENSIONS)}.")
        return upload

    def clean(self) -> dict[str, Any]:
        """Note the format that the file's name tells."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if upload := cleaned.get("import_file"):
            cleaned["format"] = str(FORMATS.index(EXTENSIONS[_extension(upload)]))
        return cleaned


def _extension(upload: "UploadedFile[bytes]") -> str:
    return str(upload.name).rpartition(".")[2].lower()


class ConfirmForm(ConfirmImportForm):  # type: ignore[misc]
    """The consent to what the preview showed: of this person, for this kind, within a day."""

    def __init__(self, *args: Any, subject: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject

    def clean_import_file_name(self) -> str:
        """Return the upload's name in the storage; refuse one that was not signed for this."""
        again = forms.ValidationError("The upload is no longer there: choose the file again.")
        try:
            name, subject = signing.loads(
                self.cleaned_data["import_file_name"], salt=SALT, max_age=KEPT
            )
        except signing.BadSignature:
            raise again from None
        if subject != self.subject or not is_there(name):
            raise again
        return str(name)

    def clean_format(self) -> str:
        """Refuse a format that does not exist."""
        number: str = self.cleaned_data["format"]
        if number not in {str(each) for each in range(len(FORMATS))}:
            raise forms.ValidationError("Unknown format.")
        return number


class TransferMixin(ImportExportMixin):  # type: ignore[misc]
    """Adds "Import" and "Export" to a list; both know only the person's own workspaces."""

    import_formats = export_formats = FORMATS
    import_form_class = FileForm
    confirm_form_class = ConfirmForm
    export_form_class = ExportForm
    tmp_storage_class = UploadStorage

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Let in who administers something; rows of other workspaces are refused."""
        return administers_any(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Let in who administers something; the list holds only what is theirs."""
        return administers_any(request)

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Offer an export of the list; a filter that nobody knows is left out."""
        try:
            response: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(request.path)
        return response

    def get_resource_kwargs(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Tell the resource whose workspaces count."""
        return {"user": request.user}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Import all rows or none."""
        return {"rollback_on_validation_errors": True}

    def get_import_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Explain the columns."""
        resource = self.resource_classes[0]
        return {
            **super().get_import_context_data(**kwargs),
            "column_help": resource.column_help,
            "key_columns": resource.key_columns,
            "extensions": [extension.upper() for extension in EXTENSIONS],
        }

    def get_valid_export_item_pks(self, request: HttpRequest) -> Any:
        """Know no rows but those of the person's own workspaces."""
        return self.get_queryset(request).values_list("pk", flat=True)

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        """Return "personas-2026-03-10.csv"."""
        name = slugify(str(self.opts.verbose_name_plural))
        return f"{name}-{timezone.localdate():%Y-%m-%d}.{file_format.get_extension()}"

    def _do_file_export(
        self, file_format: Any, request: HttpRequest, queryset: Any, export_form: Any = None
    ) -> HttpResponse:
        """Make the file, and write down that it was taken away."""
        response: HttpResponse = super()._do_file_export(
            file_format, request, queryset, export_form=export_form
        )
        did = f"Took away as {file_format.get_title()}:"
        self.audit_many(request, AuditKind.EXPORT, did, queryset)
        return response

    def _subject(self, request: HttpRequest) -> str:
        return f"{self.opts.label_lower} {request.user.pk}"

    def get_confirm_form_kwargs(self, request: HttpRequest, import_form: Any = None) -> Any:
        """Bind the confirmation to the person and the list."""
        kwargs = super().get_confirm_form_kwargs(request, import_form)
        return {**kwargs, "subject": self._subject(request)}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        """Sign the upload's name, so no other file can be put in its place."""
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        if "import_file_name" in initial:
            pair = [initial["import_file_name"], self._subject(request)]
            initial["import_file_name"] = signing.dumps(pair, salt=SALT)
        return initial

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """Say what is wrong with a file that cannot be read."""
        if not isinstance(e, FileRefused):
            raise e
        form.add_error("import_file", str(e))

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Import what the preview showed. What has become impossible since imports nothing."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        confirm = self.create_confirm_form(request)
        if not confirm.is_valid():
            # Where nothing was sent at all, no field has an error.
            said = [str(each[0]) for each in confirm.errors.values()]
            return self._start_over(request, said[0] if said else "Choose the file once more.")
        upload = UploadStorage(name=confirm.cleaned_data["import_file_name"])
        file_format = FORMATS[int(confirm.cleaned_data["format"])]()
        with transaction.atomic():
            table = file_format.create_dataset(upload.read())
            result = self.process_dataset(table, confirm, request, **kwargs)
            if result.has_errors() or result.has_validation_errors():
                upload.remove()
                return self._start_over(
                    request,
                    "The data have changed since the preview, and the file no longer fits them. "
                    "Nothing was imported: choose it again.",
                )
            rows = [row for row in result.rows if row.is_new() or row.is_update()]
            shown = {pk for row in rows for pk in self.journeys_showing(row.instance)}
            with changing(shown):
                response: HttpResponse = self.process_result(result, request)
        upload.remove()
        return response

    def _start_over(self, request: HttpRequest, why: str) -> HttpResponseRedirect:
        messages.error(request, why)
        app, model = self.get_model_info()
        return HttpResponseRedirect(reverse(f"admin:{app}_{model}_import"))

    def add_success_message(self, result: Any, request: HttpRequest) -> None:
        """Say how many rows did what."""
        new, updated = result.totals["new"], result.totals["update"]
        same = result.totals["skip"]
        text = f"Imported: {new} new, {updated} changed, {same} as they were."
        messages.success(request, text)

    def generate_log_entries(self, result: Any, request: HttpRequest) -> None:
        """Write every row's changes into the history of its object."""
        content_type = ContentType.objects.get_for_model(self.model)
        entries = []
        for row in result.rows:
            if not (row.is_new() or row.is_update()):
                continue
            lines = [
                history.line(header, cell.old, cell.new)
                for header, cell in zip(result.diff_headers, row.diff, strict=True)
                if cell.old != cell.new
            ]
            message = "\n".join(["Imported from a file.", *([] if row.is_new() else lines)])
            entries.append(
                LogEntry(
                    user_id=int(request.user.pk or 0),
                    content_type=content_type,
                    object_id=str(row.object_id),
                    object_repr=str(row.object_repr)[:200],
                    action_flag=ADDITION if row.is_new() else CHANGE,
                    change_message=message,
                )
            )
        LogEntry.objects.bulk_create(entries)
        done = [row.instance for row in result.rows if row.is_new() or row.is_update()]
        self.audit_many(request, AuditKind.ADMIN, "Imported from a file:", done)
