"""Exports that were asked for: whose they are, their states, their files, their archives."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils import timezone

from journeys.exports import formats, making
from journeys.exports.bounds import drawing_here
from journeys.exports.choices import Choices
from journeys.exports.jobs import (
    MOST_WAITING,
    ask,
    cancel,
    delete_old_files,
    fail_abandoned,
    make_export,
    run,
)
from journeys.maps import MapFilters
from journeys.models import Export, ExportState, Journey, Membership, Role
from tests.factories import make_journey, make_member, make_trip, make_user, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    return make_trip(title="Reise – “kurz”")


def order(user, *journeys: Journey, **choices) -> Export:
    filters = MapFilters.default(timezone.now().date())
    return ask(user, journeys, Choices.kept({"format": "json"} | choices), filters)


def fresh(export: Export) -> Export:
    return Export.objects.get(pk=export.pk)


def ways(export: Export) -> list[tuple[str, str]]:
    page = export.get_absolute_url()
    return [
        ("get", page),
        ("get", f"{page}file/"),
        ("post", f"{page}cancel/"),
        ("post", f"{page}again/"),
        ("post", f"{page}now/"),
    ]


class TestAccess:
    def test_its_maker_gets_it_under_its_name(self, client, journey, maker):
        client.force_login(maker)
        answer = client.post(f"{journey.get_absolute_url()}export/", {"format": "json"})
        page = client.get(answer["Location"], follow=True)
        assert "Ready" in page.content.decode()
        file = client.get(f"{answer['Location']}file/")
        assert file["Content-Disposition"] == 'attachment; filename="trip.json"'
        assert file["Cache-Control"] == "private, no-store"
        assert file["X-Content-Type-Options"] == "nosniff"
        assert json.loads(b"".join(file.streaming_content))["journey"]["title"] == journey.title

    def test_nobody_else_gets_it(self, client, journey, maker):
        export = order(maker, journey)
        others = [
            make_member(journey.workspace, Role.OWNER),
            make_member(make_workspace(), Role.OWNER),
            make_user(is_superuser=True),
        ]
        for user in others:
            client.force_login(user)
            for method, path in ways(export):
                assert getattr(client, method)(path).status_code == 404, path
        client.logout()
        for method, path in ways(export):
            assert getattr(client, method)(path)["Location"].startswith("/account/login/"), path

    def test_its_maker_loses_it_with_the_membership(self, client, journey, maker):
        export = order(maker, journey)
        client.force_login(maker)
        Membership.objects.filter(user=maker).delete()
        for method, path in ways(export):
            assert getattr(client, method)(path).status_code == 404, path

    def test_nobody_may_make_it_for_who_left(self, journey, maker, waiting):
        export = order(maker, journey)
        Membership.objects.filter(user=maker).delete()
        make_export.func(export.pk)
        assert fresh(export).stands is ExportState.FAILED
        assert not fresh(export).file

    def test_what_changes_something_takes_a_post(self, client, journey, maker):
        client.force_login(maker)
        export = order(maker, journey)
        for path in ("cancel/", "again/", "now/"):
            assert client.get(f"{export.get_absolute_url()}{path}").status_code == 405


class TestStates:
    def test_a_job_makes_the_file(self, journey, maker, waiting):
        export = order(maker, journey)
        assert fresh(export).stands is ExportState.QUEUED
        make_export.func(export.pk)
        made = fresh(export)
        assert (made.stands, made.progress, made.filename) == (ExportState.DONE, 1, "trip.json")
        assert made.in_background
        with made.file.open("rb") as file:
            content = file.read()
        assert len(content) == made.size
        assert json.loads(content)["figures"]["slug"] == "trip"

    def test_one_that_was_cancelled_is_not_made(self, journey, maker, waiting):
        export = order(maker, journey)
        assert cancel(export)
        make_export.func(export.pk)
        assert (fresh(export).stands, bool(fresh(export).file)) == (ExportState.CANCELLED, False)
        assert not cancel(fresh(export))

    def test_one_that_is_cancelled_meanwhile_leaves_no_file(
        self, journey, maker, waiting, monkeypatch, settings
    ):
        export = order(maker, journey)
        make = making.make

        def cancelled_meanwhile(*args, **kwargs):
            made = make(*args, **kwargs)
            cancel(fresh(export))
            return made

        monkeypatch.setattr("journeys.exports.jobs.make", cancelled_meanwhile)
        make_export.func(export.pk)
        assert fresh(export).stands is ExportState.CANCELLED
        assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []

    def test_it_stops_at_its_next_step(self, journey, maker, waiting, monkeypatch):
        export = order(maker, journey)
        gathered, drawn = making.gathered, []
        monkeypatch.setattr(
            making, "gathered", lambda *args: (gathered(*args), cancel(fresh(export)))[0]
        )
        monkeypatch.setattr(making, "export", lambda *args: drawn.append(args))
        make_export.func(export.pk)
        assert (fresh(export).stands, drawn) == (ExportState.CANCELLED, [])

    def test_a_killed_workers_job_is_begun_again(self, journey, maker, waiting):
        export = order(maker, journey)
        export.move(
            ExportState.RUNNING,
            out_of={ExportState.QUEUED},
            in_background=True,
            heartbeat_at=timezone.now(),
        )
        make_export.func(export.pk)
        assert fresh(export).stands is ExportState.DONE

    def test_a_worker_leaves_alone_what_a_page_is_making(self, journey, maker, waiting):
        export = order(maker, journey)
        export.move(ExportState.RUNNING, out_of={ExportState.QUEUED}, heartbeat_at=timezone.now())
        make_export.func(export.pk)
        assert fresh(export).stands is ExportState.RUNNING

    def test_a_failure_says_what_happened_and_offers_another_try(
        self, client, journey, maker, waiting, monkeypatch, caplog
    ):
        export = order(maker, journey)

        def broken(*args, **kwargs):
            raise ZeroDivisionError("a secret of the inside")

        with monkeypatch.context() as patch:
            patch.setattr("journeys.exports.jobs.make", broken)
            make_export.func(export.pk)
        client.force_login(maker)
        said = client.get(export.get_absolute_url()).content.decode()
        assert "Something went wrong on the server" in said
        assert "a secret of the inside" not in said
        assert "a secret of the inside" in caplog.text
        again = client.post(f"{export.get_absolute_url()}again/")
        assert again["Location"] != export.get_absolute_url()
        newest = Export.objects.first()
        make_export.func(newest.pk)
        assert fresh(newest).stands is ExportState.DONE

    def test_one_that_cannot_be_kept_has_failed(self, journey, maker, waiting, monkeypatch, caplog):
        export = order(maker, journey)

        def full(*args, **kwargs):
            raise OSError("No space left on device")

        monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)
        make_export.func(export.pk)
        assert fresh(export).stands is ExportState.FAILED
        assert "No space left" in caplog.text

    def test_one_whose_maker_is_gone_has_failed(self, journey, maker, waiting):
        export = order(maker, journey)
        long_ago = timezone.now() - timedelta(minutes=6)
        export.move(ExportState.RUNNING, out_of={ExportState.QUEUED}, heartbeat_at=long_ago)
        other = order(maker, journey)
        fail_abandoned(timezone.now())
        assert fresh(export).stands is ExportState.FAILED
        assert fresh(other).stands is ExportState.QUEUED

    def test_nobody_has_more_than_some_waiting(self, client, journey, maker, waiting):
        for _ in range(MOST_WAITING):
            order(maker, journey)
        client.force_login(maker)
        answer = client.post(f"{journey.get_absolute_url()}export/", {"format": "json"})
        assert answer.status_code == 422
        assert "of your exports are waiting" in answer.content.decode()
        assert Export.objects.count() == MOST_WAITING


class TestWithoutWorker:
    def test_the_page_makes_it_after_some_seconds(self, client, journey, maker, waiting):
        client.force_login(maker)
        export = order(maker, journey)
        page = export.get_absolute_url()
        assert "now/" not in client.get(page).content.decode()
        Export.objects.update(created_at=timezone.now() - timedelta(seconds=6))
        assert f'hx-post="{page}now/"' in client.get(page).content.decode()
        assert client.post(f"{page}now/")["Location"] == page
        assert fresh(export).stands is ExportState.DONE
        make_export.func(export.pk)
        assert not fresh(export).in_background

    def test_it_waits_for_a_worker_that_is_at_another_one(self, client, journey, maker, waiting):
        client.force_login(maker)
        make_export.func(order(maker, journey).pk)
        export = order(maker, journey)
        Export.objects.filter(pk=export.pk).update(
            created_at=timezone.now() - timedelta(seconds=30)
        )
        assert "now/" not in client.get(export.get_absolute_url()).content.decode()

    def test_a_process_makes_one_at_a_time(self, client, journey, maker, waiting):
        client.force_login(maker)
        export = order(maker, journey)
        with drawing_here(wait=20):
            client.post(f"{export.get_absolute_url()}now/")
        assert fresh(export).stands is ExportState.QUEUED


class TestArchive:
    def test_it_holds_a_file_of_each_and_a_report(self, journey, maker, monkeypatch):
        other = make_journey(journey.workspace, title="Another", slug="another")
        left_out = make_journey(journey.workspace, slug="left-out")
        export = fresh(order(maker, journey, other))
        assert export.stands is ExportState.DONE
        assert export.filename.startswith("northwind-")
        assert export.content_type == "application/zip"
        with export.file.open("rb") as file, ZipFile(BytesIO(file.read())) as archive:
            assert archive.namelist() == ["another.json", "trip.json", "report.txt"]
            assert archive.testzip() is None
            assert json.loads(archive.read("trip.json"))["journey"]["title"] == journey.title
            report = archive.read("report.txt").decode()
        assert f"trip.json: {journey.title} (version 0)" in report
        assert left_out.slug not in report

    def test_the_same_maps_make_the_same_archive(self, journey, maker):
        other = make_journey(journey.workspace, slug="another")
        first, second = (fresh(order(maker, journey, other)) for _ in range(2))
        contents = []
        for each in (first, second):
            with each.file.open("rb") as file:
                contents.append(file.read())
        assert contents[0] == contents[1]

    def test_notes_reach_the_page_and_the_report(self, client, journey, maker):
        other = make_journey(journey.workspace, title="Another", slug="another")
        filters = MapFilters(MapFilters.default(timezone.now().date()).period, segment="Mars")
        export = fresh(ask(maker, [journey, other], Choices.kept({"format": "json"}), filters))
        assert any("Mars" in note and note.startswith("Another: ") for note in export.notes)
        client.force_login(maker)
        assert "Mars" in client.get(export.get_absolute_url()).content.decode()
        with export.file.open("rb") as file, ZipFile(BytesIO(file.read())) as archive:
            assert "Mars" in archive.read("report.txt").decode()


class TestHousekeeping:
    def test_old_files_are_deleted_and_their_page_says_so(self, client, journey, maker, settings):
        settings.EXPORT_KEEP_HOURS = 24
        export, kept = order(maker, journey), order(maker, journey)
        Export.objects.filter(pk=export.pk).update(finished_at=timezone.now() - timedelta(hours=25))
        name = fresh(export).file.path
        delete_old_files(timezone.now())
        assert not Path(name).exists()
        assert fresh(kept).file
        client.force_login(maker)
        said = client.get(export.get_absolute_url()).content.decode()
        assert "The file has been deleted" in said
        assert "Make it again" in said
        assert client.get(f"{export.get_absolute_url()}file/").status_code == 404

    def test_entries_are_forgotten_after_a_month(self, journey, maker):
        export = order(maker, journey)
        Export.objects.update(finished_at=timezone.now() - timedelta(days=31))
        delete_old_files(timezone.now())
        assert not Export.objects.filter(pk=export.pk).exists()


def test_progress_is_told_between_the_steps(journey, maker, waiting, monkeypatch):
    export = order(maker, journey, make_journey(journey.workspace, slug="another"))
    seen = []
    gathered = making.gathered

    def watched(*args):
        seen.append(fresh(export).progress)
        return gathered(*args)

    monkeypatch.setattr(making, "gathered", watched)
    run(export, out_of={ExportState.QUEUED})
    assert seen == [0, 0.5]


@pytest.mark.one_database
@pytest.mark.parametrize("key", list(formats()))
def test_every_format_is_made_by_the_job(journey, maker, key):
    export = fresh(order(maker, journey, format=key))
    assert export.stands is ExportState.DONE, export.message
    assert export.size > 0
