"""Saved views: saving, opening, renaming, deleting, and for whom."""

import pytest

from journeys.models import Role, SavedView
from tests.factories import make_journey, make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db
MAP = "/w/air/journeys/trip/"


@pytest.fixture
def journey():
    return make_journey(make_workspace(slug="air"), title="Trip", slug="trip")


@pytest.fixture
def editor(client, journey):
    user = make_member(journey.workspace)
    client.force_login(user)
    return user


def saved(journey, by=None, title="Pains only", query="hide=doing&zoom=70"):
    return SavedView.objects.create(journey=journey, by=by, title=title, query=query)


def test_keeps_what_the_address_says_in_one_order(client, journey, editor):
    query = "zoom=70&hide=thinking&period=90d&hide=doing&compare=previous&from=7"
    response = client.post(f"{MAP}views/", {"title": "Pains only", "query": query})
    view = SavedView.objects.get()
    assert (view.by, view.query) == (editor, "zoom=70&hide=doing&hide=thinking")
    assert response.url == f"{MAP}?{view.query}"
    html = client.get(response.url).content.decode()
    assert (
        f'href="{MAP}?zoom=70&amp;hide=doing&amp;hide=thinking" aria-current="true">Pains only'
        in html
    )


def test_shows_at_once_to_everybody_who_sees_the_map(client, journey, editor):
    client.get(MAP)
    client.post(f"{MAP}views/", {"title": "All", "query": ""})
    client.force_login(make_member(journey.workspace, Role.VIEWER))
    for page in (MAP, f"{MAP}outline/"):
        html = client.get(page).content.decode()
        assert f'href="{page}" aria-current="true">All' in html
        assert "Save what you see as" not in html
    assert "All" in client.get(f"{MAP}views/").content.decode()


@pytest.mark.parametrize(
    "values",
    [
        {"title": "", "query": ""},
        {"title": "x" * 81, "query": ""},
        {"title": "Pains only", "query": ""},
        {"title": "Odd", "query": "period=fortnight"},
        {"title": "Odd", "query": "zoom=7"},
        {"title": "Odd", "query": "&".join(f"hide=free_text.{n}" for n in range(90))},
    ],
)
def test_refuses_what_nobody_could_open(client, journey, editor, values):
    saved(journey)
    response = client.post(f"{MAP}views/", values)
    assert response.status_code == 422
    assert "The view is not saved yet" in response.content.decode()
    assert SavedView.objects.count() == 1


def test_two_journeys_may_use_one_name(client, journey, editor):
    saved(make_journey(journey.workspace))
    client.post(f"{MAP}views/", {"title": "Pains only", "query": ""})
    assert SavedView.objects.filter(title="Pains only").count() == 2


@pytest.mark.parametrize("role", Role)
def test_only_who_saved_it_and_admins_change_it(client, journey, role):
    view = saved(journey, by=make_member(journey.workspace))
    client.force_login(make_member(journey.workspace, role))
    offered = client.get(f"{MAP}views/").content.decode()
    assert (f"views/{view.pk}/rename/" in offered) is role.administers
    expected = 302 if role.administers else 403
    assert client.post(f"{MAP}views/{view.pk}/rename/", {"title": "New"}).status_code == expected
    view.refresh_from_db()
    assert view.title == ("New" if role.administers else "Pains only")
    assert client.post(f"{MAP}views/{view.pk}/delete/").status_code == expected
    assert SavedView.objects.exists() is not role.administers


def test_who_saved_it_renames_and_deletes_it(client, journey, editor):
    view = saved(journey, by=editor)
    client.post(f"{MAP}views/{view.pk}/rename/", {"title": "Pain", "query": "zoom=50"})
    view.refresh_from_db()
    assert (view.title, view.query) == ("Pain", "hide=doing&zoom=70")
    client.post(f"{MAP}views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_name_that_is_taken_is_not_given(client, journey, editor):
    saved(journey, title="Taken")
    view = saved(journey, by=editor)
    address = f"{MAP}views/{view.pk}/rename/"
    response = client.post(address, {"title": "Taken"})
    assert response.status_code == 422
    assert "There is a view “Taken” already" in response.content.decode()
    assert client.post(address, {"title": "Pains only"}).status_code == 302


def test_a_view_of_another_journey_is_not_there(client, journey, editor):
    view = saved(make_journey(journey.workspace), by=editor)
    assert client.post(f"{MAP}views/{view.pk}/delete/").status_code == 404


def test_strangers_and_viewers_save_nothing(client, journey):
    for user, status in ((make_user(), 404), (make_member(journey.workspace, Role.VIEWER), 403)):
        client.force_login(user)
        assert client.post(f"{MAP}views/", {"title": "x", "query": ""}).status_code == status
    assert not SavedView.objects.exists()
