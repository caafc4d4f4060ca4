"""Invitations by e-mail: who gets one, what it says, what is kept, and how it ends for good."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.models import Erasure, FeedbackRecord, Identity, Invitation, Respondent
from feedback.privacy.respondents import respondent_key
from feedback.surveys import inviting
from feedback.surveys.cutting_loose import cut_loose_sent
from feedback.surveys.mailing import send_invitations
from feedback.surveys.people import Person, UnreadablePeopleError, read_people
from tests.factories import make_member, make_survey, make_touchpoint
from tests.feedback.test_survey_answer import hidden

pytestmark = pytest.mark.django_db

HOST = "http://testserver"


@pytest.fixture
def survey():
    return make_survey(metric="nps", languages=["en", "de"], privacy="identified")


@pytest.fixture
def invite(client, survey, django_capture_on_commit_callbacks):
    """`invite("a@example.com\\n...")` as an editor; what is queued is sent at once."""
    editor = make_member(survey.source.workspace)

    def invite(people="", *, of=survey, **values):
        client.force_login(editor)
        page = reverse("feedback:survey_invite", args=[of.source.workspace.slug, of.pk])
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(page, {"people": people, "days": "30"} | values, follow=True)
        client.logout()
        return response

    return invite


def links_in(message) -> list[str]:
    return re.findall(rf"{HOST}(/s/i/\S+)", message.body)


class Refusing(EmailBackend):
    """A mail server that takes no mail for one address."""

    def send_messages(self, messages):
        for message in messages:
            if message.to == ["bad@example.com"]:
                raise SMTPRecipientsRefused({"bad@example.com": (550, b"no such user")})
        return super().send_messages(messages)


class Broken(EmailBackend):
    """A mail server, or our own code, that fails over one address in an unforeseen way."""

    def send_messages(self, messages):
        if messages[0].to == ["bad@example.com"]:
            raise ValueError("cannot write to bad@example.com")
        return super().send_messages(messages)


class TestTheLetter:
    def test_asks_with_a_link_for_every_score(self, client, survey, invite):
        invite("ana@example.com, Ana Díaz")
        [message] = mail.outbox
        assert message.to == ["ana@example.com"]
        assert message.subject == f"A question from {survey.source.workspace.name}"
        assert message.body.startswith("Hello Ana Díaz,\n\nHow likely are you to recommend us")
        scores = [link.rpartition("score=")[2] for link in links_in(message)]
        assert scores == [str(score) for score in range(11)]
        assert isinstance(message, EmailMultiAlternatives)
        html = str(message.alternatives[0][0])
        assert html.count("/s/i/") == 12
        assert "<style" not in html
        assert "style=" not in html

    def test_is_in_the_language_that_the_list_says(self, invite):
        invite("ana@example.com,Ana,de\nbo@example.com,,pt")
        by = {message.to[0]: message.body for message in mail.outbox}
        assert "Wie wahrscheinlich" in by["ana@example.com"]
        assert "How likely" in by["bo@example.com"]

    def test_a_click_chooses_and_only_sending_records(self, client, survey, invite):
        invite("ana@example.com")
        link = links_in(mail.outbox[0])[9]
        shown = client.get(link)
        assert 'value="9" required checked' in shown.content.decode()
        assert not FeedbackRecord.objects.exists()
        assert client.post(link, hidden(shown) | {"score": "9"}).status_code == 303
        record = FeedbackRecord.objects.get()
        assert record.respondent.identity.email == "ana@example.com"
        assert client.get(link).status_code == 410

    def test_consent_on_ones_own_invitation_counts(self, client, invite):
        invite("ana@example.com")
        link = links_in(mail.outbox[0])[9]
        client.post(link, hidden(client.get(link)) | {"score": "9", "may_contact": "on"})
        assert Identity.objects.get().may_contact

    def test_names_cannot_forge_headers(self, survey, invite):
        survey.source.workspace.name = "North\nBcc: all@example.com"
        survey.source.workspace.save()
        invite("ana@example.com")
        assert mail.outbox[0].subject == "A question from North Bcc: all@example.com"
        assert mail.outbox[0].recipients() == ["ana@example.com"]


class TestWhoIsInvited:
    def test_everybody_once(self, survey, invite):
        said = invite("ana@example.com\nANA@example.com\nbo@example.com")
        assert len(mail.outbox) == 2
        assert "2 are on their way." in said.content.decode()
        assert survey.invitations.filter(sent_at__isnull=False).count() == 2

    def test_nobody_again_within_the_pause_by_any_survey(self, survey, invite):
        place = make_touchpoint(survey.touchpoint.step)
        other = make_survey(place)
        invite("ana@example.com")
        assert (
            "1 invited to a survey not long ago"
            in invite("ana@example.com", of=other).content.decode()
        )
        assert len(mail.outbox) == 1
        long_ago = timezone.now() - timedelta(days=survey.pause_days, minutes=1)
        Respondent.objects.update(invited_at=long_ago)
        invite("ana@example.com", of=other)
        assert len(mail.outbox) == 2

    def test_nobody_twice_who_waits_for_two_surveys(self, survey):
        other = make_survey(survey.touchpoint, privacy="identified")
        ana, now = Person("ana@example.com", "", ""), timezone.now()
        for each in (survey, other):
            inviting.invite(each, [ana], now=now, expires_at=None)
        for each in (survey, other):
            send_invitations.enqueue(each.pk)
        assert [message.to for message in mail.outbox] == [["ana@example.com"]]
        assert "the pause is not over" in other.invitations.failed().get().problem

    def test_nobody_who_unsubscribed(self, client, survey, invite):
        invite("ana@example.com")
        [unsubscribe] = re.findall(rf"{HOST}(/s/u/\S+)", str(mail.outbox[0].body))
        assert mail.outbox[0].extra_headers["List-Unsubscribe"] == f"<{HOST}{unsubscribe}>"
        assert client.get(unsubscribe).status_code == 200
        assert Respondent.objects.get().unsubscribed_at is None
        client.post(unsubscribe, {"List-Unsubscribe": "One-Click"})
        assert Respondent.objects.get().unsubscribed_at
        assert not Identity.objects.exists()
        Respondent.objects.update(invited_at=None)
        assert "1 unsubscribed" in invite("ana@example.com").content.decode()
        assert len(mail.outbox) == 1

    def test_nobody_who_was_erased(self, survey, invite):
        workspace = survey.source.workspace
        key = respondent_key(workspace, "ana@example.com")
        Erasure.objects.create(workspace=workspace, key=key)
        assert "1 erased on request" in invite("Ana@example.com").content.decode()
        assert not mail.outbox
        assert not Identity.objects.exists()

    def test_nobody_to_a_survey_that_is_not_open(self, survey, invite):
        survey.close(timezone.now())
        assert invite("ana@example.com").status_code == 422
        assert not Invitation.objects.exists()

    def test_who_unsubscribes_while_waiting_gets_nothing(self, survey, invite, settings):
        settings.EMAIL_BACKEND = "tests.feedback.test_survey_invite.Refusing"
        invite("bad@example.com")
        survey.invitations.update(problem="")
        Respondent.objects.update(unsubscribed_at=timezone.now())
        send_invitations.enqueue(survey.pk)
        assert not mail.outbox
        assert not survey.invitations.exists()


class TestWhatIsKept:
    @pytest.mark.parametrize("privacy", ["anonymous", "pseudonymous"])
    def test_no_address_where_nobody_is_to_be_known(self, client, invite, survey, privacy):
        survey.privacy = privacy
        survey.save()
        invite("ana@example.com")
        assert not Identity.objects.exists()
        assert survey.invitations.get().respondent is None
        link = links_in(mail.outbox[0])[3]
        client.post(link, hidden(client.get(link)) | {"score": "3"})
        record = FeedbackRecord.objects.get()
        asked = Respondent.objects.get(invited_at__isnull=False)
        assert record.respondent != asked
        # The pause holds all the same, by the pseudonym.
        assert "1 invited to a survey not long ago" in invite("ana@example.com").content.decode()

    def test_neither_moments_nor_order_lead_from_an_answer_to_who_was_invited(
        self, client, invite, survey
    ):
        survey.privacy = "anonymous"
        survey.save()
        people = [f"person{n}@example.com" for n in range(20)]
        invite("\n".join(people))
        assert sorted(people) == sorted(message.to[0] for message in mail.outbox)
        # They are sent in the order of the invitations, which is not that of the people.
        keys = [respondent_key(survey.source.workspace, m.to[0]) for m in mail.outbox]
        assert keys != list(Respondent.objects.order_by("pk").values_list("key", flat=True))
        [invited_at] = set(Respondent.objects.values_list("invited_at", flat=True))
        [sent_at] = set(survey.invitations.values_list("sent_at", flat=True))
        assert sent_at == invited_at.replace(hour=0, minute=0, second=0, microsecond=0)
        before = timezone.now() - timedelta(days=2)
        survey.invitations.update(created_at=before)
        link = links_in(mail.outbox[0])[3]
        client.post(link, hidden(client.get(link)) | {"score": "3"})
        answered = survey.invitations.exclude(answered_on=None).get()
        assert answered.answered_on == before.date()

    def test_no_secret_of_a_link(self, survey, invite):
        invite("ana@example.com")
        secret = links_in(mail.outbox[0])[0].split("/")[3]
        row = survey.invitations.get()
        assert row.digest == Invitation.digest_of(secret)
        assert secret not in str(vars(row))


class TestSending:
    def test_says_whom_it_could_not_reach_and_tries_again(
        self, client, survey, invite, settings, django_capture_on_commit_callbacks
    ):
        settings.EMAIL_BACKEND = "tests.feedback.test_survey_invite.Refusing"
        invite("ana@example.com\nbad@example.com\nbo@example.com")
        assert sorted(message.to[0] for message in mail.outbox) == [
            "ana@example.com",
            "bo@example.com",
        ]
        client.force_login(make_member(survey.source.workspace))
        slug = survey.source.workspace.slug
        page = client.get(reverse("feedback:survey_invite", args=[slug, survey.pk]))
        page = page.content.decode()
        assert "bad@example.com</th>" in page
        assert "SMTPRecipientsRefused" in page
        assert "bad@example.com" not in survey.invitations.failed().get().problem
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        retry = reverse("feedback:survey_retry", args=[slug, survey.pk])
        with django_capture_on_commit_callbacks(execute=True):
            client.post(retry)
        assert len(mail.outbox) == 3
        assert not survey.invitations.failed().exists()

    def test_can_be_given_up_with_the_addresses(self, client, survey, invite, settings):
        settings.EMAIL_BACKEND = "tests.feedback.test_survey_invite.Refusing"
        invite("bad@example.com")
        client.force_login(make_member(survey.source.workspace))
        retry = reverse("feedback:survey_retry", args=[survey.source.workspace.slug, survey.pk])
        client.post(retry, {"drop": "1"})
        assert not survey.invitations.exists()
        assert not Identity.objects.exists()

    def test_more_than_a_minute_takes_goes_out_in_turns(self, survey, invite, settings):
        settings.INVITATIONS_PER_MINUTE = 2
        invite("\n".join(f"person{n}@example.com" for n in range(5)))
        assert len(mail.outbox) == 5

    def test_what_waited_when_the_survey_closed_goes_out_when_it_opens_again(
        self, client, survey, invite, settings, django_capture_on_commit_callbacks
    ):
        settings.EMAIL_BACKEND = "tests.feedback.test_survey_invite.Refusing"
        invite("bad@example.com")
        survey.invitations.update(problem="")
        survey.close(timezone.now())
        send_invitations.enqueue(survey.pk)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert survey.invitations.waiting().count() == 1
        client.force_login(make_member(survey.source.workspace))
        slug = survey.source.workspace.slug
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("feedback:survey_reopen", args=[slug, survey.pk]))
        assert [message.to for message in mail.outbox] == [["bad@example.com"]]

    def test_a_job_that_is_done_twice_invites_nobody_twice(self, survey, invite):
        invite("ana@example.com")
        send_invitations.enqueue(survey.pk)
        assert len(mail.outbox) == 1

    def test_no_trouble_with_one_letter_stops_the_others(self, survey, invite, settings, caplog):
        settings.EMAIL_BACKEND = "tests.feedback.test_survey_invite.Broken"
        invite("ana@example.com\nbad@example.com\nbo@example.com")
        assert sorted(m.to[0] for m in mail.outbox) == ["ana@example.com", "bo@example.com"]
        failed = survey.invitations.failed().get()
        assert failed.problem == "ValueError: cannot write to [e-mail]"
        assert failed.sent_at is None
        assert f"Invitation {failed.pk} could not be sent: ValueError." in caplog.text
        assert "bad@example.com" not in caplog.text

    def test_without_a_mail_server_is_refused_with_what_to_set(
        self, client, survey, invite, settings, capsys
    ):
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        response = invite("ana@example.com")
        assert response.status_code == 422
        assert "sets EMAIL_HOST: docs/settings.md" in response.content.decode()
        assert not Invitation.objects.exists()
        assert not Identity.objects.exists()
        assert "ana@example.com" not in capsys.readouterr().out

    def test_what_waits_is_not_printed_when_the_mail_server_goes(
        self, client, survey, settings, capsys, django_capture_on_commit_callbacks
    ):
        ana = Person("ana@example.com", "", "")
        inviting.invite(survey, [ana], now=timezone.now(), expires_at=None)
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        send_invitations.enqueue(survey.pk)
        assert "EMAIL_HOST" in survey.invitations.failed().get().problem
        client.force_login(make_member(survey.source.workspace))
        retry = reverse("feedback:survey_retry", args=[survey.source.workspace.slug, survey.pk])
        with django_capture_on_commit_callbacks(execute=True):
            said = client.post(retry, follow=True).content.decode()
        assert "on their way again" not in said
        assert "ana@example.com" not in capsys.readouterr().out

    def test_while_developing_letters_are_printed(self, survey, invite, settings, capsys):
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        settings.DEBUG = True
        invite("ana@example.com")
        assert "To: ana@example.com" in capsys.readouterr().out

    def test_of_a_survey_without_words_is_refused_and_says_why(self, survey, invite):
        survey.texts.all().delete()
        response = invite("ana@example.com")
        assert response.status_code == 422
        assert "has no words to ask with" in response.content.decode()
        assert not Invitation.objects.exists()

    def test_words_that_went_while_it_waited_are_its_problem(self, survey):
        ana = Person("ana@example.com", "", "")
        inviting.invite(survey, [ana], now=timezone.now(), expires_at=None)
        survey.texts.all().delete()
        send_invitations.enqueue(survey.pk)
        assert "no words" in survey.invitations.failed().get().problem


class TestAfterAKilledWorker:
    """It had sent the letter, and had no time to forget to whom."""

    def killed(self, survey, sent_at):
        ana = Person("ana@example.com", "", "")
        inviting.invite(survey, [ana], now=timezone.now(), expires_at=None)
        survey.invitations.update(sent_at=sent_at)

    @pytest.mark.parametrize("privacy", ["anonymous", "pseudonymous"])
    def test_the_address_is_forgotten_and_the_pause_holds(self, survey, privacy):
        survey.privacy = privacy
        survey.save()
        now = timezone.now()
        sent_at = now - timedelta(hours=2)
        self.killed(survey, sent_at)
        cut_loose_sent(now)
        invitation = survey.invitations.get()
        assert invitation.respondent is None
        assert invitation.sent_at == sent_at.replace(hour=0, minute=0, second=0, microsecond=0)
        assert Respondent.objects.get().invited_at == sent_at
        assert not Identity.objects.exists()

    def test_an_identified_survey_keeps_it(self, survey):
        self.killed(survey, timezone.now() - timedelta(hours=2))
        cut_loose_sent(timezone.now())
        assert survey.invitations.get().respondent.identity.email == "ana@example.com"

    def test_what_may_still_fail_keeps_it(self, survey):
        survey.privacy = "anonymous"
        survey.save()
        self.killed(survey, timezone.now() - timedelta(minutes=5))
        cut_loose_sent(timezone.now())
        assert Identity.objects.exists()

    def test_the_worker_sees_to_it(self, settings):
        assert "feedback.surveys.cutting_loose.cut_loose_sent" in settings.HOUSEKEEPING


class TestReadingPeople:
    @pytest.mark.parametrize(
        ("text", "people"),
        [
            ("a@b.co", [("a@b.co", "", "")]),
            ("a@b.co\n\n  c@d.co  ", [("a@b.co", "", ""), ("c@d.co", "", "")]),
            ("Ana Díaz <a@b.co>", [("a@b.co", "Ana Díaz", "")]),
            ("a@b.co;Ana;de", [("a@b.co", "Ana", "de")]),
            ("a@b.co\tAna\tpt_BR", [("a@b.co", "Ana", "pt-BR")]),
            ('"Name","E-mail","x"\n"Díaz, Ana",a@b.co,1', [("a@b.co", "Díaz, Ana", "")]),
            ("\ufeffemail,language\na@b.co,de", [("a@b.co", "", "de")]),
            ("a@b.co\nA@B.co", [("a@b.co", "", "")]),
        ],
    )
    def test_from_what_people_have_at_hand(self, text, people):
        assert read_people(text) == [Person(*each) for each in people]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "There is nobody in it."),
            ("a@b.co\nnobody", "Line 2: “nobody” is not an e-mail address."),
            ("a@b.co,Ana,klingon please", "Line 1: “klingon please” is not a language"),
            ("a@b.co," + "n" * 121, "Line 1: the name has more than 120"),
            ("\n".join(f"p{n}@b.co" for n in range(10_001)), "10,001 people"),
            ("a" * 200_000, "Line 1: “aaa"),
        ],
    )
    def test_or_says_which_line_is_wrong(self, text, said):
        with pytest.raises(UnreadablePeopleError) as raised:
            read_people(text)
        assert said in raised.value.problems[0]

    def test_many_wrong_lines_are_counted(self):
        with pytest.raises(UnreadablePeopleError) as raised:
            read_people("\n".join("x" for _ in range(50)))
        assert raised.value.problems[-1] == "… and 30 more."

    def test_a_cell_full_of_blanks_is_wrong_at_once(self):
        """Tried by a pattern, these would keep the server busy for minutes."""
        with pytest.raises(UnreadablePeopleError):
            read_people("x" + 100_000 * " " + "x")

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=80))
    def test_any_text_is_read_or_refused(self, text):
        try:
            people = read_people(text)
        except UnreadablePeopleError:
            return
        assert people
        assert all("@" in person.email for person in people)

    def test_nobody_is_invited_where_one_line_is_wrong(self, invite):
        response = invite("ana@example.com\nbroken")
        assert response.status_code == 422
        assert "Line 2:" in response.content.decode()
        assert not Invitation.objects.exists()
        assert not Identity.objects.exists()

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
    def test_from_a_file(self, invite, encoding):
        content = "E-mail;Name;Language\nana@example.com;Ana Díaz;de\n".encode(encoding)
        invite(file=SimpleUploadedFile("people.csv", content))
        assert "Guten Tag Ana Díaz" in mail.outbox[0].body

    def test_a_file_and_addresses_are_one_too_many(self, invite):
        response = invite("a@b.co", file=SimpleUploadedFile("people.csv", b"b@b.co"))
        assert response.status_code == 422

    def test_a_file_that_is_too_large(self, invite):
        big = SimpleUploadedFile("people.csv", b"a" * (2 * 1024 * 1024 + 1))
        assert "more than 2 MB" in invite(file=big).content.decode()
