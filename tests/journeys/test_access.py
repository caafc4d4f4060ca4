"""The one rule of roles that every page asks: see, edit, administer."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from journeys.access import workspace_to_administer, workspace_to_edit, workspace_to_see
from journeys.models import Journey, Role, Workspace
from tests.factories import make_journey, make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db
RULES = {
    workspace_to_see: set(Role),
    workspace_to_edit: {role for role in Role if role.edits},
    workspace_to_administer: {Role.OWNER, Role.ADMIN},
}


@pytest.fixture
def ask(rf):
    def ask(rule, user, workspace):
        request = rf.get("/")
        request.user = user
        return rule(request, workspace.slug)

    return ask


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("role", Role)
def test_members_by_their_role(ask, rule, role):
    workspace = make_workspace()
    user = make_member(workspace, role)
    if role in RULES[rule]:
        assert ask(rule, user, workspace) == workspace
    else:
        with pytest.raises(PermissionDenied):
            ask(rule, user, workspace)


@pytest.mark.parametrize("rule", RULES)
def test_strangers_and_the_signed_out_learn_nothing(ask, rule):
    workspace = make_workspace()
    owner_elsewhere = make_member(make_workspace(), Role.OWNER)
    inactive = make_member(workspace, Role.OWNER)
    inactive.is_active = False
    inactive.save()
    for user in (owner_elsewhere, AnonymousUser(), inactive):
        with pytest.raises(Http404):
            ask(rule, user, workspace)


@pytest.mark.parametrize("rule", RULES)
def test_a_superuser_may_do_everything(ask, rule):
    workspace = make_workspace()
    assert ask(rule, make_user(is_superuser=True), workspace) == workspace


@pytest.mark.parametrize("role", Role)
def test_content_follows_its_workspace(role):
    journey, other = make_journey(), make_journey()
    user = make_member(journey.workspace, role)
    assert (journey in Journey.objects.edited_by(user)) == role.edits
    assert (journey.workspace in Workspace.objects.edited_by(user)) == role.edits
    assert (journey in Journey.objects.commented_by(user)) == role.comments
    assert other not in Journey.objects.edited_by(user)
    assert not Journey.objects.edited_by(AnonymousUser())
