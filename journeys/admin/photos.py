"""A persona's photo in the admin: its field, and the address that serves it."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.urls import reverse

from journeys.models import Persona
from journeys.pictures import PictureRules, read_picture

RULES = PictureRules(
    formats={"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP"},
    named="JPEG, PNG or WebP",
    most_bytes=5 * 1024 * 1024,
    most_side=4000,
    stored_side=1024,
)


def photo_url(persona: Persona) -> str:
    """Return the address that serves the photo to members of the workspace, "" without a photo."""
    if not persona.photo:
        return ""
    return reverse("journeys:persona_photo", args=[persona.workspace.slug, persona.slug])


def read_photo(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """Check an upload and return it as it is stored; raises ValidationError with what is wrong."""
    return read_picture(upload, RULES)


class PhotoInput(AdminFileWidget):
    """The file input; the present photo's link leads to where the workspace's members see it."""

    def format_value(self, value: Any) -> Any:
        """Put the guarded address in the place of the file's own."""
        return _StoredPhoto(value) if self.is_initial(value) else None


class _StoredPhoto:
    """What the input's template shows of the present photo."""

    def __init__(self, value: Any) -> None:
        self.url = photo_url(value.instance)

    def __str__(self) -> str:
        return "the present photo"


class PhotoField(forms.FileField):
    """A form field that yields a checked picture, ready to be stored."""

    widget = PhotoInput
    default_validators = [FileExtensionValidator(["jpg", "jpeg", "png", "webp"])]

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the picture as it will be stored; raises ValidationError."""
        cleaned = super().clean(data, initial)
        return read_photo(cleaned) if isinstance(cleaned, UploadedFile) else cleaned

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the browser offer pictures only."""
        return {**super().widget_attrs(widget), "accept": "image/jpeg,image/png,image/webp"}
