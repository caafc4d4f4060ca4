"""A persona's photo: only for members, with its own type, and never as something to run."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from journeys.models import Persona, Role, User
from tests.factories import make_member, make_persona, make_user, make_workspace

pytestmark = pytest.mark.django_db


def picture(kind: str) -> bytes:
    content = BytesIO()
    Image.new("RGB", (4, 4), "teal").save(content, kind)
    return content.getvalue()


@pytest.fixture
def maya() -> Persona:
    persona = make_persona(make_workspace(slug="air"), name="Maya", slug="maya")
    persona.photo.save("maya.png", ContentFile(picture("PNG")))
    return persona


def asked(client: Client, user: User) -> Any:
    client.force_login(user)
    return client.get("/w/air/personas/maya/photo/")


@pytest.mark.parametrize("role", Role)
def test_every_member_sees_it(client: Client, maya: Persona, role: Role) -> None:
    response = asked(client, make_member(maya.workspace, role))
    assert response.status_code == 200
    assert response.content == picture("PNG")


def test_strangers_get_the_answer_of_a_persona_that_is_not_there(
    client: Client, maya: Persona
) -> None:
    assert asked(client, make_member(make_workspace(), Role.OWNER)).status_code == 404


def test_signed_out_people_sign_in_first(client: Client, maya: Persona) -> None:
    assert client.get("/w/air/personas/maya/photo/").status_code == 302


def test_its_file_has_no_address_of_its_own(client: Client, maya: Persona) -> None:
    client.force_login(make_user(is_superuser=True))
    assert client.get(f"/media/{maya.photo.name}").status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "content_type"),
    [
        ("a.jpg", "JPEG", "image/jpeg"),
        ("a.JPEG", "JPEG", "image/jpeg"),
        ("a.png", "PNG", "image/png"),
        ("a.webp", "WEBP", "image/webp"),
    ],
)
def test_it_says_what_it_is(
    client: Client, maya: Persona, name: str, kind: str, content_type: str
) -> None:
    maya.photo.save(name, ContentFile(picture(kind)))
    response = asked(client, make_member(maya.workspace))
    assert response["Content-Type"] == content_type
    assert response["X-Content-Type-Options"] == "nosniff"


def test_only_the_readers_own_browser_keeps_it(client: Client, maya: Persona) -> None:
    response = asked(client, make_member(maya.workspace))
    assert response["Cache-Control"] == "private, max-age=3600"
    again = client.get("/w/air/personas/maya/photo/", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["", "personas/gone.png", "personas/page.html", "personas/x"])
def test_no_photo_a_lost_file_and_anything_but_a_picture_are_not_there(
    client: Client, maya: Persona, name: str
) -> None:
    Persona.objects.update(photo=name)
    assert asked(client, make_member(maya.workspace)).status_code == 404
