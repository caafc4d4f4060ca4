"""A persona's photo: a real picture, of a bounded size, without what a camera wrote into it."""

import warnings
from io import BytesIO
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.urls import reverse
from PIL import Image, ImageOps

from journeys.models import Persona

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
MAX_BYTES = 5 * 1024 * 1024
MAX_SIDE = 4000
STORED_SIDE = 1024


def photo_url(persona: Persona) -> str:
    """Return the address that serves the photo to members of the workspace, "" without a photo."""
    if not persona.photo:
        return ""
    return reverse("journeys:persona_photo", args=[persona.workspace.slug, persona.slug])


def read_photo(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """Check an upload and return it as it is stored: upright, at most 1024 px a side.

    The size is read from the header before a pixel is unpacked, so a small file that would
    unpack to gigabytes is refused unopened. Raises ValidationError with what is wrong.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(
            f"The file has {(upload.size or 0) / 1024**2:.1f} MB; 5 MB is the most."
        )
    upload.seek(0)
    content = BytesIO(upload.read())
    try:
        with warnings.catch_warnings(), Image.open(content, formats=tuple(FORMATS)) as image:
            # Sides are checked right below, with a message.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            # A phone's JPEG with a second picture inside calls itself MPO.
            kind = "JPEG" if image.format == "MPO" else str(image.format)
            _check_sides(*image.size)
            return ContentFile(_normalised(image, kind), f"{uuid4().hex}.{FORMATS[kind]}")
    except Image.DecompressionBombError:
        raise ValidationError(f"The picture is larger than {MAX_SIDE} × {MAX_SIDE} px.") from None
    except ValidationError:
        raise
    except Exception:  # Pillow raises whatever a broken file makes its decoders trip over.
        raise ValidationError(
            "This is not a JPEG, PNG or WebP picture, or it is damaged."
        ) from None


def _check_sides(width: int, height: int) -> None:
    if width > MAX_SIDE or height > MAX_SIDE:
        raise ValidationError(
            f"The picture has {width} × {height} px; {MAX_SIDE} × {MAX_SIDE} is the most."
        )


def _normalised(image: Image.Image, kind: str) -> bytes:
    """Return the picture upright, scaled down, and without metadata."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((STORED_SIDE, STORED_SIDE))
    mode = "RGB" if kind == "JPEG" or "A" not in upright.getbands() else "RGBA"
    if "transparency" in upright.info and kind != "JPEG":
        mode = "RGBA"
    bare = Image.new(mode, upright.size)
    bare.paste(upright.convert(mode))
    stored = BytesIO()
    bare.save(stored, kind, quality=88)
    return stored.getvalue()


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
