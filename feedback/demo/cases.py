"""Cases of the demo: rules, some customers with made-up names, and their cases in every state."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import NamedTuple

from feedback.closing.opening import open_fresh
from feedback.demo.libraries import Libraries
from feedback.models import (
    Case,
    CaseEntry,
    CaseRule,
    CaseState,
    ContactWay,
    FeedbackRecord,
    Identity,
    Respondent,
    Source,
)
from feedback.privacy.respondents import respondent_key
from feedback.recording import NewAnswer, record_answers
from journeys.models import Membership, Role, User
from touchpoints.models import Touchpoint

SOURCE = "Post-contact survey with names"
CUSTOMERS = 44
PLACES = 15
NAMES = (
    *("Alma", "Bruno", "Carla", "Dario", "Edda", "Farid", "Greta", "Hugo", "Ines", "Jonas"),
    *("Kira", "Leon", "Mina", "Nils", "Olga", "Pavel", "Rosa", "Sami", "Tara", "Yusuf"),
)
SURNAMES = ("Arden", "Bell", "Costa", "Dietz", "Eriksen", "Fabre", "Grau", "Hale")
COMMENTS = (
    "I had to explain everything a second time.",
    "Nobody called back, although it was promised.",
    "The invoice did not match what we had agreed.",
    "It took days until somebody felt responsible.",
    "The instructions were for another version.",
)


class Ending(NamedTuple):
    """Why it happened, and what was done."""

    cause: str
    action: str


ENDINGS = (
    *(Ending("Process", "Agreed with the team who calls back, and by when.") for _ in range(3)),
    *(Ending("Information was missing or wrong", "Corrected the page.") for _ in range(2)),
    Ending("Staff", "Talked it through in the team, and apologised."),
    Ending("System or technology", "The form keeps what was typed now."),
)


def _much_heard_of(touchpoints: Sequence[Touchpoint]) -> list[Touchpoint]:
    """Keep where most answer: those of few or none shall stay so."""
    records = FeedbackRecord.objects.filter(touchpoint__in=touchpoints)
    heard = Counter(records.values_list("touchpoint", flat=True))
    owned = [each for each in touchpoints if each.team_id]
    return sorted(owned, key=lambda each: -heard[each.pk])[:PLACES]


def create_cases(
    library: Libraries, touchpoints: dict[str, Touchpoint], *, today: date, seed: int
) -> int:
    """Create rules, customers with low scores, and their cases; return how many cases.

    Nobody is told of them. Addresses end in example.com, which belongs to nobody.
    """
    rng = Random(f"{seed}/cases")  # noqa: S311
    workspace = library.workspace
    places = _much_heard_of(list(touchpoints.values()))
    source = Source.objects.create(workspace=workspace, name=SOURCE)
    answers = []
    for number in range(CUSTOMERS):
        customer = _customer(library, number)
        place, days = rng.choice(places), 1 + round(80 * (number / CUSTOMERS) ** 2)
        asked = datetime.combine(today - timedelta(days=days), datetime.min.time(), UTC)
        answers.append(_answer(customer, place, asked + timedelta(hours=9), rng))
        if number % 3 == 0:
            before = asked - timedelta(days=9)
            answers.append(_answer(customer, rng.choice(places), before, rng, low=3))
    record_answers(source, answers)
    now = datetime.combine(today, datetime.min.time(), UTC)
    rule = _rule(library, "Unhappy customers", at_most=2, due_days=3, escalate_days=5)
    _rule(library, "Very unhappy, whoever it was", at_most=1, contactable=False, active=False)
    open_fresh(rule, now)
    cases = list(Case.objects.filter(workspace=workspace).select_related("record"))
    for case in cases:
        _live(case, _handlers(library), now, rng)
    return len(cases)


def _rule(library: Libraries, name: str, **values: object) -> CaseRule:
    return CaseRule.objects.create(
        workspace=library.workspace, name=name, metric="csat", **{"fresh_days": 100} | values
    )


def _handlers(library: Libraries) -> list[User]:
    able = Membership.objects.filter(
        workspace=library.workspace, role__in=Role.seeing_customers()
    ).select_related("user")
    return [each.user for each in able]


def _customer(library: Libraries, number: int) -> Respondent:
    name, surname = NAMES[number % len(NAMES)], SURNAMES[number * 3 % len(SURNAMES)]
    email = f"{name}.{surname}.{number}@example.com".lower()
    respondent = Respondent.objects.create(
        workspace=library.workspace, key=respondent_key(library.workspace, email)
    )
    Identity.objects.create(
        respondent=respondent, email=email, name=f"{name} {surname}", may_contact=number % 9 != 8
    )
    return respondent


def _answer(
    customer: Respondent, place: Touchpoint, at: datetime, rng: Random, *, low: int = 1
) -> NewAnswer:
    return NewAnswer(
        touchpoint_id=place.pk,
        metric="csat",
        score=rng.choice([low, low + 1]),
        comment=rng.choice(COMMENTS) if low == 1 else "",
        occurred_at=at,
        external_id=f"demo/cases/{customer.pk}/{place.pk}/{at:%Y%m%d}",
        channel_id=place.channel_id,
        respondent_id=customer.pk,
    )


def _live(case: Case, people: list[User], now: datetime, rng: Random) -> None:
    """Let a case be as old as its answer, and as far as its age makes likely."""
    assert case.record is not None  # noqa: S101
    opened = case.record.occurred_at + timedelta(hours=1)
    case.opened_at, case.due_at = opened, opened + timedelta(days=3)
    case.escalates_at = opened + timedelta(days=5)
    contacted = opened + timedelta(days=rng.expovariate(1 / 1.4))
    resolved = contacted + timedelta(days=rng.expovariate(1 / 2.2))
    closed = resolved + timedelta(days=1)
    age = (now - opened).days
    reached = [moment for moment in (contacted, resolved, closed) if moment < now]
    far = min(len(reached), 3 if age > 9 else rng.choice([0, 1, 2]))
    entries: list[tuple[str, datetime, User | None, str]] = [
        ("opened", opened, None, "By the rule “Unhappy customers”")
    ]
    if far or age > 3:
        case.owner, case.state = rng.choice(people), CaseState.ASSIGNED
        entries.append(("assigned", opened + timedelta(hours=2), case.owner, f"To {case.owner}"))
    if far > 0:
        case.state, case.contacted_at = CaseState.CONTACTED, contacted
        case.contact_way = rng.choice([ContactWay.PHONE, ContactWay.MAIL])
        entries.append(("contacted", contacted, case.owner, "Said what happened; we apologised."))
    if far > 1:
        ending = rng.choice(ENDINGS)
        case.state, case.resolved_at = CaseState.RESOLVED, resolved
        case.root_cause, case.action = ending
        entries.append(("resolved", resolved, case.owner, ending.action))
    if far > 2:
        case.state, case.closed_at = CaseState.CLOSED, closed
        if rng.random() < 0.7:
            case.told_at, case.told_way = closed, ContactWay.MAIL
            entries.append(("told", closed, case.owner, "By e-mail"))
        if rng.random() < 0.5:
            case.recovery_score = rng.choice([2, 3, 4, 4, 5])
        entries.append(("closed", closed, case.owner, ""))
    if case.state in CaseState.unresolved() and case.escalates_at < now:
        case.escalated_at = case.escalates_at
        entries.append(("escalated", case.escalates_at, None, "Not resolved after 5 days"))
    case.save()
    case.entries.all().delete()
    for kind, at, by, text in sorted(entries, key=lambda entry: entry[1]):
        entry = CaseEntry.objects.create(case=case, kind=kind, by=by, text=text)
        CaseEntry.objects.filter(pk=entry.pk).update(at=at)
