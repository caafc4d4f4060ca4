"""Who may touch what in the admin: only what lies in a workspace that the person administers."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from journeys.models import Membership, Role, User, Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet, WorkspaceQuerySet


def is_superuser(request: HttpRequest) -> bool:
    """True for who may do everything in every workspace."""
    return request.user.is_active and request.user.is_superuser


def administered_ids(request: HttpRequest) -> frozenset[int]:
    """Return the ids of the workspaces that the person administers, asked once per request."""
    return frozenset(pk for pk, role in _roles(request).items() if role.administers)


def edited_ids(request: HttpRequest) -> frozenset[int]:
    """Return the ids of the workspaces that the person may change, asked once per request."""
    return frozenset(pk for pk, role in _roles(request).items() if role.edits)


def customers_seen_ids(request: HttpRequest) -> frozenset[int]:
    """Return the ids of the workspaces whose single customers the person sees, asked once."""
    return frozenset(pk for pk, role in _roles(request).items() if role.sees_customers)


def _roles(request: HttpRequest) -> dict[int, Role]:
    """Return the person's role by workspace id; a superuser is as good as an owner of each."""
    roles: dict[int, Role] | None = getattr(request, "_roles", None)
    if roles is None:
        if not request.user.is_active:
            roles = {}
        elif request.user.is_superuser:
            roles = dict.fromkeys(Workspace.objects.values_list("pk", flat=True), Role.OWNER)
        else:
            own = Membership.objects.filter(user=request.user.pk)
            roles = {pk: Role(role) for pk, role in own.values_list("workspace", "role")}
        request._roles = roles  # type: ignore[attr-defined]
    return roles


def administers_any(request: HttpRequest) -> bool:
    """True where the person has something to administer; a superuser always has."""
    return is_superuser(request) or bool(administered_ids(request))


def workspace_path(model: type[Model]) -> str | None:
    """Return the lookup from a model to its workspace: "" for Workspace, None where there is none.

    It is the `workspace_path` of the model's queryset: "step__stage__journey__workspace".
    """
    if model is Workspace:
        return ""
    queryset = model._default_manager.all()
    return queryset.workspace_path if isinstance(queryset, WorkspaceContentQuerySet) else None


def ancestors(obj: Model) -> Iterator[Model]:
    """Yield what an object belongs to, one after another, its workspace last."""
    node: Any = obj
    for part in filter(None, (workspace_path(type(obj)) or "").split("__")):
        node = getattr(node, part)
        yield node


def workspace_of(obj: Model) -> Workspace | None:
    """Return the workspace in which an object lies, or None where it lies in none (a person)."""
    *_, last = (obj, *ancestors(obj))
    return last if isinstance(last, Workspace) else None


def may_administer(request: HttpRequest, obj: Model) -> bool:
    """True where the object lies in a workspace that the person administers."""
    if is_superuser(request):
        return True
    workspace = workspace_of(obj)
    return workspace is not None and workspace.pk in administered_ids(request)


def owns(request: HttpRequest, workspace: Workspace) -> bool:
    """True for an owner of the workspace, and for a superuser."""
    return (
        is_superuser(request)
        or Membership.objects.filter(
            workspace=workspace, user=request.user.pk, role=Role.OWNER
        ).exists()
    )


def people_of(request: HttpRequest) -> QuerySet[User]:
    """Return the members of the workspaces that the person administers; a superuser gets all."""
    if is_superuser(request):
        return User.objects.all()
    members = Membership.objects.administered_by(request.user)
    return User.objects.filter(pk__in=members.values("user"))


def choices_of(model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    """Return the objects of a model that the person may choose; none of an unknown model's."""
    if model is User:
        return people_of(request)
    queryset: QuerySet[Any] = model._default_manager.all()
    if isinstance(queryset, WorkspaceQuerySet | WorkspaceContentQuerySet):
        path = workspace_path(model)
        limited = queryset.administered_by(request.user)
        return limited.select_related(path) if path else limited
    return queryset if is_superuser(request) else queryset.none()


def narrowed(queryset: QuerySet[Any], workspace: Workspace, current: Any) -> QuerySet[Any]:
    """Keep the choices that lie in one workspace, and the present value, wherever it lies."""
    if queryset.model is User:
        members = Membership.objects.filter(workspace=workspace)
        kept = User.objects.filter(Q(pk__in=members.values("user")) | Q(pk=current))
        return kept.order_by(*queryset.query.order_by or ["email"])
    path = workspace_path(queryset.model)
    return queryset if path is None else queryset.filter(**{path or "pk": workspace.pk})


def choice_label(obj: Model, *, with_workspace: bool) -> str:
    """Return what names an object in a list of choices: "Business trip › Airport › Check-in".

    Who administers several workspaces also reads which one it is.
    """
    if isinstance(obj, User):
        return f"{obj.name} ({obj.email})" if obj.name else obj.email
    above = list(ancestors(obj))
    if not above:
        return str(obj)
    workspace = above.pop()
    label = " › ".join(str(node) for node in [*reversed(above), obj])
    return f"{label} ({workspace})" if with_workspace else label


def has_several(request: HttpRequest) -> bool:
    """True for who administers more than one workspace."""
    return is_superuser(request) or len(administered_ids(request)) > 1
