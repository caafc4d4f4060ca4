"""The first owner of a fresh server: let in by a link that only its operator sees."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cxjourney.sign_in.joining import AccountForm, let_in
from journeys.auditing import audit
from journeys.models import AuditKind, Membership, Role, User, Workspace

_SALT = "cxjourney.first_owner"
LINK_WORKS = 24 * 60 * 60
"""Seconds."""


def nobody_yet() -> bool:
    """True for a server without anybody who could sign in."""
    return not User.objects.filter(is_active=True).exists()


def link() -> str:
    """Return the address at which the first owner is made, for a day and until there is one."""
    token = signing.dumps("first owner", salt=_SALT)
    return f"{settings.SITE_URL}{reverse('account_first_owner', args=[token])}"


class FirstOwnerForm(AccountForm):
    """Who the first owner is, and the name of the first workspace."""

    email = forms.EmailField(
        max_length=254,
        label="Your e-mail address",
        widget=forms.EmailInput({"autocomplete": "username"}),
    )
    workspace = forms.CharField(
        max_length=120,
        label="Name of the first workspace",
        help_text="Your organisation, or the part of it whose journeys you map.",
    )
    field_order = ["name", "email", "password", "workspace"]

    def clean_email(self) -> str:
        """Take the address for the account."""
        self.address = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=self.address).exists():
            raise forms.ValidationError("An account that is switched off has this address.")
        return self.address

    def settle(self, request: HttpRequest) -> tuple[User, Workspace]:
        """Make the account, which may do everything, and the workspace that it owns."""
        name = self.cleaned_data["workspace"]
        user = self.make(is_staff=True, is_superuser=True)
        workspace = Workspace.objects.create(name=name, slug=_free_slug(name))
        Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
        audit(
            AuditKind.MEMBERSHIP,
            f"{user.email} set this server up, and owns {workspace}.",
            by=user,
            workspace=workspace,
            request=request,
        )
        return user, workspace


def _free_slug(name: str) -> str:
    slug = slugify(name)[:50] or "workspace"
    taken = set(Workspace.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (slug, *numbered) if each not in taken)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def first_owner(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first owner; raises Http404 without the operator's link, and once there is one."""
    try:
        signing.loads(token, salt=_SALT, max_age=LINK_WORKS)
    except signing.BadSignature:
        raise Http404 from None
    if not nobody_yet():
        raise Http404
    data: Any = request.POST if request.method == "POST" else None
    form = FirstOwnerForm(data, address="")
    if data is None or not form.is_valid():
        context = {"form": form}
        return render(
            request, "account/first_owner.html", context, status=200 if data is None else 422
        )
    with transaction.atomic():
        if not nobody_yet():  # Somebody with the same link was faster.
            raise Http404
        user, workspace = form.settle(request)
    return let_in(request, user, to=workspace.get_absolute_url())
