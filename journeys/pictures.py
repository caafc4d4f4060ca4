"""Uploaded pictures: real ones, of a bounded size, without what a camera wrote into them."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from PIL import Image, ImageOps

EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
CONTENT_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class PictureRules:
    """Which pictures are taken, and how large they are stored."""

    formats: Mapping[str, str]
    """As Pillow calls what comes in -> as what it is stored."""
    named: str
    """The formats in words."""
    most_bytes: int
    most_side: int
    stored_side: int
    most_pixels: int = 0
    """0: as many as the sides allow."""


def read_picture(upload: "UploadedFile[bytes]", rules: PictureRules) -> "ContentFile[bytes]":
    """Check an upload and return it as it is stored: upright, scaled down, its first frame only.

    The size is read from the header before a pixel is unpacked, so a small file that would
    unpack to gigabytes is refused unopened. Raises ValidationError with what is wrong.
    """
    megabyte = 1024**2
    if (upload.size or 0) > rules.most_bytes:
        raise ValidationError(
            f"The file has {(upload.size or 0) / megabyte:.1f} MB; "
            f"{rules.most_bytes // megabyte} MB is the most."
        )
    upload.seek(0)
    content = BytesIO(upload.read())
    try:
        with warnings.catch_warnings():
            # The size is checked right below, with a message.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(content, formats=tuple(rules.formats))
        with image:
            # A phone's JPEG with a second picture inside calls itself MPO.
            kind = rules.formats["JPEG" if image.format == "MPO" else str(image.format)]
            _check_size(*image.size, rules)
            return ContentFile(
                _bare(image, kind, (rules.stored_side, rules.stored_side)),
                f"{uuid4().hex}.{EXTENSIONS[kind]}",
            )
    except Image.DecompressionBombError:
        side = rules.most_side
        raise ValidationError(f"The picture is larger than {side} × {side} px.") from None
    except ValidationError:
        raise
    except Exception:  # Pillow raises whatever a broken file makes its decoders trip over.
        raise ValidationError(f"This is not a {rules.named} picture, or it is damaged.") from None


def _check_size(width: int, height: int, rules: PictureRules) -> None:
    side, pixels = rules.most_side, rules.most_pixels
    if width > side or height > side:
        raise ValidationError(
            f"The picture has {width} × {height} px; {side} × {side} is the most."
        )
    if pixels and width * height > pixels:
        raise ValidationError(
            f"The picture has {width * height / 1e6:.0f} megapixels; "
            f"{pixels / 1e6:.0f} is the most."
        )


def thumbnail(content: bytes, width: int) -> "ContentFile[bytes]":
    """Return a stored picture, scaled down to a width."""
    with Image.open(BytesIO(content), formats=tuple(EXTENSIONS)) as image:
        return ContentFile(_bare(image, str(image.format), (width, image.height)))


def _bare(image: Image.Image, kind: str, box: tuple[int, int]) -> bytes:
    """Return the picture upright, scaled down to fit the box, and without metadata."""
    clear = "A" in image.getbands() or "transparency" in image.info
    mode = "RGBA" if clear and kind != "JPEG" else "RGB"
    if image.mode == "P":  # It would be scaled without smoothing.
        image = image.convert(mode)
    # Scaled before it is turned: a large JPEG is never unpacked at full size.
    image.thumbnail(box)
    upright = ImageOps.exif_transpose(image)
    bare = Image.new(mode, upright.size)
    bare.paste(upright.convert(mode))
    stored = BytesIO()
    bare.save(stored, kind, quality=88)
    return stored.getvalue()


def picture_response(name: str, *, cached: str) -> HttpResponse:
    """Return a stored picture, for one person's browser to keep; Http404 where there is none.

    Read at once, because it is small, gets an ETag that way, and a streamed file would be read by
    the event loop.
    """
    kind = CONTENT_TYPES.get(PurePath(name).suffix.lower())
    if kind is None:
        raise Http404("no picture")
    try:
        with default_storage.open(name, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404("the picture's file is gone") from None
    headers = {"Cache-Control": f"private, {cached}", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=kind, headers=headers)
