"""Links to one journey: who makes them, when they open, and what visitors say through them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journeys.commenting.mailing import letter
from journeys.exports.gathering import gather
from journeys.exports.options import ExportOptions
from journeys.maps import MapFilters
from journeys.models import AuditEntry, Comment, LaneKind, Notice, Role, ShareLink, Version
from journeys.models.sharing import LOCKED_FOR, WRONG_TRIES
from journeys.sharing.forms import last_day
from journeys.sharing.guests import MOST_COMMENTS
from tests.factories import (
    make_card,
    make_lane,
    make_member,
    make_share_link,
    make_stage,
    make_step,
    make_trip,
    make_user,
)

pytestmark = pytest.mark.django_db
MAP = "/w/northwind/journeys/trip/"
PAGE = f"{MAP}share/"


@pytest.fixture
def trip():
    return make_trip()


@pytest.fixture
def editor(client, trip):
    user = make_member(trip.workspace)
    client.force_login(user)
    return user


def at(link, page=""):
    return f"/share/{link.token}/{page}"


def form(trip, **values):
    lanes = [lane.pk for lane in trip.lanes.all()]
    return {
        "name": "Agency", "expires_on": timezone.localdate(), "lanes": lanes, "allows": "view",
    } | values  # fmt: skip


class TestMaking:
    def test_gives_an_address_to_copy_now_and_later_of_which_only_a_digest_is_kept(
        self, client, trip, editor
    ):
        made = client.post(f"{PAGE}new/", form(trip, query="period=365d&hide=doing&zoom=70"))
        link = ShareLink.objects.get()
        assert made.url == f"{PAGE}{link.pk}/"
        assert (link.made_by, link.query) == (editor, "period=365d")
        assert (link.hides_names, link.shows_figures) == (False, False)  # as ticked: not at all
        assert len(link.token) == 32
        for _ in range(2):
            assert link.address in client.get(made.url).content.decode()
        row = ShareLink.objects.values().get()
        assert link.token not in str(row)
        [said] = AuditEntry.objects.filter(kind="sharing")
        assert said.text == "Shared: “Business trip” by the link “Agency”"
        assert link.token not in str(said.facts)

    def test_a_new_link_hides_names_and_quotes_and_offers_the_lanes_that_are_seen(
        self, client, trip, editor
    ):
        html = client.get(f"{PAGE}new/?hide=doing").content.decode()
        doing, thinking = trip.lanes.order_by("position")
        boxes = re.findall(
            r'<input type="checkbox" name="(\w+)"(?: value="(\d+)")?[^>]*?( checked)?>', html
        )
        assert {(name, value) for name, value, checked in boxes if checked} == {
            ("lanes", str(thinking.pk)), ("hides_names", ""), ("hides_quotes", ""),
            ("shows_figures", ""),
        }  # fmt: skip
        assert ("lanes", str(doing.pk), "") in boxes

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": ""},
            {"lanes": []},
            {"expires_on": "2020-01-01"},
            {"expires_on": "2999-01-01"},
            {"new_password": "short"},
            {"origins": "https://example.com/path"},
            {"origins": "*"},
            {"origins": "https://www.example.com", "new_password": "long enough"},
            {"allows": "everything"},
        ],
    )
    def test_refuses_what_would_be_no_link(self, client, trip, editor, wrong):
        response = client.post(f"{PAGE}new/", form(trip, **wrong))
        assert response.status_code == 422
        assert "errorlist" in response.content.decode()
        assert not ShareLink.objects.exists()

    def test_cannot_show_a_lane_of_another_journey(self, client, trip, editor):
        response = client.post(f"{PAGE}new/", form(trip, lanes=[make_lane().pk]))
        assert response.status_code == 422

    def test_lasts_as_long_as_the_server_allows(self, client, trip, editor, settings):
        settings.SHARE_MAX_DAYS = 7
        html = client.get(f"{PAGE}new/").content.decode()
        assert f'value="{last_day(timezone.localdate(), 30)}"' in html
        assert last_day(timezone.localdate(), 30) == timezone.localdate() + timedelta(days=7)
        over = form(trip, expires_on=timezone.localdate() + timedelta(days=8))
        assert client.post(f"{PAGE}new/", over).status_code == 422

    def test_changing_keeps_the_address_and_shows_at_once(self, client, trip, editor):
        link = make_share_link(trip, hides_names=False, hides_quotes=False)
        visitor = Client()
        assert "Queues &lt;b&gt;twice" in visitor.get(at(link)).content.decode()
        thinking = trip.lanes.get(kind=LaneKind.THINKING)
        client.post(f"{PAGE}{link.pk}/edit/", form(trip, lanes=[thinking.pk]))
        assert "Queues" not in visitor.get(at(link)).content.decode()
        assert "lanes" in AuditEntry.objects.get(kind="sharing").facts["changed"]

    def test_with_another_key_of_the_server_the_link_works_and_is_not_shown(
        self, client, trip, editor, settings
    ):
        link = make_share_link(trip)
        path = at(link)
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
        assert Client().get(path).status_code == 200
        assert link.address == ""
        client.force_login(editor)
        assert "earlier key" in client.get(f"{PAGE}{link.pk}/").content.decode()
        settings.SECRET_KEY_FALLBACKS = [old]
        assert link.address.endswith(path)


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.OWNER, 200), (Role.EDITOR, 200), (Role.FACILITATOR, 200), (Role.VIEWER, 403)],
    )
    def test_whoever_edits_shares(self, client, trip, role, status):
        link = make_share_link(trip)
        client.force_login(make_member(trip.workspace, role))
        for page in ("", "new/", f"{link.pk}/", f"{link.pk}/edit/", f"{link.pk}/qr.svg"):
            assert client.get(f"{PAGE}{page}").status_code == status, page

    def test_a_stranger_learns_nothing(self, client, trip):
        link = make_share_link(trip)
        client.force_login(make_user())
        for page in ("", "new/", f"{link.pk}/", f"{link.pk}/edit/", f"{link.pk}/qr.svg"):
            assert client.get(f"{PAGE}{page}").status_code == 404, page
        assert client.post(f"{PAGE}{link.pk}/revoke/").status_code == 404
        assert client.get("/w/northwind/shared/").status_code == 404
        link.refresh_from_db()
        assert link.revoked_at is None

    def test_the_list_of_the_workspace_is_for_admins(self, client, trip, editor):
        make_share_link(trip, name="Agency")
        assert client.get("/w/northwind/shared/").status_code == 403
        client.force_login(make_member(trip.workspace, Role.ADMIN))
        assert "Agency" in client.get("/w/northwind/shared/").content.decode()

    def test_a_link_is_not_found_below_another_journey(self, client, trip, editor):
        link = make_share_link()
        assert client.get(f"{PAGE}{link.pk}/").status_code == 404

    def test_goes_on_when_its_maker_leaves_and_goes_with_the_journey(self, client, trip):
        maker = make_member(trip.workspace)
        link = make_share_link(trip, made_by=maker)
        path = at(link)
        maker.delete()
        assert client.get(path).status_code == 200
        trip.delete()
        assert client.get(path).status_code == 404

    def test_versions_know_nothing_of_links(self, client, trip, editor):
        make_share_link(trip, name="Unmistakable")
        client.post(f"{MAP}history/versions/new/", {"title": "Then"})
        assert "Unmistakable" not in str(Version.objects.values().get())

    def test_the_lists_take_as_many_queries_for_many_links(
        self, client, trip, editor, django_assert_max_num_queries
    ):
        for _ in range(12):
            make_share_link(trip).count_opening(timezone.localdate())
        with django_assert_max_num_queries(12):
            client.get(PAGE)


class TestOpening:
    def test_needs_no_account_and_sets_no_cookie(self, client, trip):
        response = client.get(at(make_share_link(trip)))
        assert response.status_code == 200
        assert not response.cookies
        html = response.content.decode()
        assert "Business trip" in html
        assert "<script" not in html
        assert "/w/northwind" not in html
        assert "csrf" not in html

    def test_is_kept_from_search_engines_caches_and_other_sites(self, client, trip):
        response = client.get(at(make_share_link(trip)))
        assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "private, no-store"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert "script-src 'none'" in response["Content-Security-Policy"]
        robots = client.get("/robots.txt").content.decode().splitlines()
        assert robots == ["User-agent: *", "Allow: /account/login/$", "Disallow: /"]

    def test_unknown_expired_and_revoked_are_told_apart_by_nobody(self, client, trip, editor):
        expired = make_share_link(trip, expires_on=timezone.localdate() - timedelta(days=1))
        revoked, locked = make_share_link(trip), make_share_link(trip, password="long enough")
        for link in (revoked, locked):
            client.post(f"{PAGE}{link.pk}/revoke/")
        visitor = Client()
        pages = ["/share/nobody-made-this/", at(expired), at(revoked), at(locked)]
        pages += [f"{page}{more}" for page in pages for more in ("embed/", "enter/", "comments/")]
        answers = [visitor.get(page) for page in pages]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert "leads nowhere" in answers[0].content.decode()
        for answer in answers:
            del answer.headers["X-Request-ID"]
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1

    def test_opens_on_its_last_day(self, client, trip):
        link = make_share_link(trip, expires_on=timezone.localdate())
        assert client.get(at(link)).status_code == 200

    def test_is_counted_by_day_but_not_when_it_is_loaded_again_or_ahead(self, client, trip):
        link = make_share_link(trip, origins="https://example.com")
        client.get(at(link))
        client.get(at(link, "embed/"))
        client.head(at(link))
        client.get(at(link), headers={"cache-control": "max-age=0"})
        client.get(at(link), headers={"sec-purpose": "prefetch"})
        [day] = link.days.all()
        assert (day.day, day.opened) == (timezone.now().date(), 2)
        assert {field.name for field in day._meta.fields} == {"id", "link", "day", "opened"}

    def test_nothing_but_what_is_offered_is_taken(self, client, trip):
        link = make_share_link(trip)
        assert client.post(at(link)).status_code == 405
        assert client.get(at(link, "comments/")).status_code == 404
        assert client.post(at(link, "comments/at/"), {"name": "A", "text": "B"}).status_code == 404
        assert client.get(at(link, "embed/")).status_code == 404

    def test_frames_are_for_the_sites_that_are_named(self, client, trip):
        link = make_share_link(trip, origins="https://a.example\nhttps://b.example")
        framed = client.get(at(link, "embed/"))
        rules = framed["Content-Security-Policy"]
        assert "frame-ancestors https://a.example https://b.example" in rules
        assert "X-Frame-Options" not in framed
        assert not framed.cookies
        assert "frame-ancestors 'none'" in client.get(at(link))["Content-Security-Policy"]

    def test_a_map_takes_as_many_queries_however_large_it_is(
        self, client, trip, django_assert_num_queries, settings
    ):
        settings.MAP_CACHE_SECONDS = 0
        link = make_share_link(trip)
        with CaptureQueriesContext(connection) as small:
            client.get(at(link))
        for stage in (make_stage(trip), make_stage(trip)):
            for _ in range(5):
                make_card(trip.lanes.first(), make_step(stage))
        with django_assert_num_queries(len(small)):
            client.get(at(link))


class TestPassword:
    @pytest.fixture
    def link(self, trip):
        return make_share_link(trip, password="open sesame", allows="comment")

    def test_before_it_nothing_is_shown(self, client, link):
        html = client.get(at(link)).content.decode()
        assert "asks for a password" in html
        assert "Business trip" not in html
        assert "Northwind" not in html
        for page in ("comments/", "comments/at/", "cards/1/image/"):
            assert client.get(at(link, page)).url == at(link), page
        assert client.post(at(link, "comments/at/"), {"name": "A", "text": "B"}).url == at(link)
        assert not Comment.objects.exists()

    def test_once_entered_it_is_remembered_for_this_link_only(self, client, trip, link):
        other = make_share_link(trip, password="open sesame")
        assert client.post(at(link, "enter/"), {"password": "wrong one"}).status_code == 422
        entered = client.post(at(link, "enter/"), {"password": "open sesame"})
        assert entered.url == at(link)
        cookie = entered.cookies["share"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (at(link), True, "Lax")
        assert "Business trip" in client.get(at(link)).content.decode()
        # As somebody might send it who takes it out of its path.
        client.cookies["share"] = cookie.value
        assert "asks for a password" in client.get(at(other)).content.decode()

    def test_a_new_password_lets_nobody_stay(self, client, link):
        client.post(at(link, "enter/"), {"password": "open sesame"})
        link.set_password("another one")
        link.save()
        assert "asks for a password" in client.get(at(link)).content.decode()

    def test_too_many_wrong_ones_lock_it_for_a_while_for_all_processes(self, client, link):
        for _ in range(WRONG_TRIES):
            assert client.post(at(link, "enter/"), {"password": "wrong"}).status_code == 422
        for word in ("wrong", "open sesame"):
            locked = Client().post(at(link, "enter/"), {"password": word})
            assert locked.status_code == 429
        [said] = AuditEntry.objects.filter(kind="sharing")
        assert said.text.startswith("Too many wrong passwords")
        ShareLink.objects.update(wrong_since=timezone.now() - LOCKED_FOR)
        assert client.post(at(link, "enter/"), {"password": "open sesame"}).status_code == 303

    def test_is_kept_as_a_hash_and_kept_or_taken_away_when_the_link_changes(
        self, client, trip, editor, link
    ):
        assert "open sesame" not in str(ShareLink.objects.values().get())
        client.post(f"{PAGE}{link.pk}/edit/", form(trip))
        link.refresh_from_db()
        assert link.opens_with("open sesame")
        client.post(f"{PAGE}{link.pk}/edit/", form(trip, no_password="on"))
        link.refresh_from_db()
        assert link.password == ""


class TestGuests:
    @pytest.fixture
    def link(self, trip, editor):
        trip.owner = make_member(trip.workspace)
        trip.save()
        return make_share_link(
            trip, allows="comment", made_by=editor, hides_names=False, hides_quotes=False
        )

    def say(self, link, text="Too long", name="Kim", where="", **more):
        visitor = Client()
        said = visitor.post(at(link, f"comments/at/{where}"), {"name": name, "text": text} | more)
        return visitor, said

    def test_comment_without_an_account_and_are_marked_as_guests(self, client, trip, link):
        lane, step = trip.lanes.first(), make_step(trip.stages.get())
        visitor, said = self.say(link, where=f"?lane={lane.pk}&step={step.pk}")
        comment = Comment.objects.get()
        assert said.status_code == 303
        assert said.url.endswith(f"#comment-{comment.pk}")
        assert (comment.author, comment.guest_name, comment.lane) == (None, "Kim", lane)
        page = visitor.get(said.url).content.decode()
        assert "Too long" in page
        assert 'value="Kim"' in page  # remembered
        assert "Kim (guest)" in client.get(f"{MAP}comments/").content.decode()
        assert 'class="comment"' in visitor.get(at(link)).content.decode()
        trip.refresh_from_db()
        assert trip.revision == 1  # who looks at the map sees it at once

    def test_tell_the_maker_and_the_owner(self, trip, link, editor):
        self.say(link, "What is this?")
        assert {notice.user for notice in Notice.objects.all()} == {editor, trip.owner}
        subject = letter(Comment.objects.get(), editor).subject
        assert subject == "Kim (guest) commented: Business trip"

    def test_files_mark_them_too(self, client, link):
        self.say(link, "Into the file")
        options = ExportOptions(comments=True)
        filters = MapFilters.default(timezone.now().date())
        material = gather(link.journey, filters=filters, options=options)
        assert [remark.author for remark in material.remarks] == ["Kim (guest)"]

    def test_read_what_was_said_through_their_link_and_the_teams_only_where_it_is_shown(
        self, trip, link, editor
    ):
        other = make_share_link(trip, allows="comment")
        self.say(other, "Through another link")
        Comment.objects.create(journey=trip, author=editor, text="Among us")
        begun = Comment.objects.get(link=other)
        Comment.objects.create(journey=trip, author=editor, text="To the other", reply_to=begun)
        visitor, _ = self.say(link, "Through this one")
        page = visitor.get(at(link, "comments/")).content.decode()
        assert "Through this one" in page
        for hidden in ("Through another link", "Among us", "To the other"):
            assert hidden not in page
        link.shows_team_comments = True
        link.save()
        page = visitor.get(at(link, "comments/")).content.decode()
        assert "Among us" in page
        assert "Through another link" not in page
        assert "To the other" not in page

    def test_members_are_told_where_guests_read_along(self, client, trip, link):
        place = f"{MAP}comments/at/"
        assert "so can guests" not in client.get(place).content.decode()
        link.shows_team_comments = True
        link.save()
        assert "so can guests" in client.get(place).content.decode()

    def test_reply_to_what_they_may_read(self, trip, link, editor):
        hidden = Comment.objects.create(journey=trip, author=editor, text="Among us")
        _, refused = self.say(link, reply_to=hidden.pk)
        assert refused.status_code == 404
        self.say(link, "A question")
        begun = Comment.objects.get(link=link)
        self.say(link, "Another one", reply_to=begun.pk)
        assert begun.replies.get().text == "Another one"

    def test_see_no_place_that_the_link_does_not_show(self, trip, link):
        hidden = trip.lanes.last()
        link.lanes.remove(hidden)
        Comment.objects.create(journey=trip, lane=hidden, text="On a hidden lane", link=link)
        visitor, refused = self.say(link, where=f"?lane={hidden.pk}")
        assert refused.status_code == 404
        assert "On a hidden lane" not in visitor.get(at(link, "comments/")).content.decode()
        elsewhere = make_lane()
        _, refused = self.say(link, where=f"?lane={elsewhere.pk}")
        assert refused.status_code == 404

    @pytest.mark.parametrize("wrong", [{"name": " "}, {"text": ""}, {"text": "x" * 2001}])
    def test_are_told_what_is_wrong_and_lose_no_word(self, link, wrong):
        _, said = self.say(link, **wrong)
        assert said.status_code == 422
        assert wrong.get("text", "Too long") in said.content.decode()
        assert not Comment.objects.exists()

    def test_programs_fill_in_what_nobody_sees(self, link):
        _, said = self.say(link, website="https://spam.example")
        assert said.status_code == 303
        assert not Comment.objects.exists()

    def test_say_no_more_than_so_much_an_hour(self, link):
        Comment.objects.bulk_create(
            Comment(journey=link.journey, text="Spam", link=link, guest_name="Bot")
            for _ in range(MOST_COMMENTS)
        )
        _, said = self.say(link, "One too many")
        assert said.status_code == 429
        assert "One too many" in said.content.decode()
        Comment.objects.update(at=timezone.now() - timedelta(hours=1))
        _, said = self.say(link, "Later")
        assert said.status_code == 303

    def test_what_they_write_is_shown_as_text(self, link):
        visitor, said = self.say(link, "<script>alert(1)</script>", name="<b>Kim</b>")
        html = visitor.get(said.url).content.decode()
        assert "<script>" not in html
        assert "<b>Kim" not in html
