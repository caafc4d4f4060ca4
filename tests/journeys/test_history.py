"""The pages of a journey's history: who may read what, what they say, and what they change."""

import pytest
from django.test import Client

from journeys.editing import cards, columns, editing
from journeys.editing.versions import keep_version
from journeys.models import Card, Change, Lane, Role, Stage, Step, Version
from tests.factories import make_journey, make_member, make_user, make_workspace
from tests.journeys.random_edits import make_map, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    return make_map()


@pytest.fixture
def editor(journey):
    return make_member(journey.workspace)


@pytest.fixture
def client(client: Client, editor) -> Client:
    client.force_login(editor)
    return client


def add(journey, by, text="Waits at the gate") -> Card:
    with editing(journey, by=by) as edit:
        return cards.add_card(edit, Lane.objects.get(kind="doing"), Step.objects.first(), text)


def page(client: Client, journey, path: str = "") -> str:
    response = client.get(f"{journey.get_absolute_url()}history/{path}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_log_says_who_did_what_and_links_the_map_before(client, journey, editor):
    other = make_member(journey.workspace)
    add(journey, editor)
    with editing(journey, by=other) as edit:
        columns.remove_step(edit, Step.objects.last())
    html = page(client, journey)
    assert "Added “Waits at the gate” to Doing" in html
    assert "1 card" in html
    assert str(other) in html
    first = Version.objects.get()
    assert f"history/versions/{first.pk}/" in html
    assert html.index("Removed the step") < html.index("Added “Waits at the gate”")


def test_only_ones_own_newest_edit_can_be_undone_from_the_log(client, journey, editor):
    before = seen(journey)
    add(journey, editor)
    add(journey, make_member(journey.workspace), text="Theirs")
    html = page(client, journey)
    assert html.count('<button class="btn small">Undo') == 1
    client.post(f"{journey.get_absolute_url()}undo/")
    assert "Waits at the gate" not in str(seen(journey))
    assert seen(journey) != before
    assert "undone since" in page(client, journey)


def test_the_log_is_filtered_by_person_and_kind_and_cut_into_pages(client, journey, editor):
    other = make_member(journey.workspace)
    add(journey, editor, text="Mine")
    for number in range(55):
        add(journey, other, text=f"Theirs {number}")
    assert "Mine" not in page(client, journey)
    assert "Mine" in page(client, journey, "?page=2")
    html = page(client, journey, f"?by={editor.pk}")
    assert "Mine" in html
    assert "Theirs" not in html
    assert "No such change" in page(client, journey, "?kind=redo")
    assert "Theirs 54" in page(client, journey, "?by=nobody&kind=what")


def test_queries_do_not_grow_with_the_log(client, journey, editor, django_assert_max_num_queries):
    for number in range(20):
        add(journey, editor, text=f"{number}")
    with django_assert_max_num_queries(16):
        page(client, journey)


def test_a_version_is_kept_under_a_name_and_must_have_one(client, journey):
    address = f"{journey.get_absolute_url()}history/versions/"
    assert client.post(f"{address}new/", {"title": ""}).status_code == 422
    assert client.post(f"{address}new/", {"title": "Agreed"}).status_code == 302
    kept = Version.objects.get()
    assert kept.title == "Agreed"
    assert kept.figures["headline"]
    html = page(client, journey, "versions/")
    assert "Agreed" in html
    assert "kept by itself" in html or "stay for ever" in html


def test_a_version_is_drawn_as_it_was_and_says_so(client, journey, editor):
    card = add(journey, editor)
    version = keep_version(journey, editor, "Agreed")
    with editing(journey, by=editor) as edit:
        edit.change(edit.get(Card, card.pk), text="Walks through")
        columns.remove_stage(edit, Stage.objects.first())
    changes = Change.objects.count()
    html = page(client, journey, f"versions/{version.pk}/")
    assert "not the map as it is now" in html
    assert "Waits at the gate" in html
    assert "Walks through" not in html
    assert f"stage-{Stage.objects.first().pk}" in html
    assert "Waits at the gate" in page(client, journey, f"versions/{version.pk}/?as=outline")
    assert Change.objects.count() == changes


def test_restoring_by_the_button_keeps_the_present_first(client, journey, editor):
    version = keep_version(journey, editor, "Agreed")
    then = seen(journey)
    add(journey, editor)
    now = seen(journey)
    response = client.post(
        f"{journey.get_absolute_url()}history/versions/{version.pk}/restore/", follow=True
    )
    assert "Undo brings back" in response.content.decode()
    assert seen(journey) == then
    kept = Version.objects.order_by("pk").last()
    assert kept.title == "Before restoring Agreed"
    client.post(f"{journey.get_absolute_url()}undo/")
    assert seen(journey) == now
    again = f"{journey.get_absolute_url()}history/versions/{kept.pk}/restore/"
    assert "already" in client.post(again, follow=True).content.decode()


@pytest.mark.parametrize("path", ["", "versions/", "versions/{pk}/", "compare/"])
def test_viewers_read_everything_and_strangers_nothing(client, journey, editor, path):
    version = keep_version(journey, editor, "Agreed")
    address = f"{journey.get_absolute_url()}history/{path.format(pk=version.pk)}"
    client.force_login(make_member(journey.workspace, Role.VIEWER))
    response = client.get(address)
    assert response.status_code == 200
    assert "Restore" not in response.content.decode()
    client.force_login(make_user())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("path", ["new/", "{pk}/restore/"])
def test_only_editors_name_and_restore_versions(client, journey, editor, path):
    version = keep_version(journey, editor, "Agreed")
    address = f"{journey.get_absolute_url()}history/versions/{path.format(pk=version.pk)}"
    assert client.get(address).status_code == 405
    client.force_login(make_member(journey.workspace, Role.VIEWER))
    assert client.post(address, {"title": "Mine"}).status_code == 403
    client.force_login(make_user())
    assert client.post(address, {"title": "Mine"}).status_code == 404
    assert Version.objects.count() == 1


def test_a_version_of_another_journey_is_not_found(client, journey, editor):
    elsewhere = keep_version(make_journey(journey.workspace), editor, "Other")
    strange = keep_version(make_journey(make_workspace()), editor, "Strange")
    for version in (elsewhere, strange):
        address = f"{journey.get_absolute_url()}history/versions/{version.pk}/"
        assert client.get(address).status_code == 404
        assert client.post(f"{address}restore/").status_code == 404


def test_the_map_links_its_history(client, journey):
    html = client.get(journey.get_absolute_url()).content.decode()
    assert f"{journey.get_absolute_url()}history/" in html


def test_a_journey_without_changes_says_what_the_log_is_for(client, journey):
    assert "Nothing was changed yet" in page(client, journey)
    assert "No versions yet" in page(client, journey, "versions/")
