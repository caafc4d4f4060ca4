"""Accepting an invitation: as who is signed in, or with a new account."""

from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core.ratelimit import consume_or_429
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cxjourney.sign_in.accounts import settle_address
from journeys.inviting import accept
from journeys.models import Invitation, User


class AccountForm(forms.Form):
    """The name and the password of a new account, for an address that is known already."""

    name = forms.CharField(
        max_length=120, label="Your name", widget=forms.TextInput({"autocomplete": "name"})
    )
    password = forms.CharField(
        strip=False,
        label="Choose a password",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is easy to guess, also from the name and the address."""
        found: dict[str, Any] = super().clean() or {}
        if "password" in found:
            person = User(email=self.address, name=found.get("name", ""))
            try:
                validate_password(found["password"], person)
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return found

    def make(self, **rights: Any) -> User:
        """Make the account."""
        return User.objects.create_user(
            self.address, self.cleaned_data["password"], name=self.cleaned_data["name"], **rights
        )


def let_in(request: HttpRequest, user: User, *, to: str) -> HttpResponse:
    """Sign a new person in, and lead them to a page of ours."""
    return perform_login(request, Login(user=user, redirect_url=to, signup=True))


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation, and accept it on POST.

    The link proves the address that it was mailed to. It adds nobody else: who is signed in with
    another address is told so.
    """
    found = Invitation.objects.of_token(token).select_related("workspace", "invited_by").first()
    if found is None or not found.works(timezone.now()):
        return _page(request, "gone", None, status=404 if found is None else 410)
    if isinstance(request.user, User):
        if request.user.email.lower() != found.email:
            return _page(request, "somebody_else", found, status=403 if _posted(request) else 200)
        return (
            _join(request, found, request.user)
            if _posted(request)
            else _page(request, "join", found)
        )
    if User.objects.filter(email__iexact=found.email).exists():
        return _page(request, "known", found)
    form = AccountForm(request.POST if _posted(request) else None, address=found.email)
    if not _posted(request):
        return _page(request, "new", found, form=form)
    if refused := consume_or_429(request, action="signup"):
        return refused
    if not form.is_valid():
        return _page(request, "new", found, form=form, status=422)
    return _join_as_new(request, found, form)


def _posted(request: HttpRequest) -> bool:
    return request.method == "POST"


def _join(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    with transaction.atomic():
        membership = accept(invitation, user, request=request)
        if membership is None:
            return _page(request, "gone", None, status=410)
        settle_address(user)
    messages.success(request, f"You are a member of {invitation.workspace} now.")
    return redirect(invitation.workspace)


def _join_as_new(request: HttpRequest, invitation: Invitation, form: AccountForm) -> HttpResponse:
    try:
        with transaction.atomic():
            user = form.make()
            if accept(invitation, user, request=request) is None:
                transaction.set_rollback(True)
                return _page(request, "gone", None, status=410)
    except IntegrityError:  # The same form, sent twice at the same moment.
        return _page(request, "known", invitation)
    return let_in(request, user, to=invitation.workspace.get_absolute_url())


def _page(
    request: HttpRequest,
    state: str,
    invitation: Invitation | None,
    *,
    form: AccountForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"state": state, "invitation": invitation, "form": form, "here": request.path}
    return render(request, "account/invitation.html", context, status=status)
