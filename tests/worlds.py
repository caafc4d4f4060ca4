"""A workspace with one object of every kind that has an address, and people in every role."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone
from PIL import Image

from cxjourney.permissions import MEMBERS, PEOPLE
from feedback.models import (
    Action,
    Alert,
    AlertHook,
    AlertKind,
    BatchState,
    FollowUp,
    FrictionFormula,
    Invitation,
    Solution,
)
from feedback.surveys.letters import unsubscribe_link
from journeys.editing.versions import keep_version
from journeys.models import (
    ApiToken,
    Comment,
    Export,
    ExportState,
    Journey,
    JourneyTemplate,
    LaneKind,
    Role,
    SavedView,
    TokenScope,
    User,
    Workspace,
)
from journeys.starting.content import content_of
from tests import factories as make

ADMIN = re.compile(r"admin[:/](?:journeys|touchpoints|feedback|auth)[_/]([a-z]+)[_/]")
MODELS = {
    "caserule": "case_rule", "feedbackrecord": "record", "frictioninput": "friction_day",
    "frictionassessment": "severity", "frictionformula": "formula", "outcomemetric": "outcome",
    "emotionassessment": "mood",
}  # fmt: skip
"""What a world calls the objects of models that have pages in the admin site."""


STALE = {"last_day": "2026-01-31", "days": 40, "expected": 12.0, "former": 30}


def picture() -> ContentFile[bytes]:
    """Return a small PNG."""
    content = BytesIO()
    Image.new("RGB", (4, 4), "teal").save(content, "PNG")
    return ContentFile(content.getvalue(), "picture.png")


@dataclass
class World:
    """One workspace; `named` holds its objects by what addresses call them."""

    workspace: Workspace
    journey: Journey
    people: dict[str, User] = field(default_factory=dict)
    named: dict[str, Any] = field(default_factory=dict)
    own: dict[str, dict[str, Model]] = field(default_factory=dict)
    """By person: what only that person may do something with."""

    def values(self, name: str, person: str = "owner") -> dict[str, object]:
        """Return the parameters of an address, by its name; raises KeyError for a new kind.

        An address names its object by how its name begins: `card_edit` is about a card.
        """
        found = self._parameters(name.rpartition(":")[2])
        noun = self.noun(name)
        if found_model := ADMIN.match(name):
            return found | self._in_admin(found_model[1])
        if noun in self.named:
            obj = self.own.get(person, {}).get(noun) or self.named[noun]
            found |= {"pk": obj.pk, "object_id": obj.pk}
        return found

    def _in_admin(self, model: str) -> dict[str, object]:
        obj = self.named[MODELS.get(model, model)]
        return {"pk": obj.pk, "object_id": obj.pk, "id": obj.pk}

    def query(self, name: str) -> str:
        """Return what an address cannot do without behind its "?"."""
        stage, case = self.named["stage"].pk, self.named["case"].pk
        return {
            "journeys:step_create": f"stage={stage}",
            "journeys:export_opened": "format=html",
            "feedback:follow_up_create": f"case={case}",
            "admin:autocomplete": "app_label=journeys&model_name=stage&field_name=journey",
        }.get(name, "")

    def noun(self, name: str) -> str:
        """Return the longest name of an object with which an address begins."""
        last = name.rpartition(":")[2]
        fitting = (noun for noun in self.named if last.startswith(noun))
        return max(fitting, key=len, default="")

    def _parameters(self, name: str) -> dict[str, object]:
        get = self.named.__getitem__
        slugs = {"persona": get("persona").slug, "team": get("team").slug}
        return {
            "workspace": self.workspace.slug,
            "pk": 0,
            "slug": slugs.get(name.partition("_")[0], self.journey.slug),
            "ending": "pdf",
            "number": 1,
            "format": "json",
            "kind": "svg" if name == "survey_qr" else "csv",
            "name": "opportunities",
            "step": "assign",
            "point": get("point").pk,
            "evidence": get("evidence").pk,
            "solution": get("solution").pk,
            "action": get("action").pk,
            "secret": self.named["secret"],
            "signed": self.named["signed"],
            "token": self._token(name),
            "key": get("case").respondent.key if name.startswith("customer") else "MQ-key",
            "uidb36": "MQ",
            "provider_id": "oidc",
            "uidb64": "MQ",
            "app_label": "journeys",
            "url": "nowhere",
        }

    def _token(self, name: str) -> str:
        if name == "account_invitation":
            return str(self.named["invitation_token"])
        noun = next((n for n in ("webhook", "shared") if name.startswith(n)), "survey")
        return str(self.named[noun].token)


def build(name: str = "Own", slug: str = "own", *, mark: str = "", times: int = 1) -> World:
    """Build a world with so many objects of each kind; the last are those that it names.

    `mark` begins every word of it that a page could show.
    """
    home = make.make_workspace(name=f"{mark} {name}".strip(), slug=slug)
    world = World(home, make.make_journey(home, title=f"{mark} First".strip()))
    _people(world, mark)
    for number in range(times):

        def title(what: str, number: int = number) -> str:
            return f"{mark} {what} {number or ''}".strip()

        trip = f"{slug}-trip{number or ''}"
        world.journey = make.make_journey(home, title=title("Journey"), slug=trip)
        _map(world, title)
        _feedback(world, title)
        _work(world, title)
        _owned(world, title)
    return world


def _people(world: World, mark: str) -> None:
    for role in MEMBERS:
        person = make.make_user(
            email=f"{mark.lower()}{role}@{world.workspace.slug}.example",
            name=f"{mark} {role.title()}".strip(),
        )
        make.make_membership(world.workspace, user=person, role=Role(role))
        world.people[role] = person
    invitation = make.make_invitation(world.workspace, email=f"new@{world.workspace.slug}.example")
    world.named |= {
        "invitation_renew": invitation,
        "invitation_revoke": invitation,
        "invitation_token": invitation.renew(timezone.now()),
        "member": world.workspace.memberships.get(user=world.people["viewer"]),
        "auditentry": make.make_audit_entry(world.workspace, text=f"{mark} did it".strip()),
    }


def _map(world: World, title: Callable[[str], str]) -> None:
    journey, home, named = world.journey, world.workspace, world.named
    lane = make.make_lane(journey, kind=LaneKind.IMAGES)
    make.make_lane(journey, kind=LaneKind.TOUCHPOINTS)
    stage = make.make_stage(journey, title=title("Stage"))
    step = make.make_step(stage, title=title("Step"))
    card = make.make_card(lane, step, text=title("Card"), image=picture())
    team = make.make_team(home, name=title("Team"))
    channel = make.make_channel(home, name=title("Channel"))
    touchpoint = make.make_touchpoint(step, title=title("Touchpoint"), team=team, channel=channel)
    make.make_touchpoint(make.make_step(stage, title=title("Next step")), title=title("Next"))
    archived = make.make_touchpoint(step, title=title("Archived"), archived_at=timezone.now())
    persona = make.make_persona(home, name=title("Persona"), slug=f"{journey.slug}-maya")
    persona.photo.save("maya.png", picture())
    journey.personas.add(persona)
    named |= {
        "stage": stage, "step": step, "feeling": step, "sub_journey": step, "lane": lane,
        "card": card, "team": team, "channel": channel, "touchpoint": touchpoint,
        "touchpoint_restore": archived, "note": touchpoint, "friction_input": touchpoint,
        "persona": persona, "segment": make.make_segment(home, name=title("Segment")),
        "handoff": make.make_handoff(touchpoint), "journey": journey,
        "version": keep_version(journey, world.people["owner"], title("Version")),
    }  # fmt: skip
    link = make.make_share_link(
        journey, name=title("Link"), allows="comment", origins="https://wiki.example"
    )
    named |= {"share": link, "shared_picture": card, "shared": link}


def _feedback(world: World, title: Callable[[str], str]) -> None:
    home, journey, named = world.workspace, world.journey, world.named
    touchpoint = named["touchpoint"]
    source = make.make_source(home, name=title("Source"))
    customer = make.make_customer(home, name=title("Customer"))
    record = make.make_record(
        touchpoint, source=source, score=1, respondent=customer, comment=title("Comment of one")
    )
    survey = make.make_survey(touchpoint, title=title("Survey"), kiosk=True)
    survey.allowed_origins = "https://shop.example"
    survey.save()
    secret = Invitation.new_secret()
    invitation = Invitation.objects.create(
        survey=survey, respondent=customer, digest=Invitation.digest_of(secret)
    )
    case = make.make_case(record)
    batch = make.make_batch(journey, filename=f"{title('file')}.csv", state=BatchState.MAPPING)
    batch.problems.save("problems.csv", ContentFile(title("Problem").encode()))
    metric = make.make_outcome_metric(home, name=title("Outcome"))
    named |= {
        "source": source, "record": record, "survey": survey, "secret": secret,
        "invitation": invitation, "case": case,
        "case_rule": make.make_case_rule(home, name=title("Rule")),
        "signed": unsubscribe_link(customer, "en").rpartition("/?")[0].rpartition("/")[2],
        "import": batch, "mapping": make.make_saved_mapping(home, name=title("Mapping")),
        "webhook": make.make_webhook(journey, source=make.make_source(home, name=title("Hook"))),
        "outcome": metric, "point": make.make_outcome_point(metric),
        "follow_up": FollowUp.objects.create(
            workspace=home, case=case, subject=title("Subject"), body=title("Body")
        ),
    }  # fmt: skip


def _work(world: World, title: Callable[[str], str]) -> None:
    home, named = world.workspace, world.named
    opportunity = make.make_opportunity(
        home, title=title("Opportunity"), touchpoints=[named["touchpoint"]]
    )
    named |= {
        "opportunity": opportunity, "criterion": make.make_criterion(home, name=title("Criterion")),
        "evidence": opportunity.evidence.create(kind="note", says=title("Evidence")),
        "solution": Solution.objects.create(opportunity=opportunity, title=title("Solution")),
        "action": Action.objects.create(opportunity=opportunity, title=title("Action")),
        "alert_hook": AlertHook.objects.create(
            workspace=home, name=title("Outgoing"), url="https://hook.example/"
        ),
        "alert": Alert.objects.create(
            workspace=home, kind=AlertKind.STALE, touchpoint=named["touchpoint"],
            facts=STALE, says=title("Alert"),
        ),
    }  # fmt: skip
    named["outcome_point"] = named["outcome"]
    named |= {
        "friction_day": make.make_friction_input(named["touchpoint"]),
        "severity": make.make_friction_assessment(named["touchpoint"]),
        "formula": make.make_friction_formula(home, version=2 + FrictionFormula.objects.count()),
        "mood": make.make_emotion_assessment(named["step"]),
        "observation": make.make_observation(named["touchpoint"], source=named["source"]),
        "theme": make.make_theme(home, name=title("Theme")),
        "erasure": make.make_erasure(home),
        "delivery": make.make_delivery(named["webhook"], body=title("Delivered")),
        "workspace": home,
        "user": world.people["viewer"],
    }
    for same in ("evidence", "solution", "action"):
        named[f"{same}_"] = opportunity


def _owned(world: World, title: Callable[[str], str]) -> None:
    """Give each person what only that person may change."""
    for person in world.people:
        _own_things(world, person, title)
    world.named |= world.own["owner"]


def _own_things(world: World, person: str, title: Callable[[str], str]) -> None:
    journey, home, user = world.journey, world.workspace, world.people[person]
    export = Export.objects.create(
        by=user, choices={"format": "csv", "options": {}}, state=ExportState.DONE,
        filename=f"{title('map')}.csv", content_type="text/csv", finished_at=timezone.now(),
    )  # fmt: skip
    export.journeys.add(journey)
    export.file.save("map.csv", ContentFile(title("Exported").encode()))
    world.own[person] = {
        "export": export,
        "comment": Comment.objects.create(journey=journey, author=user, text=title(person)),
        "view": SavedView.objects.create(journey=journey, by=user, title=title(person)),
        "template": JourneyTemplate.objects.create(
            workspace=home, by=user, title=title(person), content=content_of(journey)
        ),
        "token": ApiToken.issue(
            user=user, workspace=home, name=title(person), scopes=[TokenScope.READ]
        )[0],
    }


def add_outsiders(world: World) -> None:
    """Add who is no member: a stranger, who edits another workspace, and a superuser."""
    world.people["stranger"] = make.make_member(make.make_workspace(name="Other"), Role.EDITOR)
    world.people["superuser"] = make.make_user(is_superuser=True, is_staff=True)
    _own_things(world, "superuser", str)
    assert {*world.people, "signed out"} == set(PEOPLE)
