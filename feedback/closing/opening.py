"""Cases open where answers come in, whichever way, in the background and once for each answer."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django_tasks import task

from feedback.models import Case, CaseEntry, CaseRule, CaseState, EntryKind, FeedbackRecord
from feedback.themes.assigning import IDS_PER_JOB, newest_record
from journeys.models import User, Workspace
from journeys.telling import tell

BATCH = 500
LONGEST_TITLE = 80

Answered = tuple[str, str, int | None, int | None]
"""What is asked of an answer that was just written: its id, metric, score and respondent."""


def cases_follow(
    source_id: int, answered: Iterable[Answered], *, after: int, changed: bool
) -> None:
    """Let cases follow the answers that were just written, in the caller's transaction.

    `after` is what `newest_record` returned before they were written; with `changed`, some of
    them were there already. The work is done in the background, and none is asked for where no
    rule of the workspace could concern any of the answers.
    """
    highest = _highest_scores(source_id)
    if not highest:
        return
    low = [
        name
        for name, metric, score, respondent in answered
        if score is not None
        and score <= highest.get(metric, -1)
        # What was there before may have a respondent from then.
        and (changed or respondent is not None)
    ]
    if not low:
        return
    until = newest_record()
    if until > after:
        open_between.enqueue(source_id, after, until)
    if changed:
        names = sorted({name for name in low if name})
        for start in range(0, len(names), IDS_PER_JOB):
            open_changed.enqueue(source_id, names[start : start + IDS_PER_JOB])


@task(priority=-10)
def open_between(source_id: int, after: int, until: int) -> int:
    """Open cases from the answers of a source within a range of ids; return how many."""
    return _open(FeedbackRecord.objects.filter(source=source_id, pk__gt=after, pk__lte=until))


@task(priority=-10)
def open_changed(source_id: int, external_ids: list[str]) -> int:
    """Open cases from the answers of a source with these ids; return how many."""
    # Excluding the empty id lets both databases use the partial index of the constraint.
    named = FeedbackRecord.objects.filter(source=source_id, external_id__in=external_ids)
    return _open(named.exclude(external_id=""))


@task(priority=-10)
def open_by_rule(rule_id: int) -> int:
    """Open cases from the fresh answers that a new or changed rule finds; return how many."""
    rules = CaseRule.objects.active().filter(pk=rule_id)
    return sum(open_fresh(rule, timezone.now()) for rule in rules)


def open_missed(now: datetime) -> int:
    """Open what slipped through, such as answers that were typed in the admin; return how many."""
    rules = CaseRule.objects.active().select_related("workspace")
    return sum(open_fresh(rule, now) for rule in rules)


def open_fresh(rule: CaseRule, now: datetime) -> int:
    """Open cases from all fresh answers that a rule finds; return how many."""
    return _open_by(rule, FeedbackRecord.objects.all(), now)


def _highest_scores(source_id: int) -> dict[str, int]:
    """Return, per metric, the highest score that could open a case."""
    rules = CaseRule.objects.active().filter(workspace__sources=source_id)
    highest: dict[str, int] = {}
    for metric, at_most in rules.values_list("metric", "at_most"):
        highest[metric] = max(at_most, highest.get(metric, at_most))
    return highest


def _open(records: "QuerySet[FeedbackRecord]") -> int:
    source = records.values_list("source__workspace", flat=True).order_by().first()
    rules = CaseRule.objects.active().filter(workspace=source)
    return sum(_open_by(rule, records, timezone.now()) for rule in rules)


def _open_by(rule: CaseRule, records: "QuerySet[FeedbackRecord]", now: datetime) -> int:
    """Open the cases of one rule, some in each transaction; where two rules fit, one case opens."""
    opened = 0
    while cases := _open_batch(rule, records, now):
        opened += len(cases)
    return opened


@transaction.atomic
def _open_batch(rule: CaseRule, records: "QuerySet[FeedbackRecord]", now: datetime) -> list[Case]:
    # Two jobs, and housekeeping beside them, take their turns.
    Workspace.objects.select_for_update(no_key=True).get(pk=rule.workspace_id)
    found = rule.matching(records, now).filter(case__isnull=True).select_related("touchpoint__team")
    cases = [_case(rule, record, now) for record in found.order_by("pk")[:BATCH]]
    Case.objects.bulk_create(cases)
    CaseEntry.objects.bulk_create(
        CaseEntry(case=case, kind=EntryKind.OPENED, text=f"By the rule “{rule.name}”")
        for case in cases
    )
    _tell(cases)
    return cases


def _case(rule: CaseRule, record: FeedbackRecord, now: datetime) -> Case:
    escalates = rule.escalate_days and now + timedelta(days=rule.escalate_days)
    return Case(
        workspace=rule.workspace,
        rule=rule,
        record=record,
        respondent_id=record.respondent_id,
        metric=record.metric,
        score=record.score,
        state=CaseState.ASSIGNED if rule.owner_id else CaseState.NEW,
        owner=rule.owner,
        team=rule.team or record.touchpoint.team,
        opened_at=now,
        due_at=now + timedelta(days=rule.due_days),
        escalates_at=escalates or None,
    )


def _tell(cases: Sequence[Case]) -> None:
    """Tell each owner, and the members of teams whose new cases nobody owns, in one sentence."""
    told: dict[User, list[Case]] = defaultdict(list)
    members = {team: list(team.members.all()) for team in {case.team for case in cases} if team}
    for case in cases:
        people = [case.owner] if case.owner else members.get(case.team, []) if case.team else []
        for person in people:
            told[person].append(case)
    for person, theirs in told.items():
        first = theirs[0]
        address = reverse("feedback:case_list", args=[first.workspace.slug])
        one = len(theirs) == 1
        # One batch is of one rule: all of its cases have the same owner, or none.
        whose = "team" if first.owner is None else "mine"
        tell(
            [person],
            workspace=first.workspace,
            text=_sentence(theirs),
            url=first.get_absolute_url() if one else f"{address}?whose={whose}",
        )


def _sentence(cases: Collection[Case]) -> str:
    """Return what happened, without a word about who the customer is."""
    by = date_format(min(case.due_at for case in cases), "j M")
    if len(cases) > 1:
        return f"{len(cases):,} new cases: answer the customers by {by}."
    [case] = cases
    assert case.record is not None  # noqa: S101
    title = case.record.touchpoint.title[:LONGEST_TITLE]
    return f"A customer had a bad time at “{title}”: answer by {by}."
