"""Filters of the lists that name only what lies in the person's own workspaces."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from journeys.admin.access import choice_label, choices_of, has_several
from journeys.models import Membership, Role, User, Workspace

if TYPE_CHECKING:
    from django.contrib.admin.filters import SimpleListFilter
else:
    SimpleListFilter = admin.SimpleListFilter


class OwnRelatedFilter(admin.RelatedFieldListFilter):
    """Django's filter by a relation, without the choices of other people's workspaces."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Return the choices among what the person administers."""
        several = has_several(request)
        return [
            (obj.pk, choice_label(obj, with_workspace=several))
            for obj in choices_of(field.related_model, request)
        ]


class MemberOfFilter(SimpleListFilter):
    """People by workspace. Memberships in other workspaces are nobody's business here."""

    title = "workspace"
    parameter_name = "member_of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the workspaces that the reader administers."""
        workspaces = Workspace.objects.administered_by(request.user)
        return [(str(workspace.pk), workspace.name) for workspace in workspaces]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Keep the members of one."""
        chosen = self.value()
        if chosen is None or chosen not in {value for value, _ in self.lookup_choices}:
            return queryset
        own = Membership.objects.administered_by(request.user)
        return queryset.filter(pk__in=own.filter(workspace=int(chosen)).values("user"))


class RoleFilter(SimpleListFilter):
    """People by their role in the reader's workspaces."""

    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the roles."""
        return [(str(value), str(label)) for value, label in Role.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Keep who has it somewhere."""
        if self.value() not in Role.values:
            return queryset
        own = Membership.objects.administered_by(request.user)
        return queryset.filter(pk__in=own.filter(role=self.value()).values("user"))
