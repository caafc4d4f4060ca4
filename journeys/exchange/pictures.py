"""Pictures that come with a file: kept as they are where that is safe, else made anew."""

from io import BytesIO
from typing import cast
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image

from journeys.editing.images import RULES
from journeys.pictures import EXTENSIONS, read_picture

# What a camera or a program writes into a picture beside its pixels.
_REMARKS = {"exif", "xmp", "icc_profile", "comment", "photoshop", "XML:com.adobe.xmp"}


def as_stored(content: bytes) -> "ContentFile[bytes]":
    """Return a picture as it is stored. Raises ValidationError with what is wrong.

    One that this server, or another one, has stored before comes back byte for byte.
    """
    name = f"{uuid4().hex}.png"
    upload = cast("UploadedFile[bytes]", SimpleUploadedFile(name, content))
    made = read_picture(upload, RULES)
    ending = _ending_of_a_bare_one(content)
    return ContentFile(content, f"{uuid4().hex}.{ending}") if ending else made


def _ending_of_a_bare_one(content: bytes) -> str:
    """Return the ending of a picture that holds nothing but its pixels, "" for any other."""
    with Image.open(BytesIO(content)) as image:
        bare = (
            image.format in EXTENSIONS
            and max(image.size) <= RULES.stored_side
            and getattr(image, "n_frames", 1) == 1
            and not image.getexif()
            and not _REMARKS & set(image.info)
            and not getattr(image, "text", None)
        )
        return EXTENSIONS[image.format or ""] if bare else ""
