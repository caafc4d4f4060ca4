"""Signing in to the API with a token, and keeping it within its workspace and its scopes."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from journeys.limits import REFUSED_CALLS, wait
from journeys.models import ApiToken, TokenScope, User, Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet, WorkspaceQuerySet

NOTED_EVERY = timedelta(minutes=1)

_Content = TypeVar("_Content", bound=WorkspaceContentQuerySet[Any])


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer cxj_…`. Whoever sends no such header is left to the next way in."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the person and the token; raises AuthenticationFailed, which answers 401.

        Raises Throttled, 429, where many wrong tokens came from the same place within a minute.

        A token counts as long as it is neither revoked nor expired, its person is active, and is
        a member since before it was made. It is found by its digest, so that no comparison leaks
        how much of a guess was right.
        """
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != "bearer":
            return None
        now = timezone.now()
        if REFUSED_CALLS.is_over(request._request, now):
            raise Throttled(wait(now), "Too many calls from here were refused.")
        token = (
            ApiToken.objects.valid(now)
            .filter(digest=ApiToken.digest_of(secret.strip()))
            .select_related("user", "workspace")
            .first()
        )
        if token is None:
            REFUSED_CALLS.take(request._request, now)
            raise AuthenticationFailed("This token is unknown, expired or revoked.")
        _note_use(token, now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what WWW-Authenticate says."""
        return 'Bearer realm="cxjourney"'


def _note_use(token: ApiToken, now: datetime) -> None:
    """Note the use, once a minute at most: a busy token shall not write with every call."""
    before = now - NOTED_EVERY
    if token.last_used_at is None or token.last_used_at < before:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=before)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


class TokenReaches(BasePermission):
    """Lets a token only where the view names a scope, in `token_scope`, and the token has it."""

    message = "This token may not do that; its scopes say what it may do."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Let everybody pass who came without a token: sessions know no scopes."""
        if not isinstance(request.auth, ApiToken):
            return True
        scope: TokenScope | None = getattr(view, "token_scope", None)
        return scope is not None and scope in request.auth.scopes


def confined(content: _Content, request: Request) -> _Content:
    """Keep of some content what lies in the token's workspace; without a token, all of it."""
    if isinstance(request.auth, ApiToken):
        return content.filter(**{content.workspace_path: request.auth.workspace_id})
    return content


def reachable(request: Request) -> WorkspaceQuerySet:
    """Return the workspaces that the caller may see: the one of the token, else all of theirs."""
    workspaces = Workspace.objects.visible_to(request.user)
    if isinstance(request.auth, ApiToken):
        return workspaces.filter(pk=request.auth.workspace_id)
    return workspaces
