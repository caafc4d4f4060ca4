"""Comments: who may say what where, who is mentioned, and how the map keeps count."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from journeys.commenting import saying
from journeys.commenting.places import Place, open_counts
from journeys.commenting.words import mentioned, names_to_offer, pieces
from journeys.models import Comment, LaneKind, Notice, Role
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_membership,
    make_stage,
    make_step,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def journey():
    found = make_journey(title="Trip")
    for kind in (LaneKind.DOING, LaneKind.FEELING):
        make_lane(found, kind=kind)
    step = make_step(make_stage(found, title="Airport"), title="Check in")
    make_card(found.lanes.get(kind="doing"), step, text="Queues")
    return found


@pytest.fixture
def anna(journey):
    return make_membership(journey.workspace, user=make_user(name="Anna Klein")).user


@pytest.fixture
def cell(journey):
    return Place(journey, journey.lanes.get(kind="doing"), journey.stages.get().steps.get())


def comments(journey, rest=""):
    return f"{journey.get_absolute_url()}comments/{rest}"


def post(client, journey, rest="new/", place=None, **values):
    named = {"lane": place.lane, "step": place.step} if place else {}
    data = {name: row.pk for name, row in named.items() if row}
    return client.post(comments(journey, rest), data | values)


def listen(monkeypatch):
    heard = []
    monkeypatch.setattr(saying, "ring", lambda *said: heard.append(said))
    return heard


class TestAccess:
    @pytest.mark.parametrize("role", Role)
    def test_every_member_reads_and_commenters_write(self, client, journey, cell, role):
        client.force_login(make_member(journey.workspace, role))
        assert client.get(comments(journey)).status_code == 200
        page = client.get(cell.url).content.decode()
        assert ("Begin a conversation" in page) is role.comments
        answer = post(client, journey, place=cell, text="Why?")
        assert answer.status_code == (303 if role.comments else 403)
        assert Comment.objects.count() == role.comments

    @pytest.mark.parametrize("rest", ["resolve/", "reopen/", "remove/", "edit/"])
    def test_viewers_change_nothing_and_strangers_learn_nothing(
        self, client, journey, cell, anna, rest
    ):
        said = saying.begin(cell, "Why?", by=anna)
        viewer = make_member(journey.workspace, Role.VIEWER)
        stranger = make_member(make_workspace(), Role.OWNER)
        for person, status in ((viewer, 403), (stranger, 404)):
            client.force_login(person)
            answer = client.post(comments(journey, f"{said.pk}/{rest}"), {"text": "Mine"})
            assert answer.status_code == status
        said.refresh_from_db()
        assert (said.text, said.resolved_at) == ("Why?", None)

    def test_strangers_read_nothing(self, client, journey, cell):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        for address in (comments(journey), cell.url, comments(journey, "people/")):
            assert client.get(address).status_code == 404
        assert post(client, journey, place=cell, text="Why?").status_code == 404

    def test_a_place_of_another_journey_is_none_here(self, client, journey, anna):
        client.force_login(anna)
        lane = make_lane(make_journey(journey.workspace))
        assert client.get(comments(journey, f"at/?lane={lane.pk}")).status_code == 404
        assert client.get(comments(journey, "at/?lane=x")).status_code == 404
        other = saying.begin(Place(lane.journey), "Elsewhere", by=anna)
        assert post(client, journey, reply_to=other.pk, text="Here").status_code == 404

    def test_reading_changes_nothing(self, client, journey, cell, anna):
        client.force_login(anna)
        assert client.get(comments(journey, "new/")).status_code == 405
        assert client.post(cell.url).status_code == 405


class TestSaying:
    def test_a_conversation_begins_goes_on_and_ends(self, client, journey, cell, anna):
        client.force_login(anna)
        answer = post(client, journey, place=cell, text="Why does it take so long?")
        said = Comment.objects.get()
        assert answer["Location"] == f"{cell.url}#comment-{said.pk}"
        assert (said.lane, said.step, said.author) == (cell.lane, cell.step, anna)
        post(client, journey, reply_to=said.pk, text="Two desks only.")
        reply = said.replies.get()
        assert (reply.lane, reply.step) == (cell.lane, cell.step)
        # A reply to a reply goes on with the same conversation.
        post(client, journey, reply_to=reply.pk, text="Three soon.")
        assert said.replies.count() == 2
        page = client.get(cell.url).content.decode()
        assert page.index("so long") < page.index("Two desks") < page.index("Three soon")
        post(client, journey, f"{said.pk}/resolve/")
        said.refresh_from_db()
        assert said.resolved_by == anna
        assert "1 resolved conversation" in client.get(cell.url).content.decode()
        post(client, journey, f"{said.pk}/reopen/")
        said.refresh_from_db()
        assert (said.resolved_at, said.resolved_by) == (None, None)

    def test_a_reply_opens_what_was_resolved(self, cell, anna):
        said = saying.begin(cell, "Why?", by=anna)
        saying.resolve(said, by=anna)
        saying.reply(said, "Still so.", by=anna)
        assert open_counts(cell.journey) == {(cell.lane.pk, cell.step.pk): 1}

    @pytest.mark.parametrize(("text", "said"), [("  ", "Write something"), ("x" * 2001, "2001")])
    def test_what_is_empty_or_too_long_is_refused_and_kept(
        self, client, journey, cell, anna, text, said
    ):
        client.force_login(anna)
        answer = post(client, journey, place=cell, text=text)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert said in page
        assert text in page
        fragment = client.post(
            comments(journey, "new/"), {"lane": cell.lane.pk, "text": text}, headers=HTMX
        )
        assert fragment.status_code == 200
        assert said in fragment.content.decode()
        assert not Comment.objects.exists()

    def test_ones_own_words_can_be_changed_for_some_minutes(self, client, journey, cell, anna):
        said = saying.begin(cell, "Why?", by=anna)
        client.force_login(anna)
        assert post(client, journey, f"{said.pk}/edit/", text="How?").status_code == 303
        late = timezone.now() - saying.REWORDED_WITHIN - timedelta(seconds=1)
        Comment.objects.update(at=late)
        answer = post(client, journey, f"{said.pk}/edit/", text="Where?")
        assert answer.status_code == 422
        assert "can be changed for 15 minutes" in answer.content.decode()
        client.force_login(make_member(journey.workspace, Role.OWNER))
        assert post(client, journey, f"{said.pk}/edit/", text="Who?").status_code == 403
        said.refresh_from_db()
        assert said.text == "How?"

    @pytest.mark.parametrize(
        ("role", "status"), [(Role.OWNER, 303), (Role.ADMIN, 303), (Role.EDITOR, 403)]
    )
    def test_admins_remove_what_others_said(self, client, journey, cell, anna, role, status):
        said = saying.begin(cell, "Why?", by=anna)
        client.force_login(make_member(journey.workspace, role))
        assert post(client, journey, f"{said.pk}/remove/").status_code == status
        assert Comment.objects.exists() is (status == 403)

    def test_what_has_replies_only_loses_its_words(self, client, journey, cell, anna):
        other = make_member(journey.workspace)
        said = saying.begin(cell, "Secret, @Anna Klein", by=other)
        reply = saying.reply(said, "Indeed.", by=anna)
        client.force_login(other)
        for _ in range(2):
            assert post(client, journey, f"{said.pk}/remove/").status_code == 303
        page = client.get(cell.url).content.decode()
        assert "This comment was removed." in page
        assert "Secret" not in page
        assert not Notice.objects.filter(comment=said).exists()
        saying.remove(reply)
        assert not Comment.objects.exists()

    def test_nobody_goes_on_with_what_was_removed_meanwhile(self, cell, anna):
        said = saying.begin(cell, "Why?", by=anna)
        saying.remove(Comment.objects.get())
        for go_on in (lambda: saying.reply(said, "So.", by=anna), lambda: saying.reword(said, "?")):
            with pytest.raises(Comment.DoesNotExist):
                go_on()
        assert not Comment.objects.exists()

    def test_who_left_is_a_former_member(self, client, journey, cell, anna):
        saying.begin(cell, "Why?", by=anna)
        anna.delete()
        client.force_login(make_member(journey.workspace))
        assert "A former member" in client.get(cell.url).content.decode()

    def test_comments_outlive_their_cell(self, client, journey, cell, anna):
        saying.begin(cell, "Why?", by=anna)
        journey.lanes.filter(pk=cell.lane.pk).update(removed_at=timezone.now())
        client.force_login(anna)
        assert "off the map" in client.get(cell.url).content.decode()
        assert "off the map" in client.get(comments(journey)).content.decode()


class TestList:
    def test_open_resolved_and_mentioning_me(self, client, journey, cell, anna):
        other = make_member(journey.workspace)
        saying.begin(cell, "Open one", by=other)
        settled = saying.begin(Place(journey), "Settled one", by=other)
        saying.resolve(settled, by=other)
        saying.reply(saying.begin(cell, "Mine one", by=other), "@anna klein?", by=other)
        client.force_login(anna)
        found = {
            show: {
                word
                for word in ("Open one", "Settled one", "Mine one")
                if word in client.get(f"{comments(journey)}?show={show}").content.decode()
            }
            for show in ("open", "resolved", "mine", "nonsense")
        }
        assert found == {
            "open": {"Open one", "Mine one"},
            "resolved": {"Settled one"},
            "mine": {"Mine one"},
            "nonsense": {"Open one", "Mine one"},
        }

    def test_costs_the_same_for_many_as_for_few(
        self, client, journey, cell, anna, django_assert_max_num_queries
    ):
        client.force_login(anna)
        for address in (comments(journey), cell.url):
            for _ in range(2):
                saying.reply(saying.begin(cell, "@Anna Klein", by=anna), "Yes", by=anna)
            with django_assert_max_num_queries(25) as few:
                client.get(address)
            for _ in range(6):
                saying.reply(saying.begin(cell, "@Anna Klein", by=anna), "Yes", by=anna)
            with django_assert_max_num_queries(len(few)):
                client.get(address)


class TestOnTheMap:
    def test_counts_stand_at_every_sort_of_place(self, client, journey, cell, anna):
        for place in (cell, cell, Place(journey, step=cell.step), Place(journey, lane=cell.lane)):
            saying.begin(place, "Why?", by=anna)
        saying.begin(Place(journey), "All in all", by=anna)
        client.force_login(make_member(journey.workspace, Role.VIEWER))
        page = client.get(journey.get_absolute_url()).content.decode()
        assert page.count("2 open comments") == 1
        assert page.count("1 open comment<") == 2
        assert "Comments <b>5</b>" in page
        outline = client.get(f"{journey.get_absolute_url()}outline/").content.decode()
        assert outline.count("2 open comments") == 1

    def test_a_kept_map_shows_a_new_comment_at_once(self, client, journey, cell, anna, settings):
        settings.CACHES = settings.CACHES | {
            "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        }
        caches["pages"].clear()
        client.force_login(anna)
        address = journey.get_absolute_url()
        client.get(address)
        post(client, journey, place=cell, text="Why?")
        assert "1 open comment<" in client.get(address).content.decode()
        post(client, journey, f"{Comment.objects.get().pk}/resolve/")
        assert "1 open comment<" not in client.get(address).content.decode()
        caches["pages"].clear()

    def test_the_doorbell_names_the_cell(self, journey, cell, anna, monkeypatch):
        heard = listen(monkeypatch)
        said = saying.begin(cell, "Why?", by=anna)
        saying.reply(said, "So.", by=anna)
        saying.resolve(said, by=anna)
        assert heard == [
            (journey.pk, revision, [f"cell-{cell.lane.pk}-{cell.step.pk}", "comments"])
            for revision in (1, 2)
        ]
        journey.refresh_from_db()
        assert journey.revision == 2
        assert not journey.changes.exists()

    @pytest.mark.parametrize("kind", ["doing", "feeling"])
    def test_parts_of_the_map_come_with_their_counts(self, client, journey, cell, anna, kind):
        step = cell.step
        lane = journey.lanes.get(kind=kind)
        for place in (Place(journey, lane, step), Place(journey, lane), Place(journey, step=step)):
            saying.begin(place, "Why?", by=anna)
        client.force_login(anna)
        names = [f"cell-{lane.pk}-{step.pk}", f"lane-{lane.pk}", f"step-{step.pk}", "comments"]
        address = f"{journey.get_absolute_url()}parts/"
        page = client.get(address, {"part": names}, headers=HTMX).content.decode()
        assert [name for name in names if f'id="{name}"' not in page] == []
        assert page.count("1 open comment<") == 3
        assert "Comments <b>3</b>" in page

    def test_the_form_of_a_part_leads_to_its_comments(self, client, journey, cell, anna):
        client.force_login(anna)
        base = journey.get_absolute_url()
        card = cell.lane.cards.get()
        for part, query in (
            (f"cards/{card.pk}/", cell.query),
            (f"cards/new/?{cell.query}", cell.query),
            (f"steps/{cell.step.pk}/", f"step={cell.step.pk}"),
            (f"lanes/{cell.lane.pk}/", f"lane={cell.lane.pk}"),
        ):
            page = client.get(f"{base}{part}", headers=HTMX).content.decode()
            assert f"comments/at/?{query.replace('&', '&amp;')}" in page

    def test_the_panel_brings_the_marker_along(self, client, journey, cell, anna):
        saying.begin(cell, "Why?", by=anna)
        client.force_login(anna)
        page = client.get(cell.url, headers=HTMX).content.decode()
        assert f'<template data-marker="{cell.element}">' in page
        assert cell.url.replace("&", "&amp;") in page.partition("<template")[2]
        assert "<!doctype" not in page


class TestWords:
    def people(self, *names):
        return [make_user(name=name) for name in names]

    def test_names_are_found_whatever_their_case_and_the_longest_wins(self):
        anna, klein, noor = self.people("Anna", "Anna Klein", "Noor")
        people = [anna, klein, noor]
        assert mentioned("@anna klein, look", people) == {klein}
        assert mentioned("@ANNA and @Noor.", people) == {anna, noor}
        assert mentioned(f"(@{noor.email.upper()})", people) == {noor}

    @pytest.mark.parametrize(
        "text", ["@Annabel", "anna@Anna.example", "@Somebody", "@ Anna", "Anna", "@Anna-Maria", "@"]
    )
    def test_what_is_no_name_stays_text(self, text):
        people = self.people("Anna")
        assert mentioned(text, people) == set()
        assert [piece.kind for piece in pieces(text, people)] == ["text"]

    def test_who_has_no_name_is_found_by_the_address_only(self):
        [nameless] = self.people("")
        assert mentioned("@ hello", [nameless]) == set()
        assert mentioned(f"@{nameless.email}", [nameless]) == {nameless}

    def test_a_name_that_two_share_is_offered_as_their_addresses(self):
        one, two, noor = self.people("Anna", "anna", "Noor")
        assert names_to_offer([one, two, noor]) == [one.email, two.email, "Noor"]
        assert mentioned("@Anna", [one, two, noor]) == {one, two}

    def test_links_and_names_are_cut_out(self):
        people = self.people("Ça (va)")
        text = "See https://example.com/a?b=1&c=(d), @ça (va) or <http://x.y>. javascript:alert(1)"
        found = list(pieces(text, people))
        assert "".join(piece.text for piece in found) == text
        assert [piece.text for piece in found if piece.kind == "link"] == [
            "https://example.com/a?b=1&c=(d",
            "http://x.y",
        ]
        assert [piece.text for piece in found if piece.kind == "mention"] == ["@ça (va)"]

    def test_members_only_are_mentioned(self, journey, cell, anna):
        stranger = make_user(name="Stranger")
        gone = make_member(journey.workspace)
        gone.name, gone.is_active = "Gone", False
        gone.save()
        said = saying.begin(cell, f"@Stranger @Gone @{stranger.email} @Anna Klein", by=anna)
        assert set(said.mentions.all()) == {anna}

    def test_everything_is_escaped(self, client, journey, cell, anna):
        anna.name = 'An<i>na"'
        anna.save()
        text = '<script>alert(1)</script> @An<i>na" https://example.com/"onclick=x'
        saying.begin(cell, text, by=anna)
        client.force_login(anna)
        for address in (cell.url, comments(journey)):
            page = client.get(address).content.decode()
            assert "<script>alert" not in page
            assert '<b class="mention">@An&lt;i&gt;na&quot;</b>' in page
            assert '<a href="https://example.com/" rel="nofollow noopener">' in page

    def test_the_picker_offers_the_members(self, client, journey, anna):
        make_membership(journey.workspace, user=make_user(name="Zoe"))
        client.force_login(anna)
        assert client.get(comments(journey, "people/")).json() == {"names": ["Anna Klein", "Zoe"]}
