"""Closing the loop: a customer to be answered, and what was done about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse

from feedback.models.case_rules import CaseRule
from feedback.models.records import FeedbackRecord, Metric
from feedback.models.respondents import Respondent
from journeys.models import User, Workspace
from journeys.models.states import Job
from journeys.models.workspaces import Visitor, WorkspaceContentQuerySet
from touchpoints.models import Team


class CaseState(models.TextChoices):
    """How far a case is."""

    NEW = "new"
    ASSIGNED = "assigned"
    CONTACTED = "contacted"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @classmethod
    def unresolved(cls) -> list[str]:
        """Return the values of what still has to be worked on, for a query."""
        return [cls.NEW.value, cls.ASSIGNED.value, cls.CONTACTED.value]


MOVES: Mapping[str, tuple[CaseState, ...]] = {
    CaseState.NEW: (CaseState.ASSIGNED, CaseState.CLOSED),
    CaseState.ASSIGNED: (
        CaseState.ASSIGNED,
        CaseState.CONTACTED,
        CaseState.RESOLVED,
        CaseState.CLOSED,
    ),
    CaseState.CONTACTED: (CaseState.CONTACTED, CaseState.RESOLVED),
    CaseState.RESOLVED: (CaseState.CLOSED, CaseState.ASSIGNED),
    CaseState.CLOSED: (CaseState.ASSIGNED,),
}
"""Where a case may go from each state. From one to itself: another owner, one more contact."""


class ContactWay(models.TextChoices):
    """How a customer was spoken to."""

    MAIL = "mail", "E-mail"
    PHONE = "phone"
    LETTER = "letter"
    CHAT = "chat"
    PERSON = "person", "In person"


class EntryKind(models.TextChoices):
    """What happened to a case."""

    OPENED = "opened", "Opened"
    ASSIGNED = "assigned", "Assigned"
    CONTACTED = "contacted", "Customer contacted"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Opened again"
    NOTE = "note", "Note"
    TOLD = "told", "Customer told what was done"
    RECOVERED = "recovered", "Recovery score"
    ESCALATED = "escalated", "Escalated"


class StepRefused(Exception):
    """A case cannot take this step; the message says why, for people."""


class CaseQuerySet(WorkspaceContentQuerySet["Case"]):
    """Cases, by workspace, urgency and whose they are."""

    def unresolved(self) -> Self:
        """Keep those that still have to be worked on."""
        return self.filter(state__in=CaseState.unresolved())

    def overdue(self, now: datetime) -> Self:
        """Keep those that should have been resolved by now."""
        return self.unresolved().filter(due_at__lt=now)

    def of_team_of(self, user: Visitor) -> Self:
        """Keep those of teams that the person is a member of."""
        return self.filter(team__in=Team.objects.filter(members=user.pk))

    def with_places(self) -> Self:
        """Fetch along where the answer was given, and whose the case is."""
        return self.select_related(
            "workspace", "team", "owner", "rule", "record__touchpoint__step__stage__journey"
        )


class Case(Job):
    """One customer to be answered, because of one answer that was not anonymous.

    `metric` and `score` are the answer's when the case opened. When the customer is forgotten,
    record, respondent and all words go; the states and their times stay, for the counts.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="cases")
    rule = models.ForeignKey(CaseRule, models.SET_NULL, null=True, blank=True, related_name="cases")
    record = models.OneToOneField(
        FeedbackRecord, models.SET_NULL, null=True, blank=True, related_name="case"
    )
    respondent = models.ForeignKey(
        Respondent, models.SET_NULL, null=True, blank=True, related_name="cases"
    )
    metric = models.CharField(max_length=5, choices=Metric.choices, blank=True, default="")
    score = models.SmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=CaseState.choices, default=CaseState.NEW)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="cases")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="cases"
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalates_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    contact_way = models.CharField(max_length=6, choices=ContactWay.choices, blank=True, default="")
    resolved_at = models.DateTimeField(null=True, blank=True)
    root_cause = models.CharField(max_length=80, blank=True, default="")
    action = models.TextField(max_length=4000, blank=True, default="")
    told_at = models.DateTimeField(null=True, blank=True)
    told_way = models.CharField(max_length=6, choices=ContactWay.choices, blank=True, default="")
    recovery_score = models.SmallIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["workspace", "state", "due_at"], name="case_queue"),
            models.Index(fields=["workspace", "opened_at"], name="case_opened"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=CaseState.values), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="resolved") | models.Q(resolved_at__isnull=False),
                name="case_resolved_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed") | models.Q(closed_at__isnull=False),
                name="case_closed_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="contacted") | models.Q(contacted_at__isnull=False),
                name="case_contacted_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Case {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of the case's page."""
        return reverse("feedback:case_detail", args=[self.workspace.slug, self.pk])

    @property
    def may_contact(self) -> bool:
        """True where the customer agreed to hear back, and has not ended that since."""
        return self.respondent is not None and self.respondent.may_hear

    def overdue(self, now: datetime) -> bool:
        """True where it should have been resolved by then."""
        return self.state in CaseState.unresolved() and self.due_at < now

    def may(self, to: CaseState) -> bool:
        """True where the case may go to that state from where it is."""
        return to in MOVES[self.state]

    def assign(self, owner: User, *, team: Team | None, due_at: datetime, by: User | None) -> None:
        """Make it somebody's; what was resolved or closed is opened again.

        Raises StepRefused, here as in all steps, where somebody else was faster.
        """
        again = self.state in {CaseState.RESOLVED, CaseState.CLOSED}
        stays = self.state == CaseState.CONTACTED
        values: dict[str, Any] = {"owner": owner, "team": team, "due_at": due_at}
        if again:
            values |= {"resolved_at": None, "closed_at": None}
        kind = EntryKind.REOPENED if again else EntryKind.ASSIGNED
        to = CaseState.CONTACTED if stays else CaseState.ASSIGNED
        self._step(to, kind, f"To {owner}", by=by, **values)

    def contact(self, way: str, text: str, *, at: datetime, by: User) -> None:
        """Note that the customer was spoken to; the time of the first contact stays."""
        if not self.may_contact:
            raise StepRefused("This customer did not agree to be contacted.")
        first = self.contacted_at or at
        values = {"contacted_at": first, "contact_way": way}
        self._step(CaseState.CONTACTED, EntryKind.CONTACTED, text, by=by, **values)

    def resolve(self, root_cause: str, action: str, *, at: datetime, by: User) -> None:
        """Note why it happened, and what was done about it."""
        values = {"root_cause": root_cause, "action": action, "resolved_at": at}
        self._step(CaseState.RESOLVED, EntryKind.RESOLVED, action, by=by, **values)

    def close(self, text: str, *, at: datetime, by: User) -> None:
        """Let it be over. What was not resolved needs a reason."""
        if self.state != CaseState.RESOLVED and not text:
            raise StepRefused("Say why it is closed without having been resolved.")
        self._step(CaseState.CLOSED, EntryKind.CLOSED, text, by=by, closed_at=at)

    def tell(self, way: str, text: str, *, at: datetime, by: User | None) -> None:
        """Note that the customer was told what was done; the first time stays."""
        with transaction.atomic():
            untold = Case.objects.filter(pk=self.pk, told_at__isnull=True)
            if untold.update(told_at=at, told_way=way):
                self.told_at, self.told_way = at, way
            self.note(EntryKind.TOLD, text, by=by)

    def recover(self, score: int, text: str, *, by: User | None) -> None:
        """Note what the customer thinks now, on the scale of the answer."""
        with transaction.atomic():
            Case.objects.filter(pk=self.pk).update(recovery_score=score)
            self.recovery_score = score
            self.note(EntryKind.RECOVERED, text, by=by)

    def note(self, kind: EntryKind, text: str, *, by: User | None) -> None:
        """Add a line to the history."""
        CaseEntry.objects.create(case=self, kind=kind, text=text, by=by)

    def _step(
        self, to: CaseState, kind: EntryKind, text: str, *, by: User | None, **values: Any
    ) -> None:
        if not self.may(to):
            raise StepRefused(f"A case that is {self.state} cannot become {to} at once.")
        with transaction.atomic():
            if not self.move(to, out_of=[self.state], **values):
                raise StepRefused("Somebody else took a step meanwhile. Look at it again.")
            self.note(kind, text, by=by)


class CaseEntryQuerySet(WorkspaceContentQuerySet["CaseEntry"]):
    """Entries, by workspace."""

    workspace_path = "case__workspace"


class CaseEntry(models.Model):
    """One line of a case's history: what, when and by whom; by nobody where a rule did it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="entries")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=9, choices=EntryKind.choices)
    text = models.TextField(max_length=4000, blank=True, default="")

    objects = CaseEntryQuerySet.as_manager()

    class Meta:
        ordering = ["case_id", "pk"]
        verbose_name_plural = "case entries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=EntryKind.values), name="case_entry_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · Case {self.case_id}"
