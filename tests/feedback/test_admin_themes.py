"""Themes are tried before they are kept; observations that make no sense are refused."""

import pytest
from django.urls import reverse

from feedback.models import Observation, Theme
from journeys.models import Role
from tests.factories import (
    NOON,
    make_handoff,
    make_member,
    make_record,
    make_source,
    make_theme,
    make_touchpoint,
    make_workspace,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def admin_client(client, workspace):
    client.force_login(make_member(workspace, Role.ADMIN))
    return client


@pytest.fixture
def comments(workspace):
    source = make_source(workspace)
    return [
        make_record(source=source, comment=text)
        for text in ("I waited", "So expensive", "Waiting <again>", "Fine")
    ]


def sent(workspace, keywords, **more):
    return {"workspace": workspace.pk, "name": "Waiting", "keywords": keywords} | more


class TestThemes:
    add = "/admin/feedback/theme/add/"

    def test_a_try_shows_what_it_finds_and_keeps_nothing(self, admin_client, workspace, comments):
        make_theme(workspace, keywords="expensive")
        response = admin_client.post(self.add, sent(workspace, "wait*", _try="1"))
        said = response.content.decode()
        assert "2 of the latest 4 comments speak about it" in said
        assert "Waiting &lt;again&gt;" in said
        assert "So expensive" not in said
        assert "1 would have no theme at all" in said
        assert "Please correct" not in said
        assert Theme.objects.count() == 1

    def test_a_try_of_a_stored_theme_leaves_it_as_it_is(self, admin_client, workspace, comments):
        theme = make_theme(workspace, keywords="fine")
        page = reverse("admin:feedback_theme_change", args=[theme.pk])
        said = admin_client.post(page, sent(workspace, "again", _try="1")).content.decode()
        assert "1 of the latest 4 comments speaks about it" in said
        assert "3 would have no theme at all" in said
        theme.refresh_from_db()
        assert theme.keywords == "fine"

    def test_a_try_reads_no_other_workspaces_comments(self, admin_client, workspace):
        make_record(comment="They waited, too")
        said = admin_client.post(self.add, sent(workspace, "wait*", _try="1")).content.decode()
        assert "There are no comments in this workspace yet." in said
        assert "They waited, too" not in said

    def test_a_saved_theme_is_given_to_the_comments(self, admin_client, workspace, comments):
        assert admin_client.post(self.add, sent(workspace, "wait*")).status_code == 302
        theme = Theme.objects.get()
        assert [record.themes.count() for record in comments] == [1, 0, 1, 0]
        page = reverse("admin:feedback_theme_change", args=[theme.pk])
        admin_client.post(page, sent(workspace, "expensive"))
        assert [record.themes.count() for record in comments] == [0, 1, 0, 0]
        listed = admin_client.get("/admin/feedback/theme/").content.decode()
        assert '<td class="field-comments">1</td>' in listed

    @pytest.mark.parametrize("keywords", ["*", "w*t", "  \n "])
    def test_keywords_that_no_comment_could_use_are_refused(
        self, admin_client, workspace, keywords
    ):
        response = admin_client.post(self.add, sent(workspace, keywords))
        assert response.status_code == 200
        assert response.context["adminform"].form.errors["keywords"]
        assert not Theme.objects.exists()


class TestObservations:
    add = "/admin/feedback/observation/add/"

    def post(self, client, touchpoint, **values):
        workspace = touchpoint.step.stage.journey.workspace
        client.force_login(make_member(workspace, Role.ADMIN))
        return client.post(
            self.add,
            {
                "touchpoint": touchpoint.pk,
                "source": make_source(workspace).pk,
                "occurred_at_0": NOON.date().isoformat(),
                "occurred_at_1": "12:00",
                "hit": "unknown",
            }
            | values,
        )

    def test_a_wait_gets_its_bucket(self, client):
        response = self.post(client, make_touchpoint(), kind="wait", seconds="90.5")
        assert response.status_code == 302
        assert Observation.objects.get().bucket == 93

    def test_what_happened(self, client):
        assert self.post(client, make_touchpoint(), kind="error", hit="true").status_code == 302
        assert Observation.objects.get().hit is True

    def test_an_explanation_told_again_at_its_handoff(self, client):
        handoff = make_handoff()
        to = handoff.to_touchpoint
        values = {"kind": "explain", "hit": "false", "handoff": handoff.pk}
        assert self.post(client, to, **values).status_code == 302
        assert Observation.objects.get().handoff == handoff

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"kind": "wait"}, "seconds"),
            ({"kind": "wait", "seconds": "-1"}, "seconds"),
            ({"kind": "wait", "seconds": "5", "hit": "true"}, "hit"),
            ({"kind": "repeat"}, "hit"),
            ({"kind": "repeat", "hit": "true", "seconds": "5"}, "seconds"),
            ({"kind": "explain", "hit": "true"}, "handoff"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, client, values, field):
        response = self.post(client, make_touchpoint(), **values)
        assert response.status_code == 200
        assert response.context["adminform"].form.errors[field]
        assert not Observation.objects.exists()

    def test_a_handoff_elsewhere_is_refused(self, client):
        handoff = make_handoff()
        response = self.post(
            client, handoff.from_touchpoint, kind="explain", hit="true", handoff=handoff.pk
        )
        assert response.context["adminform"].form.errors["touchpoint"]
