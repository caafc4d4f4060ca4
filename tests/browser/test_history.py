"""The history of a journey in a browser: readable on a phone and by a screen reader."""

from datetime import timedelta

import pytest
from django.utils import timezone

from journeys.editing import cards, columns, editing
from journeys.editing.versions import keep_version
from journeys.models import Card, Change, Lane, Role, Step
from tests.browser.conftest import PHONE, WIDE
from tests.factories import make_member, make_record
from tests.journeys.random_edits import make_map
from touchpoints.models import Touchpoint


@pytest.fixture
def journey(transactional_db):
    found = make_map(stages=3, steps=3)
    for each in Touchpoint.objects.all()[:3]:
        for score in (3, 4, 5) * 6:
            make_record(each, score=score, occurred_at=timezone.now() - timedelta(days=2))
    ana = make_member(found.workspace)
    ana.name = "Ana Silva"
    ana.save()
    keep_version(found, ana, "Agreed in the workshop")
    with editing(found, by=ana) as edit:
        doing = Lane.objects.get(kind="doing")
        cards.add_card(edit, doing, Step.objects.first(), "Waits at the gate")
    with editing(found, by=ana) as edit:
        card = edit.get(Card, Card.objects.first().pk)
        edit.change(card, text="Looks at all the offers, then waits")
        edit.summary = "Reworded a card"
    with editing(found, by=ana) as edit:
        columns.remove_step(edit, Step.objects.last())
    for each in Touchpoint.objects.all()[:1]:
        for _ in range(40):
            make_record(each, score=5, occurred_at=timezone.now())
    assert Change.objects.count() == 3
    return found


@pytest.mark.parametrize("path", ["", "versions/", "versions/{pk}/", "compare/"])
@pytest.mark.parametrize(
    ("viewport", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"]
)
def test_every_page_of_the_history_is_accessible_and_fits(
    open_page, axe_violations, journey, path, viewport, scheme
):
    user = journey.workspace.memberships.get(role=Role.EDITOR).user
    version = journey.versions.order_by("pk").first()
    address = f"{journey.get_absolute_url()}history/{path.format(pk=version.pk)}"
    page = open_page(address, user=user, viewport=viewport, color_scheme=scheme)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_version_is_restored_and_the_restore_undone(open_page, journey):
    user = journey.workspace.memberships.get(role=Role.EDITOR).user
    page = open_page(f"{journey.get_absolute_url()}history/versions/", user=user)
    page.get_by_role("link", name="Agreed in the workshop").first.click()
    page.get_by_role("button", name="Restore this version").click()
    page.get_by_text("The map is as it was in").wait_for()
    assert not page.get_by_text("Waits at the gate").count()
    page.get_by_role("link", name="History").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Waits at the gate").wait_for()
