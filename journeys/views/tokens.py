"""API tokens: made by who edits, shown once, and revoked by their owners, whatever their role.

Admins revoke anybody's.
"""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from journeys.access import workspace_to_edit, workspace_to_see
from journeys.admin.access import administered_ids, edited_ids
from journeys.auditing import audit
from journeys.models import ApiToken, AuditKind, TokenScope, User, Workspace
from journeys.models.tokens import ApiTokenQuerySet

LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "One year"), ("", "Until revoked")]


class TokenForm(forms.Form):
    """What a new token is for, what it may do, and how long."""

    name = forms.CharField(max_length=80, help_text="What uses it, such as “Help desk export”.")
    scopes = forms.MultipleChoiceField(
        label="May do",
        choices=TokenScope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    lifetime = forms.ChoiceField(
        label="Expires after", choices=LIFETIMES, initial="90", required=False
    )

    def expires_at(self, now: datetime) -> datetime | None:
        """Return when the token ends, or None for one that is to last until it is revoked."""
        days = self.cleaned_data["lifetime"]
        return now + timedelta(days=int(days)) if days else None


@require_GET
def token_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show one's own tokens of a workspace, to admins everybody's; who edits may make one."""
    return _page(request, workspace_to_see(request, workspace), TokenForm())


@require_POST
def token_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make a token and show its secret, here and never again."""
    home = workspace_to_edit(request, workspace)
    assert isinstance(request.user, User)  # noqa: S101
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, home, form, status=422)
    with transaction.atomic():
        token, secret = ApiToken.issue(
            workspace=home,
            user=request.user,
            name=form.cleaned_data["name"],
            scopes=[TokenScope(scope) for scope in form.cleaned_data["scopes"]],
            expires_at=form.expires_at(timezone.now()),
        )
        _write_down(request, token, "Made", scopes=token.scopes)
    response = _page(request, home, TokenForm(), secret=secret, status=201)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def token_revoke(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """End a token at once: one's own, or as an admin anybody's."""
    home = workspace_to_see(request, workspace)
    token = get_object_or_404(_tokens(request, home), pk=pk)
    with transaction.atomic():
        token.revoke(timezone.now())
        _write_down(request, token, "Revoked")
    messages.success(request, f"“{token.name}” is revoked: calls with it are refused from now on.")
    return redirect("journeys:token_list", home.slug)


def _write_down(request: HttpRequest, token: ApiToken, did: str, **facts: Any) -> None:
    audit(
        AuditKind.TOKEN,
        f"{did} the API token “{token.name}” of {token.user}.",
        by=request.user,
        workspace=token.workspace,
        request=request,
        token=token.pk,
        **facts,
    )


def _tokens(request: HttpRequest, workspace: Workspace) -> ApiTokenQuerySet:
    assert isinstance(request.user, User)  # noqa: S101
    tokens = ApiToken.objects.visible_to(request.user).filter(workspace=workspace)
    administers = workspace.pk in administered_ids(request)
    return tokens if administers else tokens.filter(user=request.user)


def _page(
    request: HttpRequest,
    workspace: Workspace,
    form: TokenForm,
    *,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    tokens = _tokens(request, workspace).select_related("user")
    backed = set(tokens.backed().values_list("pk", flat=True))
    context = {
        "workspace": workspace,
        "form": form,
        "tokens": [(token, token.state(now, still_backed=token.pk in backed)) for token in tokens],
        "administers": workspace.pk in administered_ids(request),
        "edits": workspace.pk in edited_ids(request),
        "secret": secret,
    }
    return render(request, "journeys/token_list.html", context, status=status)
