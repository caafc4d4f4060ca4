"""Workspaces, and the people in them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest

from journeys.admin import history
from journeys.admin.access import (
    administers_any,
    is_superuser,
    people_of,
)
from journeys.admin.audited import Audited
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import MemberOfFilter, RoleFilter
from journeys.admin.members import MembershipInline, own_unless_owned
from journeys.models import Journey, Membership, Role, User, Workspace

if TYPE_CHECKING:
    _UserCreationForm = AdminUserCreationForm[User]
    _UserChangeForm = UserChangeForm[User]
    _UserAdmin = auth.UserAdmin[User]
else:
    _UserCreationForm = AdminUserCreationForm
    _UserChangeForm = UserChangeForm
    _UserAdmin = auth.UserAdmin

# Rights follow from memberships and from "superuser"; Django's groups are not used.
admin.site.unregister(Group)


@admin.register(Workspace)
class WorkspaceAdmin(WorkspaceContentAdmin):
    """Organisations. Only a superuser adds or deletes one."""

    audits_settings = True
    list_display = ["name", "slug", "member_count", "journey_count", "simulated"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    fields = ["name", "slug", "minimum_answers", "stale_after_days", "simulated", "created_at"]
    readonly_fields = ["created_at"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workspace]:
        """Count members and journeys along; lock the workspace where its members may change."""
        queryset: QuerySet[Any] = super().get_queryset(request)
        if request.method == "POST" and self._is_change(request):
            # So two requests cannot each take away one of the last two owners.
            queryset = queryset.select_for_update(of=("self",))
        else:
            queryset = queryset.annotate(
                members=Count("memberships", distinct=True), maps=Count("journeys", distinct=True)
            )
        return queryset

    def _is_change(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and match.url_name == "journeys_workspace_change"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let superusers only."""
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let superusers only."""
        return is_superuser(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the label "simulated" out of reach: the pages promise it to their readers."""
        fields = [*super().get_readonly_fields(request, obj)]
        return fields if is_superuser(request) else [*fields, "simulated"]

    def journeys_showing(self, obj: Workspace) -> Iterable[int]:
        """Every map shows the workspace's name and obeys its least number of answers."""
        return Journey.objects.filter(workspace=obj.pk).values_list("pk", flat=True)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the members, of a new workspace its first owner among them."""
        super().save_related(request, form, formsets, change)
        if not change:
            own_unless_owned(form.instance, request)

    def delete_model(self, request: HttpRequest, obj: Workspace) -> None:
        """Delete the workspace and its journeys."""
        obj.delete()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Workspace]) -> None:
        """Delete workspaces and their journeys."""
        Workspace.objects.filter(pk__in=queryset.values("pk")).delete()

    @admin.display(description="members", ordering="members")
    def member_count(self, obj: Any) -> int:
        """Return how many people are members."""
        return int(obj.members)

    @admin.display(description="journeys", ordering="maps")
    def journey_count(self, obj: Any) -> int:
        """Return how many maps there are."""
        return int(obj.maps)


class UserCreationForm(_UserCreationForm):
    """A new account: address, name, password."""

    class Meta:
        model = User
        fields = ["email", "name"]

    def clean_email(self) -> str:
        """Store addresses in lower case, as signing in compares them."""
        return str(self.cleaned_data["email"]).lower()


class ChangeUserForm(_UserChangeForm):
    """An account."""

    class Meta:
        model = User
        fields = ["email", "name", "is_active", "is_superuser"]

    def clean_email(self) -> str:
        """Store addresses in lower case, as signing in compares them."""
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class UserAdmin(Audited, _UserAdmin):
    """Accounts: superusers keep them; whoever administers a workspace sees its members."""

    form = ChangeUserForm
    add_form = UserCreationForm
    list_display = ["email", "name", "roles", "is_active", "last_login"]
    list_filter = [MemberOfFilter, RoleFilter, "is_active"]
    search_fields = ["email", "name"]
    search_help_text = "Search by address or name."
    ordering = ["email"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined", "roles"]
    list_per_page = 50
    show_full_result_count = False
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})
    ]
    # What only a superuser needs to know of an account.
    account_fields = ["password", "is_superuser", "last_login", "date_joined"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show a workspace's admins who a member is, and superusers the account as well."""
        if obj is None and is_superuser(request):
            return self.add_fieldsets
        fields = ["email", "name", "roles", "is_active"]
        account = self.account_fields if is_superuser(request) else []
        return [(None, {"fields": [*fields, *account]})]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out when other people signed in, but for superusers."""
        shown = ["email", "name", "roles", "is_active"]
        return [*shown, "is_superuser", "last_login"] if is_superuser(request) else shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the people that the person may know of, with their roles in own workspaces."""
        memberships = Membership.objects.administered_by(request.user).select_related("workspace")
        return (
            people_of(request)
            .order_by(*self.get_ordering(request))
            .prefetch_related(Prefetch("memberships", memberships, to_attr="own_memberships"))
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show people to everybody who administers something."""
        return administers_any(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let people see the members of the workspaces that they administer."""
        if obj is None or is_superuser(request):
            return administers_any(request)
        return people_of(request).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let superusers only; others invite people by address, in their workspace."""
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let superusers only: an account is not one workspace's."""
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let superusers only."""
        return is_superuser(request)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Return what was changed, from which value to which; never a password."""
        if add:
            return super().construct_change_message(request, form, formsets, add)
        return history.describe(form, formsets or [])

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuse to delete the last owner of a workspace, and oneself."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        owners = Membership.objects.filter(role=Role.OWNER)
        others = owners.exclude(user__in=objs)
        left_alone = Workspace.objects.filter(
            pk__in=owners.filter(user__in=objs).values("workspace")
        ).exclude(pk__in=others.values("workspace"))
        kept = [f"the last owner of {workspace}" for workspace in left_alone]
        kept += ["your own account" for user in objs if user.pk == request.user.pk]
        return deleted, counts, lacking, [*protected, *kept]

    @admin.display(description="roles")
    def roles(self, user: Any) -> str:
        """Return the person's roles in the workspaces that the reader administers."""
        return ", ".join(
            f"{membership.get_role_display()} of {membership.workspace}"
            for membership in getattr(user, "own_memberships", [])
        )
