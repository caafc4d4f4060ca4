"""Erasing a person: nothing that leads to them is left, and the counts stay true."""

import json
from datetime import timedelta
from io import BytesIO, StringIO
from threading import Thread
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from feedback import recounting
from feedback.models import (
    BatchState,
    Delivery,
    Erasure,
    FeedbackRecord,
    Identity,
    ImportBatch,
    Invitation,
    Observation,
    Respondent,
    ScoreCount,
    Source,
    Survey,
    Webhook,
)
from feedback.privacy.erasing import Effect, ImportRuns, erase, erase_again, foresee
from feedback.privacy.person import NotLookedFor, Person
from feedback.privacy.respondents import respondent_for
from feedback.recording import NewAnswer, record_answers
from feedback.recording.statements import lock_touchpoints
from journeys.models import Workspace
from tests.factories import NOON, make_member, make_record, make_source, make_touchpoint
from tests.feedback.blocked import until_blocked
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db

JO = "jo@example.com"


@pytest.fixture
def touchpoint() -> Touchpoint:
    return make_touchpoint()


@pytest.fixture
def workspace(touchpoint: Touchpoint) -> Workspace:
    return touchpoint.step.stage.journey.workspace


@pytest.fixture
def source(workspace: Workspace) -> Source:
    return make_source(workspace)


@pytest.fixture
def jo(workspace: Workspace) -> Respondent:
    respondent = respondent_for(workspace, JO)
    Identity.objects.create(respondent=respondent, email=JO, name="Jo Doe")
    return respondent


def crowd(touchpoint: Touchpoint, source: Source, count: int, **values: Any) -> None:
    for _ in range(count):
        make_record(touchpoint, source=source, **values)


def forget(workspace: Workspace, *also: str) -> Effect:
    person = Person.by_address(workspace, JO, also)
    expected = foresee(person)
    erasure, effect = erase(person)
    assert effect == expected
    assert erasure.comments == effect.comments
    assert not any(compared.wrong for compared in recounting.check())
    return effect


class TestAnswers:
    def test_one_among_enough_others_stays_without_a_trace(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        crowd(touchpoint, source, 4)
        record = make_record(
            touchpoint, source=source, respondent=jo, external_id="r-17", comment="It was me",
            occurred_at=NOON + timedelta(minutes=17), language="en",
        )  # fmt: skip
        effect = forget(workspace)
        assert effect == Effect(identities=1, comments=1, answers_unlinked=1)
        record.refresh_from_db()
        assert (record.respondent, record.external_id, record.comment) == (None, "", "")
        assert (record.occurred_at, record.language, record.score) == (NOON, "", 4)
        written = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
        assert record.recorded_at == written
        assert ScoreCount.objects.get().c4 == 5
        assert not Respondent.objects.exists()
        assert not Identity.objects.exists()

    def test_one_among_too_few_goes_and_is_no_longer_counted(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        crowd(touchpoint, source, 3)
        make_record(touchpoint, source=source, respondent=jo, score=1)
        assert forget(workspace).answers_deleted == 1
        assert (ScoreCount.objects.get().c4, ScoreCount.objects.get().c1) == (3, 0)

    def test_own_answers_hide_nobody(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        crowd(touchpoint, source, 6, respondent=jo)
        assert forget(workspace).answers_deleted == 6

    def test_another_segment_hides_nobody(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        crowd(touchpoint, source, 9)
        segment = workspace.segments.create(name="Gold")
        make_record(touchpoint, source=source, respondent=jo, segment=segment)
        assert forget(workspace).answers_deleted == 1

    def test_words_alone_go_with_their_record(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        make_record(touchpoint, source=source, respondent=jo, metric="", score=None, comment="Mine")
        assert forget(workspace) == Effect(identities=1, comments=1, answers_deleted=1)
        assert not FeedbackRecord.objects.exists()


class TestWords:
    @pytest.mark.parametrize(
        "comment",
        ["Write to jo@example.com!", "JO@EXAMPLE.COM", "<jo@example.com>", "mail:jo@example.com,"],
    )
    def test_an_address_in_a_comment_is_found(
        self, touchpoint: Touchpoint, workspace: Workspace, comment: str
    ) -> None:
        make_record(touchpoint, source=make_source(workspace), comment=comment)
        assert forget(workspace).comments == 1

    @pytest.mark.parametrize("comment", ["banjo@example.com", "jo@example.com.au", "jo@example"])
    def test_another_address_is_not(
        self, touchpoint: Touchpoint, workspace: Workspace, comment: str
    ) -> None:
        make_record(touchpoint, source=make_source(workspace), comment=comment)
        assert not forget(workspace)
        assert FeedbackRecord.objects.get().comment == comment

    def test_a_name_is_found_whole_and_whatever_its_case(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace
    ) -> None:
        for text in ("Ask JÜRGEN\nMüller", "Jürgen Müllerhaus", "Jürgen"):
            make_record(touchpoint, source=source, comment=text, metric="", score=None)
        assert forget(workspace, "jürgen  müller").answers_deleted == 1
        assert FeedbackRecord.objects.count() == 2

    def test_who_mentions_somebody_keeps_their_own_answer(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace
    ) -> None:
        other = respondent_for(workspace, "kim@example.com")
        record = make_record(
            touchpoint, source=source, respondent=other, comment=f"{JO} helped me",
            external_id="k-1",
        )  # fmt: skip
        assert forget(workspace) == Effect(comments=1)
        record.refresh_from_db()
        assert (record.comment, record.respondent, record.external_id) == ("", other, "k-1")

    def test_the_other_answers_of_the_same_response_go_too(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace
    ) -> None:
        make_record(touchpoint, source=source, external_id="x-1", comment=f"I am {JO}")
        make_record(touchpoint, source=source, external_id="x-1", metric="nps", score=3)
        make_record(touchpoint, source=source, external_id="x-2", metric="nps", score=3)
        assert forget(workspace).answers_deleted == 2
        assert FeedbackRecord.objects.get().external_id == "x-2"

    def test_an_id_that_is_the_address_is_found(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace
    ) -> None:
        make_record(touchpoint, source=source, external_id=f"{JO}/2026-03")
        assert forget(workspace).answers_deleted == 1

    def test_the_history_of_changes_forgets_the_words(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        crowd(touchpoint, source, 5)
        record = make_record(touchpoint, source=source, respondent=jo, comment="Hallo, Jo here")
        LogEntry.objects.create(
            user=make_member(workspace), object_id=str(record.pk), object_repr=str(record),
            content_type=ContentType.objects.get_for_model(FeedbackRecord), action_flag=CHANGE,
            change_message="Comment: “Jo” → “Hallo, Jo here”",
        )  # fmt: skip
        forget(workspace)
        entry = LogEntry.objects.get()
        assert "Jo" not in entry.object_repr + entry.change_message

    @pytest.mark.parametrize("bad", ["", "jo", "jo@", "@example.com"])
    def test_what_is_no_address_is_refused(self, workspace: Workspace, bad: str) -> None:
        with pytest.raises(NotLookedFor):
            Person.by_address(workspace, bad)

    def test_what_is_too_short_to_be_found_is_refused(self, workspace: Workspace) -> None:
        with pytest.raises(NotLookedFor, match="too short"):
            Person.by_address(workspace, JO, ["Jo"])

    def test_another_workspace_keeps_what_it_has(self, workspace: Workspace) -> None:
        record = make_record(comment=f"I am {JO}")
        assert not forget(workspace)
        record.refresh_from_db()
        assert record.comment


class TestWhatElseIsKept:
    def test_waits_lose_the_id_and_keep_their_number(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        make_record(touchpoint, source=source, respondent=jo, external_id="ticket-1")
        wait = Observation.objects.create(
            source=source, touchpoint=touchpoint, kind="wait", seconds=60, bucket=84,
            occurred_at=NOON + timedelta(minutes=17), external_id="ticket-1",
        )  # fmt: skip
        forget(workspace)
        wait.refresh_from_db()
        assert (wait.external_id, wait.seconds, wait.occurred_at) == ("", 60, NOON)

    def test_what_a_webhook_sent(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        make_record(touchpoint, source=source, respondent=jo, external_id="token-1")
        webhook = Webhook.objects.create(
            source=source, journey=touchpoint.step.stage.journey, provider="generic"
        )
        for number, body in enumerate([f'{{"email": "{JO}"}}', '{"id": "token-1"}', "{}"]):
            webhook.deliveries.create(delivery_id=number, body=body, state="recorded")
        assert forget(workspace).deliveries == 2
        assert list(Delivery.objects.order_by("pk").values_list("body", flat=True)) == [
            "",
            "",
            "{}",
        ]

    def test_invitations_and_whoever_wants_none_stays_unasked(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        Respondent.objects.update(unsubscribed_at=NOON)
        survey = Survey.objects.create(source=source, touchpoint=touchpoint, title="After")
        Invitation.objects.create(survey=survey, respondent=jo, digest="d")
        assert forget(workspace).invitations == 1
        assert not Identity.objects.exists()
        assert Respondent.objects.get().unsubscribed_at == NOON

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_uploaded_files(
        self, touchpoint: Touchpoint, workspace: Workspace, kind: str,
        django_capture_on_commit_callbacks: Any,
    ) -> None:  # fmt: skip
        content = f"id,mail\n1,{JO}\n".encode()
        if kind == "xlsx":
            book, buffer = openpyxl.Workbook(), BytesIO()
            book.active.append(["id", JO])
            book.save(buffer)
            content = buffer.getvalue()
        batch = ImportBatch.objects.create(
            workspace=workspace, journey=touchpoint.step.stage.journey, filename="a", size=1,
            file=ContentFile(content, name=f"a.{kind}"), state=BatchState.DONE,
        )  # fmt: skip
        other = ImportBatch.objects.create(
            workspace=workspace, journey=touchpoint.step.stage.journey, filename="b", size=1,
            file=ContentFile(b"id\n1\n", name="b.csv"), state=BatchState.DONE,
        )  # fmt: skip
        storage, name = batch.file.storage, batch.file.name
        with django_capture_on_commit_callbacks(execute=True):
            assert forget(workspace).files == 1
        assert not storage.exists(name)
        assert storage.exists(other.file.name)
        batch.refresh_from_db()
        assert not batch.file

    @pytest.mark.parametrize(
        ("content", "encoding"),
        [
            ("id;name\n1;Jürgen Müller\n".encode("cp1252"), ""),
            ("id;name\n1;Jürgen Müller\n".encode("cp437"), "cp437"),
            (b'[{"id": 1, "name": "J\\u00fcrgen M\\u00fcller"}]', ""),
            (b'[{"id": 1, "why": "Hello,\\njo@example.com here"}]', ""),
        ],
    )
    def test_however_a_file_writes_the_name(
        self, touchpoint: Touchpoint, workspace: Workspace, content: bytes, encoding: str
    ) -> None:
        ImportBatch.objects.create(
            workspace=workspace, journey=touchpoint.step.stage.journey, filename="a", size=1,
            file=ContentFile(content, name="a"), state=BatchState.DONE,
            mapping={"encoding": encoding} if encoding else None,
        )  # fmt: skip
        assert forget(workspace, "Jürgen Müller").files == 1

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ('{"name": "J\\u00fcrgen"}', ""),
            ('{"why": "Hello,\\njo@example.com"}', ""),
            ("", f"Record 1: metric: “{JO}” is not a valid choice."),
        ],
    )
    def test_however_a_delivery_names_them(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, body: str, reason: str
    ) -> None:
        webhook = Webhook.objects.create(
            source=source, journey=touchpoint.step.stage.journey, provider="generic"
        )
        webhook.deliveries.create(delivery_id="d", body=body, reason=reason, state="refused")
        assert forget(workspace, "Jürgen").deliveries == 1
        assert Delivery.objects.values_list("body", "reason").get() == ("", "")

    def test_what_a_report_quotes_of_a_file_that_is_gone(
        self, touchpoint: Touchpoint, workspace: Workspace
    ) -> None:
        report = {"rows": 7, "problems": [{"row": 2, "value": JO, "reason": "is no score."}]}
        batch = ImportBatch.objects.create(
            workspace=workspace, journey=touchpoint.step.stage.journey, filename="a", size=1,
            state=BatchState.REFUSED, report=report,
        )  # fmt: skip
        assert forget(workspace).files == 1
        batch.refresh_from_db()
        assert batch.report == {"rows": 7, "problems": []}

    def test_not_while_a_file_is_imported_that_would_bring_them_back(
        self, touchpoint: Touchpoint, workspace: Workspace, jo: Respondent
    ) -> None:
        ImportBatch.objects.create(
            workspace=workspace, journey=touchpoint.step.stage.journey, filename="a", size=1,
            file=ContentFile(JO.encode(), name="a.csv"), state=BatchState.RUNNING,
        )  # fmt: skip
        with pytest.raises(ImportRuns):
            erase(Person.by_address(workspace, JO))
        assert Identity.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_writes_meanwhile_is_let_through_first() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    first = make_touchpoint()
    second = make_touchpoint(first.step)
    workspace = first.step.stage.journey.workspace
    source, jo = make_source(workspace), respondent_for(workspace, JO)
    for place in (first, second):
        make_record(place, source=source, respondent=jo)
    errors: list[Exception] = []

    def forget_jo() -> None:
        try:
            erase(Person.by_address(workspace, JO))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    forgetting = Thread(target=forget_jo)
    with transaction.atomic():
        lock_touchpoints([first.pk, second.pk])
        record_answers(source, [NewAnswer(second.pk, "csat", 1, "", NOON)])
        forgetting.start()
        until_blocked()
        record_answers(source, [NewAnswer(first.pk, "csat", 2, "", NOON)])
    forgetting.join()
    assert not errors
    assert set(FeedbackRecord.objects.values_list("score", flat=True)) == {1, 2}
    assert not any(compared.wrong for compared in recounting.check())


class TestTheLog:
    def test_tells_when_how_much_and_by_whom_but_not_who(
        self, workspace: Workspace, jo: Respondent
    ) -> None:
        admin = make_member(workspace)
        erase(Person.by_address(workspace, JO, ["Jo Doe"]), by=admin)
        noted = Erasure.objects.get()
        assert (noted.requested_by, noted.identities) == (admin, 1)
        row = json.dumps(Erasure.objects.values().get(), default=str)
        file = settings.ERASURE_LOG.read_text()
        for word in ("jo@", "example.com", "Doe"):
            assert word not in row + file

    def test_after_a_restore_everybody_goes_again_and_newcomers_stay(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        before = timezone.now() - timedelta(days=3)
        erase(Person.by_address(workspace, JO))
        Erasure.objects.all().delete()  # the backup is older than the erasure
        back = respondent_for(workspace, JO)
        Identity.objects.create(respondent=back, email=JO)
        Respondent.objects.update(created_at=before)
        Identity.objects.update(recorded_at=before)
        old = make_record(touchpoint, source=source, respondent=back, comment="Mine")
        mention = make_record(touchpoint, source=source, comment=f"Tell {JO}")
        FeedbackRecord.objects.update(recorded_at=before)
        new = make_record(touchpoint, source=source, comment=f"Later: {JO}")
        [(_, effect)] = erase_again()
        assert (effect.identities, effect.answers_deleted) == (1, 2)
        assert not FeedbackRecord.objects.filter(pk__in=[old.pk, mention.pk]).exists()
        assert FeedbackRecord.objects.get() == new
        assert Erasure.objects.count() == 1
        [(_, effect)] = erase_again()
        assert not effect

    def test_a_file_that_is_none_is_named(self) -> None:
        settings.ERASURE_LOG.write_text("hello\n")
        with pytest.raises(CommandError, match="line 1: not an erasure"):
            call_command("erase", "--again")


class TestCommands:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command(*arguments, stdout=out)
        return out.getvalue()

    def test_a_dry_run_says_what_would_go(self, workspace: Workspace, jo: Respondent) -> None:
        said = self.run("erase", JO, "--workspace", workspace.slug, "--dry-run")
        assert "Nothing was changed. This would go: 1 identities" in said
        assert Identity.objects.exists()

    def test_erasing_says_what_went(self, workspace: Workspace, jo: Respondent) -> None:
        assert "Erased: 1 identities" in self.run("erase", JO, "--workspace", workspace.slug)
        assert "1 erasures repeated; 0 had come back." in self.run("erase", "--again")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([], "Name the person"),
            ([JO], "--workspace"),
            ([JO, "--workspace", "nowhere"], 'no workspace "nowhere"'),
            ([JO, "--again"], "takes nothing else"),
        ],
    )
    def test_what_is_missing_is_named(self, arguments: list[str], said: str) -> None:
        with pytest.raises(CommandError, match=said):
            self.run("erase", *arguments)

    def test_disclosure_holds_all_and_nothing_of_others(
        self, touchpoint: Touchpoint, source: Source, workspace: Workspace, jo: Respondent
    ) -> None:
        make_record(touchpoint, source=source, respondent=jo, comment="Mine", external_id="r1")
        make_record(touchpoint, source=source, comment="Somebody else's")
        told = json.loads(self.run("disclose", JO, "--workspace", workspace.slug))
        assert told["identities"][0]["name"] == "Jo Doe"
        [answer] = told["answers"]
        assert (answer["comment"], answer["score"]) == ("Mine", 4)
        assert answer["touchpoint"] == touchpoint.title
        assert "Somebody" not in json.dumps(told)

    def test_comments_of_old_are_masked_once(self, touchpoint: Touchpoint) -> None:
        make_record(touchpoint, comment=f"Write to {JO}")
        make_record(touchpoint, comment="Nothing to hide")
        assert self.run("mask_comments", "--dry-run") == "1 comments would be masked.\n"
        assert self.run("mask_comments") == "1 comments masked.\n"
        assert self.run("mask_comments") == "0 comments masked.\n"
        assert FeedbackRecord.objects.filter(comment="Write to [e-mail]").exists()
