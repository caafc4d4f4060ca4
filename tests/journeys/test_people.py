"""Who is a member, as what, and how people come and go."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from journeys.models import AuditEntry, AuditKind, Invitation, Membership, Role, User, Workspace
from journeys.models.invitations import digest_of
from tests.factories import make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db

PASSWORD = "a long and winding road"
NEW = {"name": "Maya Rao", "password": PASSWORD}


@pytest.fixture
def air() -> Workspace:
    return make_workspace(name="Air", slug="air")


@pytest.fixture
def owner(air: Workspace) -> User:
    return make_member(air, Role.OWNER)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def invite(by: User, emails: str, role: str = "editor") -> Any:
    return signed_in(by).post("/w/air/people/invite/", {"emails": emails, "role": role})


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://testserver(/account/invitation/\S+/)", str(mail.body))
    assert found
    return found[1]


@pytest.fixture
def link(owner: User, mailoutbox: list[EmailMessage]) -> str:
    invite(owner, "maya@example.com")
    return link_in(mailoutbox.pop())


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


class TestInviting:
    def test_several_at_once_is_told_row_by_row(
        self, owner: User, mailoutbox: list[EmailMessage]
    ) -> None:
        response = invite(owner, f"Maya@Example.com, nonsense\n{owner.email};  ben@example.com")
        said = text(response)
        assert "maya@example.com Invited until" in said
        assert "nonsense This is no e-mail address." in said
        assert f"{owner.email} Is a member already" in said
        assert sorted(mail.to[0] for mail in mailoutbox) == ["ben@example.com", "maya@example.com"]
        assert Invitation.objects.filter(role=Role.EDITOR, invited_by=owner).count() == 2

    def test_keeps_no_link(self, owner: User, mailoutbox: list[EmailMessage]) -> None:
        response = invite(owner, "maya@example.com")
        token = link_in(mailoutbox[0]).split("/")[-2]
        assert token not in response.content.decode()
        assert Invitation.objects.get().digest == digest_of(token)

    def test_without_a_mail_server_shows_the_link_once(
        self, settings, owner: User, mailoutbox: list[EmailMessage]
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        response = invite(owner, "maya@example.com")
        found = re.search(
            r"http://testserver(/account/invitation/[^<]+)", response.content.decode()
        )
        assert found
        assert response["Cache-Control"] == "no-store"
        assert Client().get(found[1]).status_code == 200
        page = signed_in(owner).get("/w/air/people/").content.decode()
        assert "/account/invitation/" not in page
        assert mailoutbox == []

    def test_again_replaces_the_link_and_starts_the_time_anew(
        self, owner: User, link: str, mailoutbox: list[EmailMessage]
    ) -> None:
        invitation = Invitation.objects.get()
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
        assert Client().get(link).status_code == 410
        signed_in(owner).post(f"/w/air/people/invitations/{invitation.pk}/again/")
        assert Client().get(link).status_code == 404
        assert Client().get(link_in(mailoutbox[-1])).status_code == 200

    def test_the_same_address_twice_waits_once(self, owner: User) -> None:
        invite(owner, "maya@example.com", "viewer")
        invite(owner, "MAYA@example.com", "admin")
        assert Invitation.objects.get().role == Role.ADMIN

    def test_revoked_its_link_no_longer_works(self, owner: User, link: str) -> None:
        pk = Invitation.objects.get().pk
        signed_in(owner).post(f"/w/air/people/invitations/{pk}/revoke/")
        assert Client().get(link).status_code == 410
        assert Client().post(link, NEW).status_code == 410
        assert not User.objects.filter(email="maya@example.com").exists()

    def test_is_for_admins(self, air: Workspace) -> None:
        for role in (Role.EDITOR, Role.FACILITATOR, Role.VIEWER):
            assert invite(make_member(air, role), "maya@example.com").status_code == 403
        assert invite(make_user(), "maya@example.com").status_code == 404
        assert not Invitation.objects.exists()

    def test_only_owners_invite_owners(self, air: Workspace, owner: User) -> None:
        admin = make_member(air, Role.ADMIN)
        assert invite(admin, "maya@example.com", "owner").status_code == 422
        assert not Invitation.objects.exists()
        invite(owner, "maya@example.com", "owner")
        pk = Invitation.objects.get().pk
        before = Invitation.objects.get().digest
        signed_in(admin).post(f"/w/air/people/invitations/{pk}/again/")
        assert Invitation.objects.get().digest == before

    def test_says_the_same_whether_or_not_there_is_an_account(self, owner: User) -> None:
        make_user(email="known@example.com")
        known, unknown = (
            re.sub(r"\w+@example", "x@example", text(invite(owner, email)))
            for email in ("known@example.com", "other@example.com")
        )
        said = r"x@example.com Invited until [^.]+; a mail is on its way"
        assert re.findall(said, known) == re.findall(said, unknown) != []

    def test_too_many_at_once_are_refused_whole(self, owner: User) -> None:
        response = invite(owner, "\n".join(f"p{n}@example.com" for n in range(51)))
        assert response.status_code == 422
        assert "These are 51 addresses." in text(response)
        assert not Invitation.objects.exists()


class TestAccepting:
    def test_makes_an_account_a_member_and_signs_in(self, air: Workspace, link: str) -> None:
        client = Client()
        assert "Join Air" in text(client.get(link))
        response = client.post(link, NEW)
        assert response["Location"] == "/w/air/journeys/"
        user = User.objects.get(email="maya@example.com")
        assert user.name == "Maya Rao"
        assert user.check_password(PASSWORD)
        assert Membership.objects.get(user=user).role == Role.EDITOR
        assert EmailAddress.objects.get(user=user).verified
        assert client.get("/w/air/journeys/").status_code == 200

    def test_works_once(self, link: str) -> None:
        Client().post(link, NEW)
        assert Client().get(link).status_code == 410
        assert Client().post(link, NEW).status_code == 410

    def test_looking_changes_nothing(self, link: str) -> None:
        Client().get(link)
        assert Invitation.objects.get().accepted_at is None

    def test_a_weak_password_is_refused_in_words(self, link: str) -> None:
        response = Client().post(link, {"name": "Maya Rao", "password": "maya rao"})
        assert response.status_code == 422
        assert "too similar to the name" in text(response)
        assert not User.objects.filter(email="maya@example.com").exists()
        assert Invitation.objects.get().accepted_at is None

    def test_who_has_an_account_signs_in_and_joins(self, air: Workspace, link: str) -> None:
        user = make_user(email="maya@example.com")
        client = Client()
        page = client.get(link)
        assert f'href="/account/login/?next={link}"' in page.content.decode()
        # Nobody gets at an account by an invitation alone.
        client.post(link, NEW)
        assert client.get("/w/air/journeys/").status_code == 302
        user.refresh_from_db()
        assert user.check_password("secret")
        client.post("/account/login/", {"login": user.email, "password": "secret", "next": link})
        assert client.post(link)["Location"] == "/w/air/journeys/"
        assert Membership.objects.filter(user=user, workspace=air).exists()

    def test_somebody_else_is_told_so(self, air: Workspace, link: str) -> None:
        other = make_user(email="ben@example.com")
        client = signed_in(other)
        assert "You are signed in as ben@example.com" in text(client.get(link))
        assert client.post(link).status_code == 403
        assert not Membership.objects.filter(user=other).exists()

    def test_who_is_a_member_already_keeps_the_role(self, air: Workspace, link: str) -> None:
        user = make_user(email="maya@example.com")
        Membership.objects.create(user=user, workspace=air, role=Role.ADMIN)
        signed_in(user).post(link)
        assert Membership.objects.get(user=user).role == Role.ADMIN

    def test_a_guessed_link_is_not_found(self) -> None:
        assert Client().get("/account/invitation/guessed/").status_code == 404


class TestMembers:
    def role(self, by: User, member: Membership, role: str) -> str:
        path = f"/w/{member.workspace.slug}/people/{member.pk}/role/"
        response = signed_in(by).post(path, {"role": role}, follow=True)
        member.refresh_from_db()
        return text(response) if response.status_code == 200 else str(response.status_code)

    def test_get_another_role(self, air: Workspace, owner: User) -> None:
        member = Membership.objects.get(user=make_member(air, Role.VIEWER))
        assert "is editor now" in self.role(owner, member, "editor")
        assert member.role == Role.EDITOR

    def test_the_last_owner_stays_owner(self, air: Workspace, owner: User) -> None:
        member = Membership.objects.get(user=owner)
        assert "A workspace needs an owner" in self.role(owner, member, "admin")
        assert member.role == Role.OWNER
        said = signed_in(owner).post("/w/air/people/leave/", follow=True)
        assert "A workspace needs an owner" in text(said)
        said = signed_in(owner).post(f"/w/air/people/{member.pk}/remove/", follow=True)
        assert Membership.objects.filter(pk=member.pk).exists()

    def test_only_owners_touch_owners(self, air: Workspace, owner: User) -> None:
        admin = make_member(air, Role.ADMIN)
        other = Membership.objects.get(user=make_member(air, Role.OWNER))
        assert "Only an owner" in self.role(admin, other, "viewer")
        mine = Membership.objects.get(user=admin)
        assert "Only an owner" in self.role(admin, mine, "owner")
        signed_in(admin).post(f"/w/air/people/{other.pk}/remove/")
        other.refresh_from_db()
        assert (other.role, mine.role) == (Role.OWNER, Role.ADMIN)

    def test_an_unknown_role_changes_nothing(self, air: Workspace, owner: User) -> None:
        member = Membership.objects.get(user=make_member(air, Role.VIEWER))
        assert "Choose one of the roles" in self.role(owner, member, "god")
        assert member.role == Role.VIEWER

    def test_is_for_admins_of_this_workspace(self, air: Workspace, owner: User) -> None:
        member = Membership.objects.get(user=make_member(air, Role.VIEWER))
        assert self.role(make_member(air, Role.EDITOR), member, "editor") == "403"
        assert self.role(make_member(make_workspace(), Role.OWNER), member, "editor") == "404"
        elsewhere = make_member(make_workspace(slug="sea"), Role.OWNER)
        path = f"/w/sea/people/{member.pk}/remove/"
        assert signed_in(elsewhere).post(path).status_code == 404
        assert member.role == Role.VIEWER

    def test_removed_lose_it_at_once(self, air: Workspace, owner: User) -> None:
        from journeys.models import ApiToken, TokenScope

        user = make_member(air, Role.EDITOR)
        _, secret = ApiToken.issue(
            workspace=air, user=user, name="x", scopes=[TokenScope.READ], expires_at=None
        )
        theirs, headers = signed_in(user), {"authorization": f"Bearer {secret}"}
        assert theirs.get("/w/air/journeys/").status_code == 200
        assert Client().get("/api/journeys/", headers=headers).status_code == 200
        member = Membership.objects.get(user=user)
        signed_in(owner).post(f"/w/air/people/{member.pk}/remove/")
        assert theirs.get("/w/air/journeys/").status_code == 404
        assert Client().get("/api/journeys/", headers=headers).status_code == 401

    def test_leave_by_themselves(self, air: Workspace, owner: User) -> None:
        client = signed_in(make_member(air, Role.VIEWER))
        assert client.post("/w/air/people/leave/")["Location"] == "/"
        assert client.get("/w/air/journeys/").status_code == 404

    def test_is_written_down(self, air: Workspace, owner: User) -> None:
        member = Membership.objects.get(user=make_member(air, Role.VIEWER))
        self.role(owner, member, "editor")
        signed_in(owner).post(f"/w/air/people/{member.pk}/remove/")
        entries = AuditEntry.objects.filter(kind=AuditKind.MEMBERSHIP, workspace=air, actor=owner)
        assert [entry.facts.get("before") for entry in entries.order_by("pk")] == [
            "viewer",
            "editor",
        ]


class TestThePage:
    def test_shows_members_no_addresses_unless_they_administer(
        self, air: Workspace, owner: User
    ) -> None:
        owner.name = "Olga Ozols"
        owner.save()
        page = signed_in(make_member(air, Role.VIEWER)).get("/w/air/people/").content.decode()
        assert "Olga Ozols" in page
        assert owner.email not in page
        assert "Second factor" not in page
        assert owner.email in signed_in(owner).get("/w/air/people/").content.decode()

    def test_strangers_find_nothing(self, air: Workspace) -> None:
        assert signed_in(make_user()).get("/w/air/people/").status_code == 404

    def test_costs_the_same_for_many(
        self, air: Workspace, owner: User, django_assert_max_num_queries
    ) -> None:
        for number in range(12):
            make_member(air, Role.VIEWER)
            invite(owner, f"person-{number}@example.com")
        client = signed_in(owner)
        with django_assert_max_num_queries(12):
            assert client.get("/w/air/people/").status_code == 200
