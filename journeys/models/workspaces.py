"""A workspace is one organisation; a membership is one person's role in it."""

from typing import ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from journeys.models.people import User

Visitor = User | AnonymousUser
_Model = TypeVar("_Model", bound=models.Model)


class Role(models.TextChoices):
    """What a member may do, from everything to reading."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    FACILITATOR = "facilitator"
    COMMENTER = "commenter"
    VIEWER = "viewer"

    @property
    def administers(self) -> bool:
        """True for roles that keep people, personas and libraries."""
        return self in {Role.OWNER, Role.ADMIN}

    @property
    def edits(self) -> bool:
        """True for roles that change maps."""
        return self not in {Role.COMMENTER, Role.VIEWER}

    @property
    def comments(self) -> bool:
        """True for roles that take part in the conversations about a map."""
        return self is not Role.VIEWER

    @property
    def sees_customers(self) -> bool:
        """True for roles that read what one customer answered, under a pseudonym, and answer it.

        Everybody else sees customers in groups only, large enough to hide each of them.
        """
        return self in {Role.OWNER, Role.ADMIN, Role.EDITOR}

    @property
    def identifies_customers(self) -> bool:
        """True for roles that learn who a customer is, wherever an address is known."""
        return self.administers

    @classmethod
    def in_journeys(cls) -> list[str]:
        """Return the values of the roles that one can have in a single journey."""
        return [role.value for role in cls if not role.administers]

    @classmethod
    def administering(cls) -> list[str]:
        """Return the values of the roles that administer, for a query."""
        return [role.value for role in cls if role.administers]

    @classmethod
    def editing(cls) -> list[str]:
        """Return the values of the roles that change maps and bring in feedback, for a query."""
        return [role.value for role in cls if role.edits]

    @classmethod
    def commenting(cls) -> list[str]:
        """Return the values of the roles that comment, for a query."""
        return [role.value for role in cls if role.comments]

    @classmethod
    def seeing_customers(cls) -> list[str]:
        """Return the values of the roles that see single customers, for a query."""
        return [role.value for role in cls if role.sees_customers]

    @classmethod
    def identifying_customers(cls) -> list[str]:
        """Return the values of the roles that learn who customers are, for a query."""
        return [role.value for role in cls if role.identifies_customers]


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    """Workspaces, by who may see, change or administer them."""

    def visible_to(self, user: Visitor) -> Self:
        """Keep the workspaces that the person is a member of; a superuser sees all."""
        return self._held_by(user)

    def administered_by(self, user: Visitor) -> Self:
        """Keep the workspaces in which the person is owner or admin; a superuser has all."""
        return self._held_by(user, Role.administering())

    def edited_by(self, user: Visitor) -> Self:
        """Keep the workspaces that the person may change; a superuser has all."""
        return self._held_by(user, Role.editing())

    def commented_by(self, user: Visitor) -> Self:
        """Keep the workspaces on whose maps the person may comment; a superuser all."""
        return self._held_by(user, Role.commenting())

    def customers_seen_by(self, user: Visitor) -> Self:
        """Keep the workspaces whose single customers the person may see; a superuser all."""
        return self._held_by(user, Role.seeing_customers())

    def customers_identified_by(self, user: Visitor) -> Self:
        """Keep the workspaces of whose customers the person may learn who they are."""
        return self._held_by(user, Role.identifying_customers())

    def _held_by(self, user: Visitor, roles: list[str] | None = None) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(pk__in=workspaces_of(user, roles))


class Workspace(models.Model):
    """One organisation's journeys, people and libraries."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    simulated = models.BooleanField(
        default=False, help_text="The data is made up by a simulator; every page says so."
    )
    minimum_answers = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(3), MaxValueValidator(10)],
        help_text="Scores of fewer respondents than this are hidden (3 to 10).",
    )
    stale_after_days = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(7), MaxValueValidator(730)],
        help_text="Days without an answer after which a touchpoint that used to have some raises "
        "an alert (7 to 730).",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minimum_answers__gte=3, minimum_answers__lte=10),
                name="workspace_minimum_answers_3_to_10",
            ),
            models.CheckConstraint(
                condition=models.Q(stale_after_days__gte=7, stale_after_days__lte=730),
                name="workspace_stale_after_7_to_730",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the workspace's journey list."""
        return reverse("journeys:journey_list", args=[self.slug])


class WorkspaceContentQuerySet(models.QuerySet[_Model]):
    """Anything that belongs to a workspace; `workspace_path` says along which relations."""

    workspace_path: ClassVar[str] = "workspace"
    journey_path: ClassVar[str | None] = None
    """Along which relations the journey is found of whose map it is a part; None: of none."""

    def __init_subclass__(cls) -> None:
        """Find the journey on the way to the workspace, where it lies on it."""
        super().__init_subclass__()
        if cls.workspace_path.endswith("journey__workspace"):
            cls.journey_path = cls.workspace_path.removesuffix("__workspace")

    def visible_to(self, user: Visitor) -> Self:
        """Keep what lies in workspaces that the person may see."""
        return self._within(user)

    def administered_by(self, user: Visitor) -> Self:
        """Keep what lies in workspaces that the person administers."""
        return self._within(user, Role.administering())

    def edited_by(self, user: Visitor) -> Self:
        """Keep what the person may change, by the role in the journey where there is one."""
        return self._in_a_role(user, Role.editing())

    def commented_by(self, user: Visitor) -> Self:
        """Keep what the person may comment on, by the role in the journey where there is one."""
        return self._in_a_role(user, Role.commenting())

    def _within(self, user: Visitor, roles: list[str] | None = None) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(**{f"{self.workspace_path}__in": workspaces_of(user, roles)})

    def _in_a_role(self, user: Visitor, roles: list[str]) -> Self:
        if self.journey_path is None or not isinstance(user, User) or user.is_superuser:
            return self._within(user, roles)
        if not user.is_active:
            return self.none()
        named = JourneyRole.objects.given_to(user)
        here, other = named.filter(role__in=roles), named.exclude(role__in=roles)
        in_journey = f"{self.journey_path}__in"
        as_member = models.Q(
            **{f"{self.workspace_path}__in": workspaces_of(user, roles)}
        ) & ~models.Q(**{in_journey: other.values("journey")})
        return self.filter(as_member | models.Q(**{in_journey: here.values("journey")}))


class MembershipQuerySet(WorkspaceContentQuerySet["Membership"]):
    """Memberships, by workspace."""


class Membership(models.Model):
    """One person's role in one workspace."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.VIEWER)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["workspace_id", "user_id"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


def workspaces_of(user: User, roles: list[str] | None = None) -> models.QuerySet[Membership, int]:
    """Return the ids of a member's workspaces, or of those in which the person has a role."""
    memberships = Membership.objects.filter(user=user)
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    # Right from the memberships: a query over workspaces between costs every page that asks.
    return memberships.order_by().values_list("workspace", flat=True)


class JourneyRoleQuerySet(WorkspaceContentQuerySet["JourneyRole"]):
    """Roles in single journeys, by workspace and person."""

    workspace_path = "journey__workspace"

    def given_to(self, user: User) -> Self:
        """Keep those that count for a person: owners and admins are that in every journey."""
        return self.filter(
            membership__user=user, membership__workspace=models.F("journey__workspace")
        ).exclude(membership__role__in=Role.administering())


class JourneyRole(models.Model):
    """A member's role in one journey, in the place of the one in the workspace.

    It says who changes this map and who comments on it, and nothing else: every member sees every
    journey, and what belongs to the workspace goes by the role there.
    """

    journey = models.ForeignKey("journeys.Journey", models.CASCADE, related_name="roles")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="journey_roles")
    role = models.CharField(max_length=12, choices=Role.choices)

    objects = JourneyRoleQuerySet.as_manager()

    class Meta:
        ordering = ["journey_id", "membership_id"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "membership"], name="journey_role_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.in_journeys()), name="journey_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership.user} · {self.get_role_display()}"
