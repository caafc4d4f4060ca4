"""The pictures of storyboard cards: a file each, and a smaller one beside it for the map."""

from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FileField

from journeys.models import Card
from journeys.pictures import PictureRules, read_picture, thumbnail

RULES = PictureRules(
    formats={"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG"},
    named="JPEG, PNG, WebP or GIF",
    most_bytes=15 * 1024 * 1024,
    most_side=12_000,
    most_pixels=50_000_000,
    stored_side=2048,
)
ON_MAP = 480
"""The widest that a picture is drawn on a map, in pixels of twice the density."""


def checked_image(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """Return an upload as it is stored. Raises ValidationError with what is wrong."""
    return read_picture(upload, RULES)


def store_image(image: "ContentFile[bytes]") -> str:
    """Store a checked picture with its thumbnail, and return the name that a card keeps of it.

    No file is ever written over or deleted: undoing, versions and copies refer to it.
    """
    field = Card._meta.get_field("image")
    assert isinstance(field, FileField)  # noqa: S101
    name = field.storage.save(field.generate_filename(Card(), str(image.name)), image)
    image.seek(0)
    default_storage.save(thumbnail_name(name), thumbnail(image.read(), ON_MAP))
    return name


def thumbnail_name(name: str) -> str:
    """Return where the thumbnail of a stored picture lies."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-map{path.suffix}"))
