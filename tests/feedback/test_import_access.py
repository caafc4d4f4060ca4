"""Who may import: everybody who edits the workspace; viewers are told, strangers learn nothing."""

import pytest
from django.urls import reverse

from feedback.models import BatchState, ImportBatch, SavedMapping
from journeys.models import Role
from tests.factories import (
    make_batch,
    make_journey,
    make_member,
    make_saved_mapping,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db
READ = ("import_list", "import_new", "import_mapping", "import_detail", "import_problems")
CHANGE = ("import_start", "import_cancel", "import_delete", "mapping_delete")


@pytest.fixture
def batch():
    return make_batch(make_journey(), state=BatchState.CHECKED)


def address(name: str, batch: ImportBatch) -> str:
    slug = batch.workspace.slug
    if name == "mapping_delete":
        return reverse(
            "feedback:mapping_delete", args=[slug, make_saved_mapping(batch.workspace).pk]
        )
    one = name not in {"import_list", "import_new"}
    return reverse(f"feedback:{name}", args=[slug, batch.pk] if one else [slug])


@pytest.mark.parametrize("name", READ + CHANGE)
def test_strangers_get_404(client, batch, name):
    client.force_login(make_member(make_workspace(), Role.OWNER))
    ask = client.post if name in CHANGE else client.get
    assert ask(address(name, batch)).status_code == 404


@pytest.mark.parametrize("name", READ + CHANGE)
def test_viewers_are_told_that_their_role_does_not_allow_it(client, batch, name):
    client.force_login(make_member(batch.workspace, Role.VIEWER))
    ask = client.post if name in CHANGE else client.get
    response = ask(address(name, batch))
    assert response.status_code == 403
    assert "Your role does not allow this" in response.content.decode()
    assert ImportBatch.objects.values("state").get() == {"state": "checked"}


@pytest.mark.parametrize("name", READ + CHANGE)
def test_who_is_signed_out_is_sent_to_sign_in(client, batch, name):
    ask = client.post if name in CHANGE else client.get
    response = ask(address(name, batch))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize("name", CHANGE)
def test_looking_changes_nothing(client, batch, name):
    client.force_login(make_member(batch.workspace))
    where = address(name, batch)
    assert client.get(where).status_code == 405
    assert (ImportBatch.objects.count(), SavedMapping.objects.count() <= 1) == (1, True)


@pytest.mark.parametrize("role", [role for role in Role if role.sees_customers])
def test_who_sees_customers_may(client, batch, role):
    client.force_login(make_member(batch.workspace, role))
    for name in ("import_list", "import_new", "import_detail"):
        assert client.get(address(name, batch)).status_code == 200
    assert client.post(address("import_delete", batch)).status_code == 302


def test_an_import_has_no_address_in_another_workspace(client, batch):
    user = make_member(batch.workspace)
    other = make_journey().workspace
    other.memberships.create(user=user, role=Role.OWNER)
    client.force_login(user)
    for name in ("import_detail", "import_mapping", "import_problems"):
        assert (
            client.get(reverse(f"feedback:{name}", args=[other.slug, batch.pk])).status_code == 404
        )


@pytest.mark.parametrize("role", Role)
def test_the_way_there_is_shown_to_whom_it_is_open(client, batch, role):
    client.force_login(make_member(batch.workspace, role))
    html = client.get(batch.journey.get_absolute_url()).content.decode()
    assert (address("import_list", batch) in html) == role.sees_customers


def test_a_superuser_may_import_anywhere(client, batch):
    client.force_login(make_user(is_superuser=True))
    assert client.get(address("import_list", batch)).status_code == 200
    assert (
        address("import_list", batch)
        in client.get(batch.journey.get_absolute_url()).content.decode()
    )
