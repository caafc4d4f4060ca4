"""The form that takes a file, and what becomes of the file then."""

from typing import Any, BinaryIO, cast

from django import forms
from django.conf import settings
from django.core.files import File
from django.template.defaultfilters import filesizeformat

from feedback.imports.formats.encodings import in_utf_8
from feedback.imports.problems import CannotImport
from feedback.imports.proposals.proposal import Proposal
from feedback.imports.proposals.proposing import propose
from feedback.models import ImportBatch
from journeys.models import Journey, Workspace
from journeys.models.workspaces import Visitor

LONGEST_NAME = 200


class ImportForm(forms.Form):
    """A file, and the journey on which its answers land."""

    file = forms.FileField(
        error_messages={
            "required": "Choose the file with the answers.",
            "empty": "This file is empty.",
        }
    )
    journey = forms.ModelChoiceField(
        Journey.objects.none(),
        to_field_name="slug",
        empty_label="Choose a journey",
        error_messages={"required": "Choose the journey on which these answers land."},
    )

    def __init__(self, *args: Any, journeys: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["journey"].queryset = journeys  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse what is larger than the server takes."""
        file = self.cleaned_data["file"]
        limit = settings.IMPORT_MAX_MB * 2**20
        if file.size > limit:
            raise forms.ValidationError(
                f"This file has {filesizeformat(file.size)}; {filesizeformat(limit)} can be "
                "uploaded. Split it, or ask the server's administrator to import it with "
                "manage.py import_feedback, which takes any size."
            )
        return file

    def store(self, workspace: Workspace, user: Visitor) -> ImportBatch | None:
        """Keep the file where no address leads, and begin its import.

        A file that cannot be read is not kept: None is returned, and the form has the error.
        """
        upload = self.cleaned_data["file"]
        batch = ImportBatch(
            workspace=workspace,
            journey=self.cleaned_data["journey"],
            created_by_id=user.pk,
            filename=upload.name[-LONGEST_NAME:],
        )
        try:
            # What is kept is UTF-8, so that who is erased is found in it.
            with in_utf_8(upload) as plain:
                batch.file = File(plain, name=upload.name)
                batch.size = batch.file.size
                batch.save()
            batch.layout = proposal_for(batch).layout_name
        except CannotImport as refusal:
            self.add_error("file", str(refusal))
            if batch.pk:
                batch.delete_files()
                batch.delete()
            return None
        batch.save(update_fields=["layout"])
        return batch


def proposal_for(batch: ImportBatch, *, sheet: str = "") -> Proposal:
    """Return what the columns of an uploaded file probably mean; raises BadFile and OSError."""
    with batch.file.open("rb") as file:
        return propose(
            cast(BinaryIO, file), filename=batch.filename, journey=batch.journey, sheet=sheet
        )
