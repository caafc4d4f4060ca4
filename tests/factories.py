"""Plain makers of what tests need: every argument has a default, every default can be overruled.

Where no parent is named, one is made. Unique names come from one counter.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from feedback.metrics.durations import bucket_of
from feedback.models import (
    Case,
    CaseRule,
    Criterion,
    Delivery,
    DeliveryState,
    Erasure,
    FeedbackRecord,
    FrictionAssessment,
    FrictionFormula,
    FrictionInput,
    FrictionKind,
    Identity,
    ImportBatch,
    Metric,
    Observation,
    ObservationKind,
    Opportunity,
    OutcomeMetric,
    OutcomePoint,
    Provider,
    Respondent,
    SavedMapping,
    Source,
    Survey,
    Theme,
    Webhook,
)
from feedback.privacy.respondents import respondent_key
from feedback.surveys.wordings import standard_wording
from journeys.models import (
    ApiToken,
    AuditEntry,
    AuditKind,
    Card,
    Channel,
    EmotionAssessment,
    Invitation,
    Journey,
    Lane,
    LaneKind,
    Membership,
    Persona,
    Role,
    Segment,
    ShareLink,
    Stage,
    Step,
    TokenScope,
    User,
    Workspace,
)
from touchpoints.models import Handoff, Team, Touchpoint

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
_number = count(1)


def make_user(**values: Any) -> User:
    """Make a person who can sign in with the password "secret"."""
    values.setdefault("email", f"person{next(_number)}@example.com")
    values.setdefault("password", "secret")
    return User.objects.create_user(**values)


def make_workspace(**values: Any) -> Workspace:
    """Make a workspace without members."""
    n = next(_number)
    return Workspace.objects.create(**{"name": f"Workspace {n}", "slug": f"workspace-{n}"} | values)


def make_membership(
    workspace: Workspace | None = None, *, user: User | None = None, role: Role = Role.EDITOR
) -> Membership:
    """Make a person a member; an editor, if nothing else is said."""
    return Membership.objects.create(
        workspace=workspace or make_workspace(), user=user or make_user(), role=role
    )


def make_member(workspace: Workspace, role: Role = Role.EDITOR) -> User:
    """Make a person and the membership, and return the person."""
    return make_membership(workspace, role=role).user


def make_persona(workspace: Workspace | None = None, **values: Any) -> Persona:
    """Make a persona with a name and nothing else."""
    n = next(_number)
    return Persona.objects.create(
        workspace=workspace or make_workspace(),
        **{"name": f"Persona {n}", "slug": f"persona-{n}"} | values,
    )


def make_journey(workspace: Workspace | None = None, **values: Any) -> Journey:
    """Make a journey without stages."""
    n = next(_number)
    return Journey.objects.create(
        workspace=workspace or make_workspace(),
        **{"title": f"Journey {n}", "slug": f"journey-{n}"} | values,
    )


def make_stage(journey: Journey | None = None, **values: Any) -> Stage:
    """Make a stage at the end of a journey."""
    journey = journey or make_journey()
    n = next(_number)
    return Stage.objects.create(
        journey=journey, **{"title": f"Stage {n}", "position": journey.stages.count()} | values
    )


def make_step(stage: Stage | None = None, **values: Any) -> Step:
    """Make a step at the end of a stage."""
    stage = stage or make_stage()
    n = next(_number)
    return Step.objects.create(
        stage=stage, **{"title": f"Step {n}", "position": stage.steps.count()} | values
    )


def make_lane(journey: Journey | None = None, **values: Any) -> Lane:
    """Make a lane at the bottom of a map; one of cards, if no kind is named."""
    journey = journey or make_journey()
    return Lane.objects.create(
        journey=journey,
        **{"kind": LaneKind.DOING, "position": journey.lanes.count()} | values,
    )


def make_card(lane: Lane | None = None, step: Step | None = None, **values: Any) -> Card:
    """Make a card where a lane crosses a step of the same journey."""
    if lane is None:
        lane = make_lane(step.stage.journey if step else None)
    if step is None:
        step = make_step(make_stage(lane.journey))
    return Card.objects.create(lane=lane, step=step, **{"text": f"Card {next(_number)}"} | values)


def make_trip(**values: Any) -> Journey:
    """Make a small map of the workspace "northwind": a step, two lanes, and a card in one."""
    home = make_workspace(name="Northwind", slug="northwind")
    journey = make_journey(home, **{"title": "Business trip", "slug": "trip"} | values)
    lane = make_lane(journey, kind=LaneKind.DOING)
    make_lane(journey, kind=LaneKind.THINKING)
    make_card(lane, make_step(make_stage(journey)), text="Queues <b>twice</b>")
    return journey


def make_channel(workspace: Workspace | None = None, **values: Any) -> Channel:
    """Make a channel."""
    values.setdefault("name", f"Channel {next(_number)}")
    return Channel.objects.create(workspace=workspace or make_workspace(), **values)


def make_segment(workspace: Workspace | None = None, **values: Any) -> Segment:
    """Make a segment."""
    values.setdefault("name", f"Segment {next(_number)}")
    return Segment.objects.create(workspace=workspace or make_workspace(), **values)


def make_team(workspace: Workspace | None = None, **values: Any) -> Team:
    """Make a team that owns nothing yet."""
    n = next(_number)
    return Team.objects.create(
        workspace=workspace or make_workspace(),
        **{"name": f"Team {n}", "slug": f"team-{n}"} | values,
    )


def make_touchpoint(step: Step | None = None, **values: Any) -> Touchpoint:
    """Make a touchpoint in a channel and of a team of its own, if none is named."""
    step = step or make_step()
    workspace = step.stage.journey.workspace
    values.setdefault("title", f"Touchpoint {next(_number)}")
    if "channel" not in values:
        values["channel"] = make_channel(workspace)
    if "team" not in values:
        values["team"] = make_team(workspace)
    return Touchpoint.objects.create(step=step, **values)


def make_handoff(
    from_touchpoint: Touchpoint | None = None,
    to_touchpoint: Touchpoint | None = None,
    **values: Any,
) -> Handoff:
    """Make a handoff between the owners of two touchpoints, neighbours if none are named."""
    from_touchpoint = from_touchpoint or make_touchpoint()
    to_touchpoint = to_touchpoint or make_touchpoint(make_step(from_touchpoint.step.stage))
    teams = {"from_team": from_touchpoint.team, "to_team": to_touchpoint.team}
    return Handoff.objects.create(
        from_touchpoint=from_touchpoint, to_touchpoint=to_touchpoint, **teams | values
    )


def make_source(workspace: Workspace | None = None, **values: Any) -> Source:
    """Make a survey."""
    values.setdefault("name", f"Survey {next(_number)}")
    return Source.objects.create(workspace=workspace or make_workspace(), **values)


def make_record(touchpoint: Touchpoint | None = None, **values: Any) -> FeedbackRecord:
    """Make an answer: CSAT 4 of 5 on 10 March 2026, noon UTC."""
    touchpoint = touchpoint or make_touchpoint()
    if "source" not in values:
        values["source"] = make_source(touchpoint.step.stage.journey.workspace)
    answer = {"metric": "csat", "score": 4, "occurred_at": NOON}
    return FeedbackRecord.objects.create(touchpoint=touchpoint, **answer | values)


def make_observation(touchpoint: Touchpoint | None = None, **values: Any) -> Observation:
    """Make one contact that came back with the same matter; say what else was observed."""
    touchpoint = touchpoint or make_touchpoint()
    if "source" not in values:
        values["source"] = make_source(touchpoint.step.stage.journey.workspace)
    if "hit" not in values and "seconds" not in values:
        values["hit"] = True
    if "seconds" in values:
        values.setdefault("bucket", bucket_of(values["seconds"]))
    seen = {"kind": ObservationKind.REPEAT, "occurred_at": NOON}
    return Observation.objects.create(touchpoint=touchpoint, **seen | values)


def make_api_token(user: User, workspace: Workspace, **values: Any) -> str:
    """Make a token that may do everything a token may; return its secret."""
    values.setdefault("name", f"Token {next(_number)}")
    values.setdefault("scopes", list(TokenScope))
    return ApiToken.issue(user=user, workspace=workspace, **values)[1]


def make_share_link(journey: Journey | None = None, **values: Any) -> ShareLink:
    """Make an open link to look at all lanes; `password` is the password itself."""
    journey = journey or make_journey()
    lanes, password = values.pop("lanes", None), values.pop("password", "")
    values.setdefault("name", f"Link {next(_number)}")
    values.setdefault("expires_on", date(2999, 1, 1))
    link = ShareLink(journey=journey, **values)
    link.set_password(password)
    link.seal()
    link.save()
    link.lanes.set(journey.lanes.all() if lanes is None else lanes)
    return link


def make_invitation(workspace: Workspace | None = None, **values: Any) -> Invitation:
    """Make an invitation that can be accepted; `renew` gives its link's token."""
    values.setdefault("email", f"invited{next(_number)}@example.com")
    invitation = Invitation(workspace=workspace or make_workspace(), **values)
    invitation.renew(timezone.now())
    return invitation


def make_webhook(journey: Journey | None = None, **values: Any) -> Webhook:
    """Make a generic webhook with a source of its own."""
    journey = journey or make_journey()
    if "source" not in values:
        values["source"] = make_source(journey.workspace)
    values.setdefault("provider", Provider.GENERIC)
    return Webhook.objects.create(journey=journey, **values)


def make_delivery(webhook: Webhook | None = None, **values: Any) -> Delivery:
    """Make a delivery that held nothing."""
    delivery = {"delivery_id": f"msg-{next(_number)}", "body": "{}", "state": DeliveryState.NOTHING}
    return Delivery.objects.create(webhook=webhook or make_webhook(), **delivery | values)


def make_opportunity(workspace: Workspace | None = None, **values: Any) -> Opportunity:
    """Make an opportunity without evidence; `touchpoints` are set, too."""
    touchpoints = values.pop("touchpoints", ())
    values.setdefault("title", f"Opportunity {next(_number)}")
    opportunity = Opportunity.objects.create(workspace=workspace or make_workspace(), **values)
    opportunity.touchpoints.set(touchpoints)
    return opportunity


def make_criterion(workspace: Workspace | None = None, **values: Any) -> Criterion:
    """Make a criterion of weight 1."""
    values.setdefault("name", f"Criterion {next(_number)}")
    return Criterion.objects.create(workspace=workspace or make_workspace(), **values)


def make_theme(workspace: Workspace | None = None, **values: Any) -> Theme:
    """Make a theme of whoever says that they waited."""
    values.setdefault("name", f"Theme {next(_number)}")
    return Theme.objects.create(
        workspace=workspace or make_workspace(), **{"keywords": "wait*"} | values
    )


def make_emotion_assessment(step: Step | None = None, **values: Any) -> EmotionAssessment:
    """Make one person's judgement of a step: +1."""
    judgement = {"score": 1, "assessed_on": NOON.date()}
    return EmotionAssessment.objects.create(step=step or make_step(), **judgement | values)


def make_friction_input(touchpoint: Touchpoint | None = None, **values: Any) -> FrictionInput:
    """Make one day's observation: 3 of 10 gave up."""
    day = {"kind": FrictionKind.ABANDONMENT, "day": NOON.date(), "hits": 3, "base": 10}
    return FrictionInput.objects.create(touchpoint=touchpoint or make_touchpoint(), **day | values)


def make_friction_assessment(
    touchpoint: Touchpoint | None = None, **values: Any
) -> FrictionAssessment:
    """Make one person's severity: 2 of 4."""
    judgement = {"severity": 2, "assessed_on": NOON.date()}
    return FrictionAssessment.objects.create(
        touchpoint=touchpoint or make_touchpoint(), **judgement | values
    )


def make_friction_formula(workspace: Workspace | None = None, **values: Any) -> FrictionFormula:
    """Make the second version of a workspace's formula, with the weights of the first."""
    return FrictionFormula.objects.create(
        workspace=workspace or make_workspace(), **{"version": 2} | values
    )


def make_survey(touchpoint: Touchpoint | None = None, **values: Any) -> Survey:
    """Make an open, anonymous CSAT survey with the standard wording in English."""
    touchpoint = touchpoint or make_touchpoint()
    values.setdefault("title", f"Survey {next(_number)}")
    if "source" not in values:
        values["source"] = make_source(
            touchpoint.step.stage.journey.workspace, name=values["title"]
        )
    languages = values.pop("languages", ["en"])
    survey = Survey.objects.create(touchpoint=touchpoint, **values)
    for position, language in enumerate(languages):
        wording = standard_wording(Metric(survey.metric).scale.metric, language)
        survey.texts.create(language=language, position=position, **wording._asdict())
    return survey


def make_customer(workspace: Workspace | None = None, **values: Any) -> Respondent:
    """Make a respondent whose address is known, and who agreed to hear back."""
    n = next(_number)
    workspace = workspace or make_workspace()
    email = values.pop("email", f"customer{n}@example.com")
    respondent = Respondent.objects.create(
        workspace=workspace, key=respondent_key(workspace, email)
    )
    Identity.objects.create(
        respondent=respondent,
        email=email,
        **{"name": f"Customer {n}", "may_contact": True} | values,
    )
    return respondent


def make_case_rule(workspace: Workspace | None = None, **values: Any) -> CaseRule:
    """Make a rule for CSAT 1 and 2 anywhere; half a year back, as answers of tests are old."""
    values.setdefault("name", f"Rule {next(_number)}")
    return CaseRule.objects.create(
        workspace=workspace or make_workspace(), **{"fresh_days": 10_000} | values
    )


def make_case(record: FeedbackRecord | None = None, **values: Any) -> Case:
    """Make a new case of an answer: CSAT 1 of a customer who may be contacted."""
    if record is None:
        touchpoint = make_touchpoint()
        customer = make_customer(touchpoint.step.stage.journey.workspace)
        record = make_record(touchpoint, score=1, respondent=customer)
    case = {
        "record": record,
        "respondent": record.respondent,
        "metric": record.metric,
        "score": record.score,
        "team": record.touchpoint.team,
        "opened_at": NOON,
        "due_at": NOON + timedelta(days=3),
    }
    workspace = record.touchpoint.step.stage.journey.workspace
    return Case.objects.create(workspace=workspace, **case | values)


def make_batch(
    journey: Journey | None = None, content: str = "id\n1\n", **values: Any
) -> ImportBatch:
    """Make an uploaded CSV file whose columns nobody has explained yet."""
    journey = journey or make_journey()
    values.setdefault("filename", "answers.csv")
    return ImportBatch.objects.create(
        workspace=journey.workspace,
        journey=journey,
        file=ContentFile(content.encode(), values["filename"]),
        size=len(content.encode()),
        **values,
    )


def make_saved_mapping(workspace: Workspace | None = None, **values: Any) -> SavedMapping:
    """Make a mapping that nobody can import by: its content is empty."""
    values.setdefault("name", f"Mapping {next(_number)}")
    return SavedMapping.objects.create(
        workspace=workspace or make_workspace(), **{"content": {}} | values
    )


def make_erasure(workspace: Workspace | None = None, **values: Any) -> Erasure:
    """Make the note that somebody was forgotten."""
    return Erasure.objects.create(
        workspace=workspace or make_workspace(), **{"key": f"{next(_number):064x}"} | values
    )


def make_outcome_metric(workspace: Workspace | None = None, **values: Any) -> OutcomeMetric:
    """Make an outcome metric of the whole workspace, a series of its own without points."""
    values.setdefault("name", f"Metric {next(_number)}")
    return OutcomeMetric.objects.create(workspace=workspace or make_workspace(), **values)


def make_outcome_point(metric: OutcomeMetric | None = None, **values: Any) -> OutcomePoint:
    """Make the point of March 2026."""
    march = {"start": date(2026, 3, 1), "end": date(2026, 3, 31), "value": 2.5}
    return OutcomePoint.objects.create(metric=metric or make_outcome_metric(), **march | values)


def make_audit_entry(workspace: Workspace | None = None, **values: Any) -> AuditEntry:
    """Make an entry of the audit log: somebody took a map away."""
    number = next(_number)
    values = {"kind": AuditKind.EXPORT, "text": f"Took map {number} away as PDF."} | values
    return AuditEntry.objects.create(workspace=workspace or make_workspace(), **values)
