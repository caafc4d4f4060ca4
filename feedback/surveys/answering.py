"""Taking an answer in as its survey's privacy allows, and deleting it by its receipt."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db import transaction
from django.utils import timezone

from feedback.closing.forgetting import cases_about, wipe_cases
from feedback.models import (
    FeedbackRecord,
    Identity,
    Invitation,
    Observation,
    ObservationKind,
    Privacy,
    Respondent,
    Survey,
    SurveyWay,
)
from feedback.privacy.respondents import respondent_for
from feedback.recording import (
    NewAnswer,
    NewObservation,
    Outcome,
    record_answers,
    record_observations,
)
from feedback.surveys.receipts import answer_id, receipt_code
from journeys.models import Persona, Segment
from touchpoints.models import Touchpoint

LONGEST_REF = 100


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered. `explained_again` is None where it was not asked or left open."""

    score: int
    comment: str = ""
    explained_again: bool | None = None
    email: str = ""
    name: str = ""
    may_contact: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """On which form, in which language and by which way somebody answers, and about what.

    `given` is what the link said: tp, persona, segment, ref. What of it is not known in the
    survey's workspace is ignored.
    """

    survey: Survey
    submission: str
    way: SurveyWay
    language: str
    now: datetime
    given: Mapping[str, str]
    invitation: Invitation | None = None

    @property
    def code(self) -> str:
        """The receipt of the answer."""
        return receipt_code(self.survey, self.submission)

    @property
    def external_id(self) -> str:
        """The answer's id in its source, which does not tell the receipt."""
        found = answer_id(self.code)
        assert found is not None  # noqa: S101
        return found

    @property
    def moment(self) -> datetime:
        """When it was answered; of an anonymous answer the day only, as noon UTC."""
        if self.survey.privacy == Privacy.ANONYMOUS:
            return datetime.combine(self.now.astimezone(UTC).date(), time(12), UTC)
        return self.now


class LinkUsedError(Exception):
    """A link that takes one answer has taken it."""


@transaction.atomic
def record_reply(visit: Visit, reply: Reply) -> Outcome:
    """Write an answer with all that comes with it, or nothing; the same form counts once.

    Raises LinkUsedError when another form was answered with the same invitation.
    """
    survey = visit.survey
    stored = _stored(visit)
    if stored is None and not _use_up(visit):
        # The same form may have been sent twice at once, as by a double click.
        stored = _stored(visit)
        if stored is None:
            raise LinkUsedError
    touchpoint = touchpoint_of(survey, visit.given)
    respondent = stored.respondent if stored else _respondent(visit, reply)
    [outcome] = record_answers(
        survey.source,
        [
            NewAnswer(
                touchpoint_id=stored.touchpoint_id if stored else touchpoint.pk,
                metric=survey.metric,
                score=reply.score,
                comment=reply.comment,
                occurred_at=visit.moment,
                external_id=visit.external_id,
                segment_id=_segment_id(visit),
                channel_id=touchpoint.channel_id,
                respondent_id=respondent.pk if respondent else None,
                language=visit.language,
            )
        ],
    ).outcomes
    if reply.explained_again is not None and asks_handoff(survey, touchpoint):
        _observe(visit, touchpoint, hit=reply.explained_again)
    if survey.privacy == Privacy.ANONYMOUS:
        _coarsen(visit)
    if outcome is Outcome.CREATED:
        survey.answered(visit.way, visit.now.astimezone(UTC).date())
    return outcome


def _stored(visit: Visit) -> FeedbackRecord | None:
    return visit.survey.source.records.filter(external_id=visit.external_id).first()


def _use_up(visit: Visit) -> bool:
    """Take the invitation's one answer; of two at the same moment, one only gets it.

    Only an identified survey notes the day: where one person answered on a day, it would tell
    whose answer that is. Others note the day on which the invitation was made.
    """
    invitation = visit.invitation
    if invitation is None:
        return True
    identified = visit.survey.privacy == Privacy.IDENTIFIED
    noted = visit.now if identified else invitation.created_at
    free = Invitation.objects.filter(pk=invitation.pk, answered_on=None)
    return bool(free.update(answered_on=noted.astimezone(UTC).date()))


def touchpoint_of(survey: Survey, given: Mapping[str, str]) -> Touchpoint:
    """Return where an answer belongs: where its link says, else where the survey asks.

    What was merged into another touchpoint since goes there; off the map, answers are kept.
    """
    touchpoint = survey.touchpoint
    asked = given.get("tp", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        workspace = survey.source.workspace_id
        known = Touchpoint.objects.filter(step__stage__journey__workspace=workspace)
        touchpoint = known.filter(pk=int(asked)).first() or touchpoint
    seen = {touchpoint.pk}
    while touchpoint.merged_into and touchpoint.merged_into_id not in seen:
        touchpoint = touchpoint.merged_into
        seen.add(touchpoint.pk)
    return touchpoint


def asks_handoff(survey: Survey, touchpoint: Touchpoint) -> bool:
    """True where the survey asks about a handoff, and is answered where that handoff arrives."""
    return survey.handoff is not None and survey.handoff.to_touchpoint_id == touchpoint.pk


def _segment_id(visit: Visit) -> int | None:
    """Return the segment that the link names, itself or by a persona who stands for one."""
    workspace = visit.survey.source.workspace_id
    if name := visit.given.get("segment", ""):
        found = Segment.objects.filter(workspace=workspace, name=name).first()
        if found:
            return found.pk
    if slug := visit.given.get("persona", ""):
        persona = Persona.objects.filter(workspace=workspace, slug=slug).first()
        return persona.segment_id if persona else None
    return None


def _respondent(visit: Visit, reply: Reply) -> Respondent | None:
    """Return under whom the answer is kept: nobody, a random key, or the person who was asked."""
    survey = visit.survey
    workspace = survey.source.workspace
    if survey.privacy == Privacy.ANONYMOUS:
        return None
    if survey.privacy == Privacy.IDENTIFIED:
        invited = visit.invitation.respondent if visit.invitation else None
        if reply.email:
            respondent = respondent_for(workspace, reply.email)
            return _identified(respondent, reply, theirs=respondent == invited)
        if invited:
            return _identified(invited, reply, theirs=True)
    ref = visit.given.get("ref", "").strip()
    # An address would lead to the person whom the survey promised not to know.
    if ref and "@" not in ref and len(ref) <= LONGEST_REF:
        return respondent_for(workspace, ref)
    return Respondent.objects.create(workspace=workspace, key=secrets.token_hex(32))


def _identified(respondent: Respondent, reply: Reply, *, theirs: bool) -> Respondent:
    """Keep who it is, and whether they may be contacted; what is known already stays.

    On an open link anybody may type anybody's address: who is known already gives consent by an
    invitation of `theirs` only.
    """
    if reply.email:
        _, is_new = Identity.objects.get_or_create(
            respondent=respondent, defaults={"email": reply.email, "name": reply.name}
        )
        theirs = theirs or is_new
    if reply.may_contact and theirs:
        Identity.objects.filter(respondent=respondent).update(may_contact=True)
    return respondent


def _observe(visit: Visit, touchpoint: Touchpoint, *, hit: bool) -> None:
    record_observations(
        visit.survey.source,
        [
            NewObservation(
                touchpoint_id=touchpoint.pk,
                kind=ObservationKind.EXPLAINED_AGAIN,
                occurred_at=visit.moment,
                hit=hit,
                external_id=visit.external_id,
                handoff_id=visit.survey.handoff_id,
            )
        ],
    )


def _coarsen(visit: Visit) -> None:
    """Let the moment of writing tell no more than the answer itself: the day."""
    for model in (FeedbackRecord, Observation):
        model._default_manager.filter(
            source=visit.survey.source_id, external_id=visit.external_id
        ).update(recorded_at=visit.moment)


@transaction.atomic
def forget_answer(code: str) -> bool:
    """Delete the answer with that receipt and all that came with it; False if there is none.

    It is looked for among the answers to surveys: other sources name their answers themselves.

    Who gave it is deleted too, where nothing else hangs on them.
    """
    external_id = answer_id(code)
    if external_id is None:
        return False
    sources = Survey.objects.values("source")
    records = FeedbackRecord.objects.filter(source__in=sources, external_id=external_id)
    respondents = set(records.values_list("respondent_id", flat=True)) - {None}
    wipe_cases(cases_about([], records.values_list("pk", flat=True)), now=timezone.now())
    deleted, _ = records.delete()
    Observation.objects.filter(source__in=sources, external_id=external_id).delete()
    Respondent.objects.filter(
        pk__in=respondents,
        feedback_records=None,
        invitations=None,
        invited_at=None,
        unsubscribed_at=None,
    ).delete()
    return bool(deleted)
