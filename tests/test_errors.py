"""Error pages: drawn like the others, and without keeping a connection."""

from threading import Thread

import pytest
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse

from cxjourney import errors
from tests.factories import make_member, make_user, make_workspace


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_drawn_in_a_thread_of_its_own_gives_its_connection_back():
    request = RequestFactory().get("/nowhere/")
    request.user = make_user()
    left = []

    def draw() -> None:
        connection.ensure_connection()
        response = errors.page_not_found(request, Http404())
        left.append((response.status_code, connection.connection))

    thread = Thread(target=draw)
    thread.start()
    thread.join()
    assert left == [(404, None)]


@pytest.mark.django_db
def test_a_page_that_does_not_exist_still_has_the_menu(client):
    client.force_login(make_user(name="Ana"))
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Account of Ana" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), [("?team=%00", 200), ("now%00here/", 404)])
def test_an_address_with_nul_names_nothing_and_breaks_nothing(client, address, status):
    workspace = make_workspace()
    client.force_login(make_member(workspace))
    start = reverse("feedback:alert_list", args=[workspace.slug])
    assert client.get(start + address).status_code == status
