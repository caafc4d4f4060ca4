"""The persona's list, form, preview, copy and history in the admin."""

from typing import Any

import pytest
from django.test import Client

from journeys.models import Persona, PersonaTrait, Role, Workspace
from tests.factories import (
    make_card,
    make_channel,
    make_journey,
    make_lane,
    make_member,
    make_persona,
    make_segment,
    make_workspace,
)
from tests.journeys.admin_pages import address, errors, save

pytestmark = pytest.mark.django_db

FULL = {
    "photo": "personas/maya.png",
    "role": "Frequent flyer",
    "quote": "I need to know the gate first.",
    "summary": "Flies out on Tuesday.",
    "age_range": "35–44",
    "occupation": "Sales lead",
    "location": "Hamburg",
    "goals": "Be on time\nSleep at home",
    "needs": "Wifi",
    "pain_points": "Gate changes",
    "buying_behaviour": "Books nine days ahead.",
}


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def owner_client(client: Client, workspace: Workspace) -> Client:
    client.force_login(make_member(workspace, Role.OWNER))
    return client


def listed(client: Client, **query: Any) -> set[str]:
    response = client.get(address(Persona, "changelist"), query)
    return {persona.name for persona in response.context["cl"].result_list}


def history(client: Client, persona: Persona) -> str:
    return client.get(address(persona, "history")).content.decode()


# --- the list ---------------------------------------------------------------------------------


def test_the_list_names_what_is_missing_and_where_a_persona_is_used(
    owner_client: Client, workspace: Workspace
) -> None:
    persona = make_persona(workspace, name="Maya", **FULL | {"quote": "", "needs": ""})
    make_journey(workspace).personas.add(persona)
    make_journey(workspace).personas.add(persona)
    html = owner_client.get(address(Persona, "changelist")).content.decode()
    assert "82 %" in html
    assert 'title="Missing: Quote, Needs"' in html
    assert f'href="/admin/journeys/journey/?personas__id__exact={persona.pk}"' in html
    assert 'aria-label="2 maps with Maya"' in html
    assert f'src="/w/{workspace.slug}/personas/{persona.slug}/photo/"' in html


def test_the_link_from_the_list_leads_to_the_journeys(
    owner_client: Client, workspace: Workspace
) -> None:
    persona, journey = make_persona(workspace), make_journey(workspace)
    make_journey(workspace)
    journey.personas.add(persona)
    page = owner_client.get(f"/admin/journeys/journey/?personas__id__exact={persona.pk}")
    assert list(page.context["cl"].result_list) == [journey]


@pytest.mark.parametrize("field", ["name", "role", "quote", "goals", "needs", "pain_points"])
def test_search_finds_words_in(owner_client: Client, workspace: Workspace, field: str) -> None:
    make_persona(workspace, **{"name": "Maya", field: "Serendipity"})
    make_persona(workspace, name="Other")
    assert len(listed(owner_client, q="serendip")) == 1


def test_filters(owner_client: Client, workspace: Workspace) -> None:
    web, business = make_channel(workspace, name="Web"), make_segment(workspace)
    full = make_persona(workspace, name="Full", segment=business, **FULL)
    half = make_persona(workspace, name="Half", role="Buyer")
    make_persona(workspace, name="Empty")
    half.preferred_channels.add(web)
    make_journey(workspace).personas.add(full)
    assert listed(owner_client, completeness="full") == {"Full"}
    assert listed(owner_client, completeness="partial") == {"Half"}
    assert listed(owner_client, completeness="empty") == {"Empty"}
    assert listed(owner_client, use="used") == {"Full"}
    assert listed(owner_client, use="unused") == {"Half", "Empty"}
    assert listed(owner_client, preferred_channels__id__exact=web.pk) == {"Half"}
    assert listed(owner_client, segment__id__exact=business.pk) == {"Full"}
    assert listed(owner_client, workspace__id__exact=workspace.pk) == {"Full", "Half", "Empty"}


def test_sorting_by_completeness(owner_client: Client, workspace: Workspace) -> None:
    make_persona(workspace, name="Full", **FULL)
    make_persona(workspace, name="Half", role="Buyer")
    make_persona(workspace, name="Empty")
    # Column 5 of the list; the first one holds the check boxes.
    page = owner_client.get(address(Persona, "changelist"), {"o": "5"})
    assert [each.name for each in page.context["cl"].result_list] == ["Empty", "Half", "Full"]


# --- the form ---------------------------------------------------------------------------------


def add(client: Client, **values: Any) -> Any:
    return save(client, address(Persona, "add"), **values)


def test_a_persona_is_added_with_channels_segment_and_traits(
    owner_client: Client, workspace: Workspace
) -> None:
    web, business = make_channel(workspace), make_segment(workspace)
    trait = {"name": "Patience", "low_label": "calm", "high_label": "restless", "score": 2}
    response = add(
        owner_client,
        workspace=workspace.pk,
        name="Maya",
        slug="maya",
        preferred_channels=[web.pk],
        segment=business.pk,
        **{"traits-TOTAL_FORMS": 1, "traits-0-position": 0},
        **{f"traits-0-{name}": value for name, value in trait.items()},
    )
    assert response.status_code == 302
    maya = Persona.objects.get(slug="maya")
    assert list(maya.preferred_channels.all()) == [web]
    assert maya.segment == business
    assert maya.traits.values(*trait).get() == trait


def test_what_lies_in_different_workspaces_cannot_be_joined(
    client: Client, workspace: Workspace
) -> None:
    """Also for somebody who administers both."""
    other = make_workspace(name="Other")
    user = make_member(workspace, Role.OWNER)
    user.memberships.create(workspace=other, role=Role.OWNER)
    client.force_login(user)
    channel, segment = make_channel(other, name="Fax"), make_segment(other, name="Elsewhere")
    new = {"workspace": workspace.pk, "name": "Maya", "slug": "maya"}
    said = errors(add(client, **new, segment=segment.pk, preferred_channels=[channel.pk]))
    assert f"“Elsewhere” is not part of {workspace}" in said
    assert f"“Fax” is not part of {workspace}" in said
    maya = make_persona(workspace)
    for change in ({"segment": segment.pk}, {"preferred_channels": [channel.pk]}):
        assert "not one of the available choices" in errors(save(client, address(maya), **change))


def test_a_stored_persona_stays_in_its_workspace(client: Client, workspace: Workspace) -> None:
    other = make_workspace()
    user = make_member(workspace, Role.OWNER)
    user.memberships.create(workspace=other, role=Role.OWNER)
    client.force_login(user)
    maya = make_persona(workspace)
    save(client, address(maya), workspace=other.pk, role="Buyer")
    maya.refresh_from_db()
    assert (maya.workspace, maya.role) == (workspace, "Buyer")


def test_traits_exchange_their_names_in_one_save(
    owner_client: Client, workspace: Workspace
) -> None:
    maya = make_persona(workspace)
    patience, trust = (
        PersonaTrait.objects.create(persona=maya, name=name, score=3) for name in ("P", "T")
    )
    swapped = {"traits-0-name": "T", "traits-1-name": "P"}
    assert save(owner_client, address(maya), **swapped).status_code == 302
    patience.refresh_from_db()
    trust.refresh_from_db()
    assert (patience.name, trust.name) == ("T", "P")


def test_the_card_is_previewed(owner_client: Client, workspace: Workspace) -> None:
    maya = make_persona(workspace, name="Maya", **FULL)
    PersonaTrait.objects.create(persona=maya, name="Patience", score=2)
    journey = make_journey(workspace, title="Business trip")
    journey.personas.add(maya)
    html = owner_client.get(address(maya)).content.decode()
    card = html[html.index("persona-preview") : html.index("</aside>")]
    assert "“I need to know the gate first.”" in card
    assert "<li>Be on time</li><li>Sleep at home</li>" in card
    assert 'aria-label="2 of 5"' in card
    assert f'href="{journey.get_absolute_url()}"' in card
    assert f'href="{maya.get_absolute_url()}"' in html


# --- the copy ---------------------------------------------------------------------------------


def test_duplicating_opens_a_copy_that_stands_on_no_map(
    owner_client: Client, workspace: Workspace
) -> None:
    maya = make_persona(workspace, name="Maya")
    make_journey(workspace).personas.add(maya)
    response = owner_client.post(address(maya, "duplicate"))
    copy = Persona.objects.exclude(pk=maya.pk).get()
    assert response["Location"] == address(copy)
    assert copy.name == "Maya (copy)"
    assert not copy.journeys.exists()
    assert "Copied from “Maya”." in history(owner_client, copy)


def test_duplicating_needs_a_post(owner_client: Client, workspace: Workspace) -> None:
    maya = make_persona(workspace)
    assert owner_client.get(address(maya, "duplicate")).status_code == 405
    assert Persona.objects.count() == 1


def test_a_foreign_persona_is_not_duplicated(owner_client: Client) -> None:
    foreign = make_persona()
    assert owner_client.post(address(foreign, "duplicate")).status_code == 404
    chosen = {"action": "duplicate_selected", "_selected_action": [foreign.pk]}
    owner_client.post(address(Persona, "changelist"), chosen)
    assert Persona.objects.count() == 1


def test_several_are_duplicated_from_the_list(owner_client: Client, workspace: Workspace) -> None:
    chosen = [make_persona(workspace).pk for _ in range(2)]
    data = {"action": "duplicate_selected", "_selected_action": chosen}
    owner_client.post(address(Persona, "changelist"), data)
    assert Persona.objects.count() == 4


# --- the history ------------------------------------------------------------------------------


def test_the_history_shows_every_change_from_old_to_new(
    owner_client: Client, workspace: Workspace
) -> None:
    maya = make_persona(workspace, name="Maya", goals="Be on time\nSleep")
    web, app = (make_channel(workspace, name=name) for name in ("Web", "App"))
    business, leisure = (make_segment(workspace, name=name) for name in ("Business", "Leisure"))
    maya.preferred_channels.set([web])
    Persona.objects.filter(pk=maya.pk).update(segment=business)
    PersonaTrait.objects.create(persona=maya, name="Patience", score=2)
    PersonaTrait.objects.create(persona=maya, name="Trust", score=4)
    response = save(
        owner_client,
        address(maya),
        role="Buyer",
        goals="Be on time",
        segment=leisure.pk,
        preferred_channels=[web.pk, app.pk],
        **{"traits-0-score": 3, "traits-1-DELETE": "on"},
    )
    assert response.status_code == 302
    shown = history(owner_client, maya)
    for line in (
        "Role: (empty) → “Buyer”",
        "Goals: “Be on time / Sleep” → “Be on time”",
        "Segment: “Business” → “Leisure”",
        "Preferred channels: “Web” → “App and Web”",
        "Changed persona trait “Patience 3/5”, Score: “2” → “3”",
        "Deleted persona trait “Trust 4/5”",
    ):
        assert line in shown, line


def test_the_history_keeps_200_characters_of_a_value(
    owner_client: Client, workspace: Workspace
) -> None:
    maya = make_persona(workspace, summary="a" * 1000)
    save(owner_client, address(maya), summary="b" * 1000)
    shown = history(owner_client, maya)
    assert f"“{'a' * 199}…” → “{'b' * 199}…”" in shown


def test_the_history_escapes(owner_client: Client, workspace: Workspace) -> None:
    maya = make_persona(workspace)
    save(owner_client, address(maya), role="<script>alert(1)</script>")
    shown = history(owner_client, maya)
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown


# --- the maps ---------------------------------------------------------------------------------


def test_a_change_raises_the_revision_of_the_maps_that_show_the_persona_once(
    owner_client: Client, workspace: Workspace
) -> None:
    maya = make_persona(workspace)
    starring, mentioning, without = (make_journey(workspace) for _ in range(3))
    starring.personas.add(maya)
    make_card(make_lane(mentioning), persona=maya)
    save(owner_client, address(maya), name="Maya R.")
    for journey, revision in ((starring, 1), (mentioning, 1), (without, 0)):
        journey.refresh_from_db()
        assert journey.revision == revision
    save(owner_client, address(maya))
    starring.refresh_from_db()
    assert starring.revision == 1, "nothing was changed"
    owner_client.post(address(maya, "delete"), {"post": "yes"})
    starring.refresh_from_db()
    assert starring.revision == 2
