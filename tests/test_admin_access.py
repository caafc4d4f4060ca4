"""Who may do what in the admin: everybody who administers a workspace, in there and nowhere else.

The tables are made from what is registered, so a new admin page is covered by itself; a model
without a maker in MAKERS fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.forms import ModelChoiceField
from django.test import Client
from django.urls import reverse

from feedback.models import (
    Case,
    CaseRule,
    Criterion,
    Delivery,
    Erasure,
    FeedbackRecord,
    FrictionAssessment,
    FrictionFormula,
    FrictionInput,
    Observation,
    Opportunity,
    OutcomeMetric,
    Source,
    Survey,
    Theme,
)
from journeys.admin.transfer import TransferMixin
from journeys.models import (
    AuditEntry,
    Channel,
    EmotionAssessment,
    Journey,
    Persona,
    Role,
    Segment,
    Stage,
    Step,
    User,
    Workspace,
)
from tests import factories as make
from touchpoints.models import Handoff, Team, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def step_in(workspace: Workspace) -> Step:
    return make.make_step(make.make_stage(make.make_journey(workspace)))


def touchpoint_in(workspace: Workspace) -> Touchpoint:
    return make.make_touchpoint(step_in(workspace))


MAKERS: dict[type[Model], Callable[[Workspace], Model]] = {
    AuditEntry: make.make_audit_entry,
    Case: lambda workspace: make.make_case(make.make_record(touchpoint_in(workspace))),
    CaseRule: make.make_case_rule,
    Channel: make.make_channel,
    Criterion: make.make_criterion,
    Delivery: lambda workspace: make.make_delivery(make.make_webhook(make.make_journey(workspace))),
    Erasure: make.make_erasure,
    EmotionAssessment: lambda workspace: make.make_emotion_assessment(step_in(workspace)),
    FeedbackRecord: lambda workspace: make.make_record(touchpoint_in(workspace)),
    FrictionAssessment: lambda workspace: make.make_friction_assessment(touchpoint_in(workspace)),
    FrictionFormula: make.make_friction_formula,
    FrictionInput: lambda workspace: make.make_friction_input(touchpoint_in(workspace)),
    Handoff: lambda workspace: make.make_handoff(touchpoint_in(workspace)),
    Journey: make.make_journey,
    Observation: lambda workspace: make.make_observation(touchpoint_in(workspace)),
    OutcomeMetric: make.make_outcome_metric,
    Opportunity: make.make_opportunity,
    Persona: make.make_persona,
    Segment: make.make_segment,
    Source: make.make_source,
    Stage: lambda workspace: make.make_stage(make.make_journey(workspace)),
    Step: step_in,
    Survey: lambda workspace: make.make_survey(touchpoint_in(workspace)),
    Team: make.make_team,
    Theme: make.make_theme,
    Touchpoint: touchpoint_in,
    User: lambda workspace: make.make_member(workspace),
    Workspace: lambda workspace: workspace,
}
REGISTERED: dict[type[Model], Any] = dict(admin.site._registry)
MODELS = sorted(REGISTERED, key=lambda model: model._meta.label)
TRANSFERRED = [model for model in MODELS if isinstance(REGISTERED[model], TransferMixin)]
# What a superuser alone may add, change, delete.
SUPERUSERS_ADD = {User, Workspace}
SUPERUSERS_CHANGE = {User}
SUPERUSERS_DELETE = {User, Workspace}
NEVER_CHANGED = {AuditEntry, Case, Delivery, FrictionFormula, Erasure}
NEVER_ADDED = {AuditEntry, Case, Delivery}

every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
administering = pytest.mark.parametrize("role", ["superuser", Role.OWNER, Role.ADMIN])


@dataclass
class World:
    """Two workspaces with one object of every kind, and a person of every sort in the first."""

    own: Workspace
    foreign: Workspace

    def person(self, role: str) -> User:
        if role == "superuser":
            return make.make_user(is_superuser=True)
        return make.make_member(self.own, Role(role))


@pytest.fixture
def world() -> World:
    return World(make.make_workspace(name="Own"), make.make_workspace(name="Foreign"))


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def pages(model: type[Model], obj: Model) -> list[str]:
    """Return every address of a model's admin."""
    found = [address(model, "changelist"), address(model, "add")]
    found += [address(model, page, obj.pk) for page in ("change", "delete", "history")]
    if model in TRANSFERRED:
        found += [address(model, page) for page in ("import", "process_import", "export")]
    if model is Persona:
        found.append(address(model, "duplicate", obj.pk))
    return found


def test_every_registered_model_is_covered() -> None:
    assert set(MAKERS) == set(REGISTERED)


def test_personas_stand_first_on_the_front_page(client: Client, world: World) -> None:
    signed_in(client, world.person(Role.ADMIN))
    apps = client.get(reverse("admin:index")).context["app_list"]
    assert [app["app_label"] for app in apps] == ["journeys", "touchpoints", "feedback"]
    assert apps[0]["models"][0]["object_name"] == "Persona"


def test_groups_and_their_permissions_are_not_offered() -> None:
    assert Group not in REGISTERED


@every_model
@pytest.mark.parametrize("role", [Role.EDITOR, Role.FACILITATOR, Role.VIEWER, "stranger"])
def test_who_administers_nothing_finds_nothing(
    client: Client, world: World, model: type[Model], role: str
) -> None:
    obj = MAKERS[model](world.own)
    user = make.make_user(is_staff=True) if role == "stranger" else world.person(role)
    signed_in(client, user)
    for page in [*pages(model, obj), reverse("admin:index"), reverse("admin:autocomplete")]:
        assert client.get(page).status_code == 404, page
        assert client.post(page).status_code == 404, page


@every_model
def test_who_is_not_signed_in_is_asked_to(client: Client, world: World, model: type[Model]) -> None:
    for page in pages(model, MAKERS[model](world.own)):
        response = client.get(page, follow=True)
        assert response.redirect_chain[-1][0].startswith(reverse("account_login")), page


def test_an_inactive_administrator_is_locked_out(client: Client, world: World) -> None:
    user = world.person(Role.OWNER)
    signed_in(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


@administering
@every_model
def test_the_list_shows_own_objects_only(
    client: Client, world: World, model: type[Model], role: str
) -> None:
    own, foreign = MAKERS[model](world.own), MAKERS[model](world.foreign)
    signed_in(client, world.person(role))
    listed = client.get(address(model, "changelist")).context["cl"].queryset
    assert own in listed
    assert (foreign in listed) is (role == "superuser")


@administering
@every_model
def test_own_objects_open(client: Client, world: World, model: type[Model], role: str) -> None:
    obj = MAKERS[model](world.own)
    signed_in(client, world.person(role))
    for page in ("change", "history"):
        assert client.get(address(model, page, obj.pk)).status_code == 200
    may_delete = model not in NEVER_CHANGED and (
        role == "superuser" or model not in SUPERUSERS_DELETE
    )
    status = client.get(address(model, "delete", obj.pk)).status_code
    assert status == (200 if may_delete else 403)
    may_add = model not in NEVER_ADDED and (role == "superuser" or model not in SUPERUSERS_ADD)
    assert client.get(address(model, "add")).status_code == (200 if may_add else 403)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
@every_model
def test_a_foreign_object_answers_as_one_that_does_not_exist(
    client: Client, world: World, model: type[Model], role: str
) -> None:
    foreign = MAKERS[model](world.foreign)
    signed_in(client, world.person(role))
    nobody = 987_654_321
    for page in ("change", "delete", "history"):
        for method in (client.get, client.post):
            there = method(address(model, page, foreign.pk))
            nowhere = method(address(model, page, nobody))
            assert there.status_code == nowhere.status_code
            assert there.status_code in {302, 403, 405}
            assert there.get("Location") == nowhere.get("Location")
            client.get(reverse("admin:index"))  # takes the messages
    assert type(foreign)._default_manager.filter(pk=foreign.pk).exists()


@administering
@every_model
def test_the_form_offers_own_objects_only(
    client: Client, world: World, model: type[Model], role: str
) -> None:
    own = MAKERS[model](world.own)
    strangers = {maker(world.foreign) for maker in MAKERS.values()}
    client = signed_in(client, world.person(role))
    for page in (address(model, "add"), address(model, "change", own.pk)):
        response = client.get(page)
        if response.status_code != 200:
            continue
        context = response.context
        forms = [context["adminform"].form]
        for formset in context["inline_admin_formsets"]:
            forms += [*formset.formset.forms, formset.formset.empty_form]
        for form in forms:
            for name, field in form.fields.items():
                # A row's own id is looked up among the rows below the object.
                if isinstance(field, ModelChoiceField) and name != "id" and role != "superuser":
                    assert strangers.isdisjoint(field.queryset), name


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
@every_model
def test_filters_name_own_objects_only(
    client: Client, world: World, model: type[Model], role: str
) -> None:
    MAKERS[model](world.own)
    foreign = {str(maker(world.foreign)) for maker in MAKERS.values()} | {"Foreign"}
    signed_in(client, world.person(role))
    specs = client.get(address(model, "changelist")).context["cl"].filter_specs
    choices = [choice for spec in specs for choice in getattr(spec, "lookup_choices", [])]
    named = {str(choice[1]) for choice in choices if isinstance(choice, tuple)}
    assert named.isdisjoint(foreign)


@administering
@every_model
def test_suggestions_name_own_objects_only(
    client: Client, world: World, model: type[Model], role: str
) -> None:
    signed_in(client, world.person(role))
    for name in REGISTERED[model].autocomplete_fields:
        target: Any = model._meta.get_field(name).related_model
        own, foreign = MAKERS[target](world.own), MAKERS[target](world.foreign)
        source = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
        answer = client.get(reverse("admin:autocomplete"), source | {"field_name": name}).json()
        suggested = {suggestion["id"] for suggestion in answer["results"]}
        assert str(own.pk) in suggested
        assert (str(foreign.pk) in suggested) is (role == "superuser")


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
@every_model
def test_an_action_reaches_own_objects_only(
    client: Client, world: World, model: type[Model], role: str
) -> None:
    foreign = MAKERS[model](world.foreign)
    MAKERS[model](world.own)
    signed_in(client, world.person(role))
    chosen = {"action": "delete_selected", "_selected_action": [foreign.pk], "post": "yes"}
    client.post(address(model, "changelist"), chosen)
    client.post(address(model, "changelist"), chosen | {"select_across": "1"})
    assert type(foreign)._default_manager.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
@pytest.mark.parametrize("model", TRANSFERRED, ids=lambda model: model.__name__)
def test_an_export_holds_own_objects_only(
    client: Client, world: World, model: type[Model], role: str
) -> None:
    own, foreign = MAKERS[model](world.own), MAKERS[model](world.foreign)
    signed_in(client, world.person(role))
    sent = {"format": "0", "resource": "0"}
    asked_for = client.post(address(model, "export"), sent | {"export_items": [foreign.pk]})
    assert str(foreign) not in asked_for.content.decode()
    exported = client.post(address(model, "export"), sent).content.decode()
    assert str(own) in exported
    assert str(foreign) not in exported


@every_model
def test_a_list_takes_as_many_queries_for_one_row_as_for_many(
    client: Client, world: World, model: type[Model], django_assert_max_num_queries: Any
) -> None:
    owner = world.person(Role.OWNER)
    signed_in(client, owner)
    page = address(model, "changelist")
    MAKERS[model](world.own)
    client.get(page)  # fills the caches of content types
    with django_assert_max_num_queries(30) as few:
        client.get(page)
    for _ in range(4):
        if model is FrictionFormula:
            make.make_friction_formula(world.own, version=3 + _)
        elif model is Workspace:
            make.make_membership(make.make_workspace(), user=owner, role=Role.OWNER)
        else:
            MAKERS[model](world.own)
    with django_assert_max_num_queries(len(few)):
        client.get(page)


@pytest.mark.parametrize("lookup", ["owner__password__startswith", "workspace__memberships__role"])
def test_the_address_cannot_ask_for_what_the_list_does_not_offer(
    client: Client, world: World, lookup: str
) -> None:
    signed_in(client, world.person(Role.OWNER))
    assert client.get(address(Journey, "changelist"), {lookup: "a"}).status_code == 400


def test_the_redirect_to_any_object_is_closed(client: Client, world: World) -> None:
    signed_in(client, world.person(Role.OWNER))
    persona = make.make_persona(world.foreign)
    assert client.get(f"/admin/r/1/{persona.pk}/").status_code == 404
