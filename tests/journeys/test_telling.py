"""Telling members what happened to their work: in the app, and by e-mail."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from journeys.models import Membership, Notice
from journeys.telling import send_told, tell
from tests.factories import make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db
TEXT, URL = "Friction at “Baggage drop” has risen from 31 to 64.", "/w/northwind/alerts/7/"


@pytest.fixture
def workspace():
    return make_workspace(name="Northwind", slug="northwind")


def test_members_are_told_and_nobody_else(workspace):
    anna, stranger = make_member(workspace), make_user()
    assert tell([anna, stranger, anna], workspace=workspace, text=TEXT, url=URL) == 1
    assert [notice.user for notice in Notice.objects.all()] == [anna]


def test_what_is_too_long_for_a_notice_is_cut_and_says_so(workspace):
    anna = make_member(workspace)
    tell([anna], workspace=workspace, text="x" * 301, url=URL)
    assert Notice.objects.get().text == "x" * 298 + " …"


def test_it_is_in_the_list_and_counted_until_it_was_read(workspace, client):
    anna = make_member(workspace)
    tell([anna], workspace=workspace, text=TEXT, url=URL)
    client.force_login(anna)
    page = client.get("/notices/").content.decode()
    assert f'<a href="{URL}">{TEXT}</a>' in page
    assert "Notices, 1 unread" in page
    client.post("/notices/read/")
    assert "unread" not in client.get("/notices/").content.decode()


def test_who_left_reads_nothing_of_it(workspace, client):
    anna = make_member(workspace)
    tell([anna], workspace=workspace, text=TEXT, url=URL)
    Membership.objects.all().delete()
    client.force_login(anna)
    assert "Baggage" not in client.get("/notices/").content.decode()
    assert send_told.func([Notice.objects.get().pk]) == 0


def test_an_e_mail_follows_once_to_who_wants_it(workspace):
    anna, ben = make_member(workspace), make_member(workspace)
    ben.notice_mails = False
    ben.save()
    tell([anna, ben], workspace=workspace, text=TEXT, url=URL)
    ids = list(Notice.objects.values_list("pk", flat=True))
    assert [send_told.func(ids), send_told.func(ids)] == [1, 0]
    [letter] = mail.outbox
    assert letter.to == [anna.email]
    assert letter.subject == TEXT
    assert URL in letter.body


def test_a_notice_is_of_a_comment_or_of_an_event(workspace):
    anna = make_member(workspace)
    with transaction.atomic(), pytest.raises(IntegrityError):
        Notice.objects.create(user=anna)
