"""Photos of personas: real pictures of a bounded size, without what a camera wrote into them."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from journeys.models import Persona, Role
from tests.factories import make_member, make_persona
from tests.journeys.admin_pages import address, errors, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def persona() -> Persona:
    return make_persona()


@pytest.fixture
def owner_client(client: Client, persona: Persona) -> Client:
    client.force_login(make_member(persona.workspace, Role.OWNER))
    return client


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    mode = options.pop("mode", "RGB")
    content = BytesIO()
    Image.new(mode, size, options.pop("color", None)).save(content, kind, **options)
    return content.getvalue()


def claimed(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def upload(client: Client, persona: Persona, content: bytes, name: str = "photo.jpg") -> Any:
    return save(client, address(persona), photo=SimpleUploadedFile(name, content))


def stored(persona: Persona) -> Image.Image:
    persona.refresh_from_db()
    return Image.open(BytesIO(persona.photo.read()))


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "holiday.jpg"), ("PNG", "holiday.png"), ("WEBP", "holiday.webp")]
)
def test_a_picture_is_stored_under_a_name_of_our_own(
    owner_client: Client, persona: Persona, kind: str, name: str
) -> None:
    assert upload(owner_client, persona, picture(kind), name).status_code == 302
    image = stored(persona)
    assert (image.format, image.size) == (kind, (60, 40))
    assert name not in persona.photo.name
    assert persona.photo.name.endswith(name.removeprefix("holiday"))


def test_a_large_picture_is_scaled_down(owner_client: Client, persona: Persona) -> None:
    upload(owner_client, persona, picture(size=(4000, 2000)))
    assert stored(persona).size == (1024, 512)


def test_what_a_camera_wrote_is_not_stored_and_the_picture_is_upright(
    owner_client: Client, persona: Persona
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn right.
    exif[0x010F] = "Some camera"
    exif.get_ifd(0x8825)[1] = "N"  # A place.
    upload(owner_client, persona, picture(exif=exif))
    image = stored(persona)
    assert image.size == (40, 60)
    assert dict(image.getexif()) == {}


def test_transparency_survives(owner_client: Client, persona: Persona) -> None:
    upload(owner_client, persona, picture("PNG", mode="RGBA", color=(1, 2, 3, 0)), "a.png")
    assert stored(persona).getpixel((0, 0)) == (1, 2, 3, 0)


WRONG = {
    "a text": (b"hello", "a.jpg", "not a JPEG, PNG or WebP picture"),
    "half a picture": (picture(size=(200, 200), color="red")[:400], "a.jpg", "or it is damaged"),
    "a GIF by another name": (picture("GIF"), "a.jpg", "not a JPEG, PNG or WebP picture"),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "extension “svg” is not"),
    "HTML by another name": (b"<html><script>", "a.png", "not a JPEG, PNG or WebP picture"),
    "too wide": (picture(size=(4001, 10)), "a.jpg", "The picture has 4001 × 10 px; 4000 × 4000"),
    "a bomb": (claimed(4001, 4001), "a.png", "The picture has 4001 × 4001 px"),
    "a greater bomb": (claimed(60_000, 60_000), "a.png", "larger than 4000 × 4000 px"),
    "too heavy": (b"x" * (5 * 1024 * 1024 + 1), "a.jpg", "The file has 5.0 MB; 5 MB is the most"),
    "nothing": (b"", "a.jpg", "empty"),
}


@pytest.mark.parametrize(("content", "name", "said"), WRONG.values(), ids=WRONG)
def test_what_is_no_proper_picture_is_refused_with_a_reason(
    owner_client: Client, persona: Persona, content: bytes, name: str, said: str
) -> None:
    assert said in errors(upload(owner_client, persona, content, name))
    persona.refresh_from_db()
    assert not persona.photo


def test_a_photo_that_is_replaced_or_removed_leaves_no_file(
    owner_client: Client, persona: Persona, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        upload(owner_client, persona, picture())
        persona.refresh_from_db()
        first = persona.photo.name
        upload(owner_client, persona, picture(color="red"))
    assert not default_storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        save(owner_client, address(persona), **{"photo-clear": "on"})
    persona.refresh_from_db()
    assert not persona.photo
    assert default_storage.listdir("personas")[1] == []
    shown = owner_client.get(address(persona, "history")).content.decode()
    for change in ("added", "replaced", "removed"):
        assert f"Photo: {change}" in shown


def test_a_photo_that_a_copy_shows_stays(
    owner_client: Client, persona: Persona, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        upload(owner_client, persona, picture())
        persona.refresh_from_db()
        copy = persona.duplicate()
        save(owner_client, address(persona), **{"photo-clear": "on"})
    assert default_storage.exists(copy.photo.name)


def test_the_form_links_to_the_guarded_address(owner_client: Client, persona: Persona) -> None:
    upload(owner_client, persona, picture())
    html = owner_client.get(address(persona)).content.decode()
    assert f"/w/{persona.workspace.slug}/personas/{persona.slug}/photo/" in html
    assert "media/" not in html
