"""Pictures on storyboard cards: checked, stored anew, served to members, and never lost by undo."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from journeys.editing.reversing import redo, undo
from journeys.models import Card, LaneKind, Role
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_stage,
    make_step,
    make_workspace,
)
from tests.journeys.test_admin_photos import claimed, picture
from tests.journeys.test_editing import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    return make_journey(make_workspace(slug="air"), slug="trip")


@pytest.fixture
def lane(journey):
    return make_lane(journey, kind=LaneKind.IMAGES)


@pytest.fixture
def step(journey):
    return make_step(make_stage(journey))


@pytest.fixture
def user(journey):
    return make_member(journey.workspace)


@pytest.fixture
def editor(client, user):
    client.force_login(user)
    return client


def at(path):
    return f"/w/air/journeys/trip/{path}"


def sent(content, name="scene.png", text="At the gate"):
    return {"text": text, "image": SimpleUploadedFile(name, content)}


def add(editor, lane, step, content, **more):
    address = at(f"cards/new/?lane={lane.pk}&step={step.pk}")
    where = {"lane": lane.pk, "step": step.pk}
    return editor.post(address, sent(content, **more) | where)


def opened(response):
    return Image.open(BytesIO(response.content))


@pytest.mark.parametrize(
    ("kind", "stored"), [("PNG", "PNG"), ("JPEG", "JPEG"), ("WEBP", "WEBP"), ("GIF", "PNG")]
)
def test_a_picture_is_known_by_its_content_and_drawn_small(editor, lane, step, kind, stored):
    assert add(editor, lane, step, picture(kind, (3000, 1500)), name="x.bin").status_code == 302
    card = Card.objects.get()
    address = at(f"cards/{card.pk}/image/")
    small, full = editor.get(address), editor.get(f"{address}full/")
    assert (opened(small).format, opened(small).size) == (stored, (480, 240))
    assert (opened(full).format, opened(full).size) == (stored, (2048, 1024))
    assert small["X-Content-Type-Options"] == "nosniff"
    assert small["Cache-Control"].startswith("private")
    for view in ("", "outline/"):
        page = editor.get(at(view)).content.decode()
        assert f'src="{address}?' in page
        assert 'alt="At the gate"' in page


def test_the_first_frame_of_a_moving_picture_is_kept(editor, lane, step):
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    content = BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
    add(editor, lane, step, content.getvalue())
    image = opened(editor.get(at(f"cards/{Card.objects.get().pk}/image/full/")))
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((5, 5))[0] > 200


def test_what_a_camera_wrote_is_not_stored(editor, lane, step):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Spy camera", 6
    add(editor, lane, step, picture("JPEG", (400, 200), exif=exif))
    image = opened(editor.get(at(f"cards/{Card.objects.get().pk}/image/full/")))
    assert not image.getexif()
    assert image.size == (200, 400)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is not a JPEG, PNG, WebP or GIF"),
        (picture("PNG")[:60], "or it is damaged"),
        (claimed(11_000, 11_000), "121 megapixels; 50 is the most"),
        (claimed(60_000, 60_000), "larger than 12000 × 12000 px"),
        (claimed(13_000, 10), "12000 × 12000 is the most"),
        (b"\x89PNG" + bytes(16 * 1024**2), "15 MB is the most"),
    ],
    ids=["svg", "damaged", "many pixels", "bomb", "wide", "heavy"],
)
def test_what_is_no_picture_or_too_large_is_refused_and_the_caption_kept(
    editor, lane, step, content, said
):
    answer = add(editor, lane, step, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "At the gate" in answer.content.decode()
    assert not Card.objects.exists()


def test_undoing_a_changed_or_removed_picture_brings_it_back(editor, user, journey, lane, step):
    add(editor, lane, step, picture("PNG", (40, 40)))
    card = Card.objects.get()
    first = seen(journey)
    editor.post(at(f"cards/{card.pk}/"), sent(picture("JPEG", (60, 60))))
    second = seen(journey)
    editor.post(at(f"cards/{card.pk}/"), {"text": "At the gate", "no_image": "on"})
    assert editor.get(at(f"cards/{card.pk}/image/")).status_code == 404
    undo(journey, by=user)
    assert seen(journey) == second
    undo(journey, by=user)
    assert seen(journey) == first
    full = at(f"cards/{card.pk}/image/full/")
    assert opened(editor.get(full)).size == (40, 40)
    redo(journey, by=user)
    assert seen(journey) == second
    assert opened(editor.get(full)).size == (60, 60)


def test_rewording_the_caption_keeps_the_picture(editor, lane, step):
    add(editor, lane, step, picture("PNG"))
    card = Card.objects.get()
    name = card.image.name
    editor.post(at(f"cards/{card.pk}/"), {"text": "Boarding"})
    card.refresh_from_db()
    assert (card.text, card.image.name) == ("Boarding", name)


def test_only_storyboards_take_pictures(editor, journey, step):
    add(editor, make_lane(journey), step, picture("PNG"))
    assert not Card.objects.get().image


def test_members_see_it_and_strangers_find_nothing(client, journey, lane, step, user):
    client.force_login(user)
    add(client, lane, step, picture("PNG"))
    address = at(f"cards/{Card.objects.get().pk}/image/")
    client.force_login(make_member(journey.workspace, Role.VIEWER))
    assert client.get(address).status_code == 200
    client.force_login(make_member(make_workspace(), Role.OWNER))
    assert client.get(address).status_code == 404


def test_a_card_without_a_picture_has_none(editor, lane, step):
    assert editor.get(at(f"cards/{make_card(lane, step).pk}/image/")).status_code == 404
