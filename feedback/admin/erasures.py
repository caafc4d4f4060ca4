"""The admin page of erasures: whom to forget, what that does, and the list of those done."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from feedback.models import Erasure
from feedback.privacy.disclosing import disclosure
from feedback.privacy.erasing import Effect, ImportRuns, erase, foresee
from feedback.privacy.person import NotLookedFor, Person
from journeys.admin.access import choices_of
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.models import User, Workspace

WORDS = {
    "identities": "identities deleted",
    "comments": "comments deleted",
    "answers_unlinked": "answers kept without a trace of the person",
    "answers_deleted": "answers deleted because too few others were like them",
    "invitations": "invitations deleted",
    "deliveries": "bodies of webhook deliveries deleted",
    "files": "uploaded files deleted",
    "cases": "cases kept without a word about the person",
}


class PersonForm(forms.Form):
    """Whom to look for, and where."""

    workspace = forms.ModelChoiceField(queryset=Workspace.objects.none())
    email = forms.EmailField(label="E-mail address")
    also = forms.CharField(
        label="Also look for",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One per line: the person's name, a customer number, another address. Found "
        "as whole words in comments, whatever their case.",
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = choices_of(Workspace, request)
        choice = self.fields["workspace"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101
        choice.queryset = own
        if own.count() == 1:
            choice.initial = own.get()

    def clean(self) -> dict[str, Any]:
        """Keep the person who is meant as `person`, or say why nobody can be looked for."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "workspace" in cleaned and "email" in cleaned:
            try:
                cleaned["person"] = Person.by_address(
                    cleaned["workspace"], cleaned["email"], cleaned["also"].splitlines()
                )
            except NotLookedFor as problem:
                self.add_error("also", str(problem))
        return cleaned


@admin.register(Erasure)
class ErasureAdmin(WorkspaceContentAdmin):
    """That somebody was forgotten: when, at whose hand and how much, but not who."""

    list_display = [
        "erased_at",
        "workspace",
        "requested_by",
        "identities",
        "comments",
        "answers_unlinked",
        "answers_deleted",
    ]
    list_select_related = ("requested_by",)
    list_filter = [("workspace", OwnRelatedFilter), "erased_at"]
    fields = [
        "workspace",
        "erased_at",
        "requested_by",
        "identities",
        "comments",
        "answers_unlinked",
        "answers_deleted",
    ]
    search_fields = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: it is the proof that it was done."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: after a restore it says whom to erase again."""
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Look for a person, show what erasing would do, and erase once that was confirmed.

        The address travels in the body of the request only, so that no log of addresses has it.
        """
        form: Any = PersonForm(request, request.POST or None)
        foreseen = None
        if request.method == "POST" and form.is_valid():
            person: Person = form.cleaned_data["person"]
            if "disclose" in request.POST:
                return _disclosed(person, by=_asking(request))
            if "erase" in request.POST:
                try:
                    return self._erased(request, person)
                except ImportRuns as problem:
                    form.add_error(None, f"{problem} Nothing was erased.")
            else:
                foreseen = foresee(person)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Erase a person",
            "form": form,
            "adminform": AdminForm(form, [(None, {"fields": [*form.fields]})], {}),
            "inline_admin_formsets": [],
            "looked": foreseen is not None,
            "effect": _lines(foreseen) if foreseen else [],
        }
        return TemplateResponse(request, "admin/feedback/erase.html", context)

    def _erased(self, request: HttpRequest, person: Person) -> HttpResponse:
        erasure, effect = erase(person, by=_asking(request))
        did = "; ".join(f"{what}: {number:,}" for number, what in _lines(effect))
        messages.success(request, f"Erased: {did or 'nothing was stored'}.")
        address = reverse("admin:feedback_erasure_change", args=[erasure.pk])
        return HttpResponseRedirect(address)


def _asking(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _disclosed(person: Person, *, by: User | None) -> HttpResponse:
    response = JsonResponse(
        disclosure(person, by=by), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="disclosure.json"'
    return response


def _lines(effect: Effect) -> list[tuple[int, str]]:
    return [(getattr(effect, name), what) for name, what in WORDS.items() if getattr(effect, name)]
