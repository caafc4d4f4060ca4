"""Who may change and comment on one journey, where that differs from the workspace."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from journeys.access import journey_to_administer
from journeys.auditing import audit
from journeys.models import AuditKind, Journey, JourneyRole, Membership, Role

AS_MEMBER = ""
"""The choice of whoever has no role of the journey's own."""


class JourneyRolesForm(forms.Form):
    """The role of each member in one journey; owners and admins are that everywhere."""

    def __init__(self, *args: object, journey: Journey) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.journey = journey
        self.members = list(
            Membership.objects.filter(workspace=journey.workspace_id)
            .select_related("user")
            .order_by("user__name", "user__email")
        )
        named = JourneyRole.objects.filter(journey=journey).values_list("membership", "role")
        self.named = dict(named)
        for member in self.others:
            self.fields[str(member.pk)] = forms.ChoiceField(
                label=str(member.user),
                required=False,
                initial=self.named.get(member.pk, AS_MEMBER),
                choices=[
                    (AS_MEMBER, f"{member.get_role_display()}, as in the workspace"),
                    *((role, Role(role).label) for role in Role.in_journeys()),
                ],
            )

    @property
    def administrators(self) -> list[Membership]:
        """Return the members whose role is the same in every journey."""
        return [member for member in self.members if Role(member.role).administers]

    @property
    def others(self) -> list[Membership]:
        """Return the members who can have another role in this journey."""
        return [member for member in self.members if not Role(member.role).administers]

    def rows(self) -> list[tuple[Membership, forms.BoundField]]:
        """Return each of these members with the field of the role."""
        return [(member, self[str(member.pk)]) for member in self.others]

    def save(self, request: HttpRequest) -> int:
        """Write what differs from before, with an entry of the audit log each; return how much."""
        changed = [
            (member, wanted)
            for member in self.others
            if (wanted := self.cleaned_data[str(member.pk)]) != self.named.get(member.pk, AS_MEMBER)
        ]
        with transaction.atomic():
            for member, wanted in changed:
                self._give(member, wanted, request)
        return len(changed)

    def _give(self, member: Membership, wanted: str, request: HttpRequest) -> None:
        journey = self.journey
        if wanted == AS_MEMBER:
            JourneyRole.objects.filter(journey=journey, membership=member).delete()
            said = f"{member.get_role_display().lower()} again, as in the workspace"
        else:
            JourneyRole.objects.update_or_create(
                journey=journey, membership=member, defaults={"role": wanted}
            )
            said = Role(wanted).label.lower()
        audit(
            AuditKind.MEMBERSHIP,
            f"{member.user} is {said}, in the journey “{journey}”.",
            by=request.user,
            workspace=journey.workspace,
            request=request,
            journey=journey.pk,
            user=member.user_id,
            role=wanted,
        )


@require_http_methods(["GET", "HEAD", "POST"])
def journey_roles(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show the members' roles in a journey, and change them."""
    journey = journey_to_administer(request, workspace, slug)
    form = JourneyRolesForm(request.POST or None, journey=journey)
    if request.method == "POST" and form.is_valid():
        changed = form.save(request)
        said = f"{changed} role{'s' if changed != 1 else ''} in this journey changed."
        messages.success(request, said if changed else "Nothing was changed.")
        return redirect("journeys:journey_roles", workspace, slug)
    context = {"workspace": journey.workspace, "journey": journey, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "journeys/journey_roles.html", context, status=status)
