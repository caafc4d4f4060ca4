"""Personas: the page on which an admin spends the day."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from journeys.admin.base import ContentInline, WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.admin.forms import ParkingFormSet, WorkspaceContentForm
from journeys.admin.persona_filters import CompletenessFilter, UseFilter
from journeys.admin.persona_resource import PersonaResource
from journeys.admin.photos import PhotoField, photo_url
from journeys.admin.transfer import TransferMixin
from journeys.models import Journey, Persona, PersonaTrait
from journeys.models.personas import DESCRIBING_FIELDS


class PersonaForm(WorkspaceContentForm):
    """A persona."""

    photo = PhotoField(
        required=False,
        help_text=(
            "JPEG, PNG or WebP, at most 5 MB and 4000 × 4000 px. It is stored at most 1024 px "
            "large, without what the camera wrote into it (place, time, device)."
        ),
    )

    class Meta:
        model = Persona
        fields = "__all__"
        widgets = {
            "preferred_channels": forms.CheckboxSelectMultiple(),
            **{
                name: AdminTextareaWidget({"rows": 4})
                for name in ("summary", "goals", "needs", "pain_points", "buying_behaviour")
            },
        }


class TraitFormSet(ParkingFormSet):
    """Traits may exchange their names in one save."""

    parked_field = "name"

    def parked(self, number: int) -> str:
        """Return a name that no trait has."""
        return f"\x1f{number}"


class TraitInline(ContentInline):
    """Scored traits between two poles."""

    model = PersonaTrait
    formset = TraitFormSet
    fields = ["name", "low_label", "high_label", "score", "position"]
    verbose_name = "trait"


def _filled() -> Any:
    """Count the describing fields that are filled, for sorting by completeness."""
    zero: Any = Value(0)
    return sum(
        (
            Case(When(**{name: ""}, then=0), default=1, output_field=IntegerField())
            for name in DESCRIBING_FIELDS
        ),
        start=zero,
    )


@admin.register(Persona)
class PersonaAdmin(TransferMixin, WorkspaceContentAdmin):
    """Whose view the maps take."""

    form = PersonaForm
    resource_classes = [PersonaResource]
    change_form_template = "admin/journeys/persona/change_form.html"
    list_display = [
        "thumbnail",
        "name",
        "role",
        "workspace",
        "complete",
        "used",
        "segment",
        "updated_at",
    ]
    list_display_links = ["name"]
    list_select_related = ("segment",)
    list_filter = [
        ("workspace", OwnRelatedFilter),
        CompletenessFilter,
        UseFilter,
        ("preferred_channels", OwnRelatedFilter),
        ("segment", OwnRelatedFilter),
    ]
    search_fields = ["name", "role", "quote", "goals", "needs", "pain_points"]
    search_help_text = "Search in name, role, quote, goals, needs and pain points."
    ordering = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["created_at", "updated_at"]
    actions = ["duplicate_selected"]
    inlines = [TraitInline]
    fieldsets = [
        (None, {"fields": ["workspace", "name", "slug", "role", "photo", "quote", "summary"]}),
        (
            "Who they are",
            {"fields": ["age_range", "occupation", "location", "household"]},
        ),
        (
            "What moves them",
            {
                "description": "One per line; the persona's card shows each line as a point.",
                "fields": ["goals", "needs", "pain_points"],
            },
        ),
        (
            "How they buy",
            {"fields": ["preferred_channels", "buying_behaviour"]},
        ),
        (
            "Where their voice is heard",
            {"fields": ["segment"]},
        ),
        ("Record", {"fields": ["created_at", "updated_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Persona]:
        """Count the maps and the filled fields along."""
        queryset: Any = super().get_queryset(request)
        counted: QuerySet[Persona] = queryset.with_usage().annotate(filled=_filled())
        return counted

    def journeys_showing(self, obj: Persona) -> Iterable[int]:
        """Return the maps on which the persona stands, or to which it is named on a card."""
        if not obj.pk:
            return []
        places = Q(personas=obj) | Q(lanes__cards__persona=obj)
        return Journey.objects.filter(places).values_list("pk", flat=True).distinct()

    # --- the list -----------------------------------------------------------------------------

    @admin.display(description="photo")
    def thumbnail(self, persona: Persona) -> str:
        """Show the photo, or the initials of a persona without one."""
        if url := photo_url(persona):
            return format_html(
                '<img class="persona-thumbnail" src="{}" width="36" height="36" alt="" '
                'loading="lazy">',
                url,
            )
        letters = "".join(word[0] for word in persona.name.split()[:2]).upper()
        return format_html('<span class="persona-thumbnail" aria-hidden="true">{}</span>', letters)

    @admin.display(description="complete", ordering="filled")
    def complete(self, persona: Persona) -> str:
        """Show how much is filled in, and what is missing."""
        return render_to_string(
            "admin/journeys/persona/_completeness.html", completeness_context(persona)
        )

    @admin.display(description="on maps", ordering="journey_count")
    def used(self, persona: Any) -> str:
        """Link to the maps on which the persona stands."""
        if not persona.journey_count:
            return "–"
        return format_html(
            '<a href="{}?personas__id__exact={}" aria-label="{} maps with {}">{}</a>',
            reverse("admin:journeys_journey_changelist"),
            persona.pk,
            persona.journey_count,
            persona.name,
            persona.journey_count,
        )

    # --- one persona --------------------------------------------------------------------------

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the card as it is stored."""
        if (persona := kwargs.get("obj")) is not None:
            context["card"] = card_context(persona)
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def save_model(self, request: HttpRequest, obj: Persona, form: Any, change: bool) -> None:
        """Save, and delete the photo that was replaced unless a copy of the persona shows it."""
        old = form.initial.get("photo") if "photo" in form.changed_data else None
        super().save_model(request, obj, form, change)
        if old:
            transaction.on_commit(partial(delete_unused_photo, str(old.name)))

    def get_urls(self) -> list[URLPattern]:
        """Add the address to which "Duplicate" posts."""
        view = self.admin_site.admin_view(require_POST(self.duplicate_view))
        own = path("<int:pk>/duplicate/", view, name="journeys_persona_duplicate")
        urls: list[URLPattern] = super().get_urls()
        return [own, *urls]

    def duplicate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Copy one persona, and open the copy."""
        persona = self.get_object(request, str(pk))
        if persona is None:
            raise Http404
        copy = self._duplicate(request, persona)
        messages.success(request, f"This is the copy of “{persona}”. Give it a name of its own.")
        return HttpResponseRedirect(reverse("admin:journeys_persona_change", args=[copy.pk]))

    @admin.action(description="Duplicate the selected personas", permissions=["add"])
    def duplicate_selected(self, request: HttpRequest, queryset: QuerySet[Persona]) -> None:
        """Copy several personas."""
        with transaction.atomic():
            copies = [self._duplicate(request, persona) for persona in queryset]
        messages.success(request, f"Duplicated: {len(copies)}.")

    def _duplicate(self, request: HttpRequest, persona: Persona) -> Persona:
        copy = persona.duplicate()
        self.log_addition(request, copy, f"Copied from “{persona}”.")
        return copy


def completeness_context(persona: Persona) -> dict[str, Any]:
    """Return percent and the missing fields' names, for _completeness.html."""
    labels = [capfirst(name.replace("_", " ")) for name in persona.missing_fields]
    return {"percent": persona.completeness, "missing": ", ".join(labels)}


def card_context(persona: Persona) -> dict[str, Any]:
    """Return what the preview of a stored persona's card shows, for _preview.html."""
    channels = [channel.name for channel in persona.preferred_channels.all()]
    facts = {
        "Age": persona.age_range,
        "Occupation": persona.occupation,
        "Location": persona.location,
        "Household": persona.household,
        "Segment": persona.segment or "",
        "Channels": ", ".join(channels),
    }
    lists = {
        "Goals": persona.goal_list,
        "Needs": persona.need_list,
        "Pain points": persona.pain_point_list,
    }
    return {
        "persona": persona,
        "photo_url": photo_url(persona),
        "facts": [{"label": label, "value": value} for label, value in facts.items() if value],
        "lists": [{"label": label, "lines": lines} for label, lines in lists.items() if lines],
        "traits": [
            {"trait": trait, "dots": [(9 + 22 * step, step < trait.score) for step in range(5)]}
            for trait in persona.traits.all()
        ],
        "journeys": persona.journeys.select_related("workspace"),
        **completeness_context(persona),
    }


def delete_unused_photo(name: str) -> None:
    """Delete a photo's file unless a persona still shows it."""
    if not Persona.objects.filter(photo=name).exists():
        default_storage.delete(name)
