"""What cases say about a customer goes when the customer is forgotten; that they were stays."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q

from feedback.models import Case, CaseEntry, FollowUp
from journeys.models import Workspace

GONE = "A case whose words were deleted"


def cases_about(respondents: Collection[int], records: Collection[int]) -> set[int]:
    """Return the ids of the cases of these respondents, or of these answers."""
    about = Q(respondent__in=respondents) | Q(record__in=records)
    return set(Case.objects.filter(about).values_list("pk", flat=True))


def words_of(case_ids: Iterable[int]) -> list[dict[str, object]]:
    """Return what is stored about a customer in cases, for whoever asks for it."""
    return [
        {
            "opened_at": case.opened_at,
            "state": case.state,
            "metric": case.metric,
            "score": case.score,
            "contacted_at": case.contacted_at,
            "contacted_by": case.get_contact_way_display(),
            "resolved_at": case.resolved_at,
            "root_cause": case.root_cause,
            "action": case.action,
            "told_at": case.told_at,
            "recovery_score": case.recovery_score,
            "history": [
                {"at": entry.at, "what": entry.get_kind_display(), "text": entry.text}
                for entry in case.entries.all()
            ],
            "notes_sent": [
                {"subject": note.subject, "body": note.body} for note in case.follow_ups.all()
            ],
        }
        for case in Case.objects.filter(pk__in=list(case_ids))
        .prefetch_related("entries", "follow_ups")
        .order_by("pk")
    ]


def wipe_cases(ids: Collection[int], *, now: datetime, scores: bool = True) -> int:
    """Take out of cases who it was about and every word; return how many cases that were.

    States and times stay, so that no count changes. A root cause stays where it is that of enough
    other cases: then it says nothing of one customer. With `scores`, before and after go too.
    To be called in a transaction.
    """
    cases = Case.objects.filter(pk__in=list(ids))
    _forget_rare_causes(ids)
    CaseEntry.objects.filter(case__in=cases).update(text="")
    FollowUp.objects.filter(case__in=cases).update(subject="", body="")
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Case),
        object_id__in=[str(pk) for pk in ids],
    ).update(object_repr=GONE, change_message="")
    values = {"score": None, "recovery_score": None} if scores else {}
    return cases.update(record=None, respondent=None, action="", forgotten_at=now, **values)


def wipe_mentions(entry_ids: Collection[int]) -> int:
    """Blank what cases of other customers say of somebody; return how many lines that were."""
    entries = CaseEntry.objects.filter(pk__in=entry_ids)
    # The same words stand at the case itself.
    Case.objects.filter(entries__in=entries, action__in=entries.values("text")).update(action="")
    return entries.update(text="")


def forget_loose_cases(now: datetime) -> int:
    """Wipe the cases whose customer nobody can tell any more; return how many.

    The answer was cut loose or deleted since, by age, by its receipt or in the admin.
    """
    loose = Q(record__isnull=True) | Q(respondent__isnull=True) | Q(record__respondent__isnull=True)
    found = Case.objects.filter(loose, forgotten_at__isnull=True).values_list("pk", flat=True)
    return wipe_cases(list(found[:1000]), now=now, scores=False)


def _forget_rare_causes(ids: Collection[int]) -> None:
    """Blank the root causes that too few other cases of the same workspace share."""
    wiped: dict[Workspace, list[Case]] = defaultdict(list)
    named = Case.objects.filter(pk__in=ids).exclude(root_cause="").select_related("workspace")
    for case in named:
        wiped[case.workspace].append(case)
    rare: list[int] = []
    for workspace, cases in wiped.items():
        others = Case.objects.filter(workspace=workspace).exclude(pk__in=ids)
        shared: Counter[str] = Counter()
        for cause, n in others.values_list("root_cause").annotate(Count("pk")).order_by():
            shared[cause.casefold()] += n
        rare += [
            case.pk
            for case in cases
            if shared[case.root_cause.casefold()] + 1 < workspace.minimum_answers
        ]
    Case.objects.filter(pk__in=rare).update(root_cause="")
