"""Members of a workspace: invited by address, and never without an owner.

Whoever adds a workspace owns it where no row of the form names an owner.
"""

from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest

from journeys.access import signed_in
from journeys.admin.access import owns
from journeys.admin.base import ContentInline
from journeys.admin.forms import RowFormSet
from journeys.auditing import audit
from journeys.models import AuditKind, Membership, Role, User, Workspace

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Membership]
else:
    _ModelForm = forms.ModelForm


class MembershipForm(_ModelForm):
    """One member: a person's address, which is fixed once stored, and their role.

    An address without an account gets one, with a password that nobody knows: the person sets
    their own by "Forgot your password?". So the form never tells whether there was an account.
    """

    email = forms.EmailField(label="E-mail address", max_length=254)
    field_order = ["email", "role"]

    class Meta:
        model = Membership
        fields = ["role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["email"].initial = self.instance.user.email
            self.fields["email"].disabled = True

    def clean_email(self) -> str:
        """Compare addresses as signing in does: without regard to case."""
        return str(self.cleaned_data["email"]).lower()

    def save(self, commit: bool = True) -> Membership:
        """Make the person a member, and an account for who has none."""
        if not self.instance.pk:
            email = self.cleaned_data["email"]
            known = User.objects.filter(email__iexact=email).first()
            self.instance.user = known or User.objects.create_user(email, token_urlsafe(32))
        return super().save(commit)


class MembershipFormSet(RowFormSet):
    """The members of a workspace as one request leaves them."""

    # Set by the inline for each request.
    may_touch_owners = False
    adding: User | None = None
    """Who adds the workspace; None where it is stored."""

    @property
    def help_text(self) -> str:
        """What to know before the first member is named."""
        return "You will be its owner unless a row here names one." if self.adding else ""

    def clean(self) -> None:
        """Keep at least one owner, let only owners touch owners, name nobody twice."""
        super().clean()
        if not self.is_valid():
            return
        kept = [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        addresses = [
            form.instance.user.email.lower() if form.instance.pk else form.cleaned_data["email"]
            for form in kept
        ]
        for address in {each for each in addresses if addresses.count(each) > 1}:
            raise ValidationError(f"{address} is already a member: change the role there.")
        if not self.may_touch_owners:
            self._refuse_touched_owners()
        owned = any(form.cleaned_data.get("role") == Role.OWNER for form in kept)
        if not owned and not self._falls_to_who_adds(addresses):
            raise ValidationError(
                "A workspace needs an owner, and none of these members is one: choose the role "
                "Owner for one of them."
                if kept
                else "A workspace needs an owner: make somebody else one first."
            )

    def _falls_to_who_adds(self, addresses: list[str]) -> bool:
        """True where who adds the workspace can own it: no row gives them another role."""
        return self.adding is not None and self.adding.email.lower() not in addresses

    def _refuse_touched_owners(self) -> None:
        for form in self.forms:
            was_owner = form.initial.get("role") == Role.OWNER and form.instance.pk
            becomes_owner = form.cleaned_data.get("role") == Role.OWNER
            if was_owner and (form in self.deleted_forms or not becomes_owner):
                raise ValidationError("Only an owner can change or remove an owner.")
            if becomes_owner and not was_owner:
                raise ValidationError("Only an owner can make somebody an owner.")


class MembershipInline(ContentInline):
    """The members, below their workspace."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    fields = ["email", "person", "role"]
    readonly_fields = ["person"]
    verbose_name = "member"
    verbose_name_plural = "members"

    def person(self, membership: Membership) -> str:
        """Return the member's name."""
        return membership.user.name if membership.pk else ""

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch the people along."""
        return super().get_queryset(request).select_related("user")

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        """Tell the rows who is acting."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.may_touch_owners = not isinstance(obj, Workspace) or owns(request, obj)
        formset.adding = signed_in(request) if obj is None else None
        return formset


def own_unless_owned(workspace: Workspace, request: HttpRequest) -> None:
    """Make whoever added a workspace its owner, where it has none, and write that down.

    It belongs into the transaction that adds the workspace.
    """
    members = Membership.objects.filter(workspace=workspace)
    if members.filter(role=Role.OWNER).exists():
        return
    user = signed_in(request)
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    audit(
        AuditKind.MEMBERSHIP,
        f"{user.email} owns {workspace}, having added it in the admin.",
        by=user,
        workspace=workspace,
        request=request,
        email=user.email,
        role=Role.OWNER,
    )
