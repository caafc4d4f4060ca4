"""Notices of comments: who is told, where it shows, and what goes out by e-mail."""

import pytest
from django.core import mail

from journeys.commenting import saying
from journeys.commenting.mailing import send_notices
from journeys.commenting.places import Place
from journeys.models import Comment, Membership, Notice, Role, User
from tests.factories import make_journey, make_member, make_membership, make_user, make_workspace

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def journey():
    return make_journey(make_workspace(name="Northwind"), title="Trip")


@pytest.fixture
def people(journey):
    names = ("Anna Klein", "Ben", "Cem")
    return [make_membership(journey.workspace, user=make_user(name=name)).user for name in names]


def told(comment):
    return set(Notice.objects.filter(comment=comment).values_list("user__name", flat=True))


class TestWhoIsTold:
    def test_who_is_mentioned_but_never_the_author(self, journey, people):
        anna, _, _ = people
        said = saying.begin(Place(journey), "@Ben and @Anna Klein, and @Ben again", by=anna)
        assert told(said) == {"Ben"}

    def test_who_took_part_is_told_of_replies(self, journey, people):
        anna, ben, cem = people
        said = saying.begin(Place(journey), "Why?", by=anna)
        first = saying.reply(said, "So.", by=ben)
        second = saying.reply(said, "Well, @Ben", by=cem)
        assert told(said) == set()
        assert told(first) == {"Anna Klein"}
        assert told(second) == {"Anna Klein", "Ben"}

    def test_changed_words_tell_only_whom_they_name_now(self, journey, people):
        anna, _, _ = people
        said = saying.begin(Place(journey), "@Ben", by=anna)
        Notice.objects.update(read_at="2026-03-10T12:00Z")
        saying.reword(said, "@Ben @Cem")
        assert told(said) == {"Ben", "Cem"}
        assert Notice.objects.unread().count() == 1

    def test_who_left_the_workspace_is_told_nothing(self, journey, people):
        anna, ben, _ = people
        said = saying.begin(Place(journey), "Why?", by=anna)
        Membership.objects.filter(user=anna).delete()
        assert told(saying.reply(said, "So.", by=ben)) == set()

    def test_viewers_are_told_too(self, journey, people):
        viewer = make_member(journey.workspace, Role.VIEWER)
        said = saying.begin(Place(journey), f"@{viewer.email}", by=people[0])
        assert Notice.objects.get(comment=said).user == viewer


class TestPages:
    @pytest.fixture
    def said(self, journey, people):
        return saying.begin(Place(journey), "Look, @Ben", by=people[0])

    def test_the_bell_counts_what_is_unread(self, client, people, said):
        client.force_login(people[1])
        assert ", 1 unread" in client.get("/notices/").content.decode()
        client.force_login(people[0])
        assert "unread" not in client.get("/notices/").content.decode()

    def test_the_bell_costs_one_query_and_nothing_for_the_signed_out(
        self, client, people, said, django_assert_num_queries
    ):
        with django_assert_num_queries(0):
            client.get("/account/login/")
        client.force_login(people[1])
        # Session, person, roles, and what is unread.
        with django_assert_num_queries(4):
            client.get("/account/password/")

    def test_the_list_holds_ones_own_with_the_way_there(self, client, people, said):
        client.force_login(people[1])
        page = client.get("/notices/").content.decode()
        assert "Anna Klein mentioned you" in page
        assert f"{Place.of(said).url}#comment-{said.pk}" in page
        client.force_login(people[2])
        assert "Look" not in client.get("/notices/").content.decode()

    def test_who_left_sees_nothing_of_it(self, client, people, said):
        Membership.objects.filter(user=people[1]).delete()
        client.force_login(people[1])
        page = client.get("/notices/").content.decode()
        assert "Look" not in page
        assert "unread" not in page

    def test_the_list_costs_the_same_for_many_as_for_few(
        self, client, journey, people, said, django_assert_max_num_queries
    ):
        client.force_login(people[1])
        with django_assert_max_num_queries(10) as few:
            client.get("/notices/")
        for _ in range(5):
            saying.begin(Place(journey), "Look, @Ben", by=people[0])
        with django_assert_max_num_queries(len(few)):
            client.get("/notices/")

    def test_what_is_on_the_screen_is_read(self, client, journey, people, said):
        other = saying.begin(Place(make_journey(journey.workspace)), "@Ben", by=people[0])
        client.force_login(people[1])
        address = f"{journey.get_absolute_url()}comments/read/"
        assert f'hx-post="{address}"' in client.get(Place.of(said).url).content.decode()
        # Looking alone changes nothing: the page sends this as soon as it is there.
        assert Notice.objects.unread().count() == 2
        answer = client.post(address, headers=HTMX).content.decode()
        assert 'hx-swap-oob="true"' in answer
        assert ", 1 unread" in answer
        assert Notice.objects.unread().get().comment == other
        assert address not in client.get(Place.of(said).url).content.decode()
        assert client.post(address)["Location"] == Place.of(said).url

    def test_strangers_mark_nothing(self, client, journey, said):
        client.force_login(make_user())
        assert client.post(f"{journey.get_absolute_url()}comments/read/").status_code == 404

    def test_all_can_be_marked_as_read_but_only_ones_own(self, client, journey, people, said):
        saying.begin(Place(journey), "@Cem", by=people[0])
        client.force_login(people[1])
        assert client.get("/notices/read/").status_code == 405
        client.post("/notices/read/")
        assert Notice.objects.unread().get().user == people[2]

    def test_a_signed_out_person_signs_in_first(self, client):
        assert client.get("/notices/")["Location"] == "/account/login/?next=/notices/"


class TestMails:
    @pytest.fixture
    def send(self, django_capture_on_commit_callbacks):
        """`send(do, …)` -> what `do` returns, with its mails in mail.outbox."""

        def send(do, *args, **values):
            with django_capture_on_commit_callbacks(execute=True):
                return do(*args, **values)

        return send

    def test_a_mention_comes_with_its_words_and_a_link(self, journey, people, send):
        anna, ben, _ = people
        said = send(saying.begin, Place(journey), "Look <here>, @Ben", by=anna)
        [letter] = mail.outbox
        assert letter.to == [ben.email]
        assert letter.subject == "Anna Klein mentioned you: Trip"
        assert "Look <here>, @Ben" in letter.body
        assert f"http://testserver{Place.of(said).url}#comment-{said.pk}" in letter.body
        assert "http://testserver/notices/" in letter.body
        assert letter.content_subtype == "plain"

    def test_a_reply_says_that_it_is_one(self, journey, people, send):
        anna, ben, _ = people
        said = saying.begin(Place(journey), "Why?", by=anna)
        send(saying.reply, said, "So.", by=ben)
        [letter] = mail.outbox
        assert (letter.to, letter.subject) == ([anna.email], "Ben replied: Trip")

    def test_nobody_is_mailed_twice(self, journey, people, send):
        said = send(saying.begin, Place(journey), "@Ben", by=people[0])
        assert send_notices.func(said.pk) == 0
        send(saying.reword, said, "@Ben @Cem")
        assert [letter.to for letter in mail.outbox] == [[people[1].email], [people[2].email]]

    @pytest.mark.parametrize(
        "meanwhile",
        [
            lambda said, ben: Membership.objects.filter(user=ben).delete(),
            lambda said, ben: User.objects.filter(pk=ben.pk).update(is_active=False),
            lambda said, ben: User.objects.filter(pk=ben.pk).update(notice_mails=False),
            lambda said, ben: ben.notices.update(read_at="2026-03-10T12:00Z"),
            lambda said, ben: saying.remove(Comment.objects.get(pk=said.pk)),
        ],
        ids=["left", "inactive", "wants none", "has read it", "removed"],
    )
    def test_what_happened_meanwhile_counts(self, journey, people, meanwhile):
        said = saying.begin(Place(journey), "@Ben", by=people[0])
        meanwhile(said, people[1])
        assert send_notices.func(said.pk) == 0
        assert mail.outbox == []

    def test_the_words_are_those_of_now(self, journey, people):
        said = saying.begin(Place(journey), "@Ben, my password is 123", by=people[0])
        saying.reword(said, "@Ben, look")
        send_notices.func(said.pk)
        [letter] = mail.outbox
        assert "password" not in letter.body

    def test_one_that_cannot_be_sent_keeps_nobody_from_theirs(
        self, journey, people, monkeypatch, caplog
    ):
        said = saying.begin(Place(journey), "@Ben @Cem", by=people[0])
        send = mail.EmailMessage.send

        def fails_for_ben(letter, *args):
            if letter.to == [people[1].email]:
                raise OSError(f"{letter.to} refused")
            return send(letter, *args)

        monkeypatch.setattr(mail.EmailMessage, "send", fails_for_ben)
        assert send_notices.func(said.pk) == 1
        assert people[1].email not in caplog.text
        assert Notice.objects.unread().count() == 2

    def test_a_name_cannot_add_a_header(self, journey, people):
        anna = people[0]
        User.objects.filter(pk=anna.pk).update(name="Anna\nBcc: all@example.com")
        said = saying.begin(Place(journey), "@Ben", by=User.objects.get(pk=anna.pk))
        send_notices.func(said.pk)
        assert mail.outbox[0].subject == "Anna Bcc: all@example.com mentioned you: Trip"

    def test_without_a_mail_server_nothing_is_tried(self, client, journey, people, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        said = saying.begin(Place(journey), "@Ben", by=people[0])
        assert send_notices.func(said.pk) == 0
        client.force_login(people[1])
        assert "no mail server is set" in client.get("/notices/").content.decode()

    def test_everybody_chooses_for_oneself(self, client, people):
        client.force_login(people[1])
        client.post("/notices/mails/")
        assert set(User.objects.filter(notice_mails=False)) == {people[1]}
        client.post("/notices/mails/", {"mails": "on"})
        assert not User.objects.filter(notice_mails=False).exists()
