"""The admin pages of teams, touchpoints and handoffs."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.admin.forms import WorkspaceContentForm
from journeys.admin.resources import LibraryResource
from journeys.admin.transfer import TransferMixin
from journeys.models import Journey
from touchpoints.models import CannotRestore, Handoff, Team, Touchpoint


class TeamResource(LibraryResource):
    """A team as a row of a file."""

    column_help: ClassVar[dict[str, str]] = {
        "workspace": "The workspace's slug, as in its address.",
        "slug": "The team's slug. Known: the team is changed. New: it is added.",
        "name": "Required for a new team.",
        "purpose": "What the team is there for.",
        "contact": "An e-mail address.",
        "hue": "The colour of the team's touchpoints, 0 to 7.",
    }

    class Meta:
        model = Team
        fields = ["workspace", "slug", "name", "purpose", "contact", "hue"]
        import_id_fields = ["workspace", "slug"]
        clean_model_instances = True


@admin.register(Team)
class TeamAdmin(TransferMixin, WorkspaceContentAdmin):
    """Who owns touchpoints and answers for them."""

    resource_classes = [TeamResource]
    list_display = ["name", "workspace", "purpose", "owns", "handoffs", "contact"]
    list_filter = [("workspace", OwnRelatedFilter)]
    search_fields = ["name", "purpose", "contact"]
    ordering = ["name"]
    fields = ["workspace", "name", "slug", "purpose", "contact", "members", "hue"]
    filter_horizontal = ["members"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """Count touchpoints and handoffs along."""
        queryset: Any = super().get_queryset(request)
        counted: QuerySet[Team] = queryset.with_counts()
        return counted

    def journeys_showing(self, obj: Team) -> Iterable[int]:
        """Return the maps with touchpoints or handoffs of the team."""
        if not obj.pk:
            return []
        stages = "stages__steps__touchpoints"
        places = (
            Q(**{f"{stages}__team": obj})
            | Q(**{f"{stages}__handoffs_out__from_team": obj})
            | Q(**{f"{stages}__handoffs_out__to_team": obj})
            | Q(**{f"{stages}__handoffs_in__from_team": obj})
            | Q(**{f"{stages}__handoffs_in__to_team": obj})
        )
        return Journey.objects.filter(places).values_list("pk", flat=True).distinct()

    @admin.display(description="touchpoints", ordering="touchpoint_count")
    def owns(self, team: Any) -> int:
        """Return how many touchpoints the team owns."""
        return int(team.touchpoint_count)

    @admin.display(description="handoffs in · out")
    def handoffs(self, team: Any) -> str:
        """Return how many handoffs arrive at and leave the team."""
        return f"{team.handoffs_in_count} · {team.handoffs_out_count}"


class OnMapFilter(admin.SimpleListFilter):
    """On the map, or archived."""

    title = "on the map"
    parameter_name = "on_map"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("yes", "On the map"), ("no", "Archived, merged, or gone with its step")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Keep those that are on their map, or those that are not."""
        if self.value() == "yes":
            return queryset.current()  # type: ignore[no-any-return]
        return queryset.off_map() if self.value() == "no" else queryset  # type: ignore[no-any-return]


@admin.register(Touchpoint)
class TouchpointAdmin(WorkspaceContentAdmin):
    """Steps in a channel."""

    list_display = [
        "title",
        "state",
        "step",
        "journey",
        "channel",
        "team",
        "side",
        "importance",
        "moment_that_matters",
    ]
    list_select_related = ("channel", "team", "merged_into")
    list_filter = [
        OnMapFilter,
        ("step__stage__journey", OwnRelatedFilter),
        ("team", OwnRelatedFilter),
        ("channel", OwnRelatedFilter),
        "side",
        "moment_that_matters",
        "importance",
    ]
    search_fields = ["title", "step__title", "step__stage__journey__title", "team__name"]
    fields = [
        "step",
        "channel",
        "title",
        "team",
        "side",
        "moment_that_matters",
        "importance",
        "target_wait_minutes",
        "icon",
        "position",
    ]
    autocomplete_fields = ["step", "channel", "team"]
    actions = ["archive_selected", "restore_selected"]

    @admin.display(ordering="step__stage__journey")
    def journey(self, touchpoint: Touchpoint) -> Journey:
        """Return the map on which the touchpoint stands."""
        return touchpoint.step.stage.journey

    @admin.display(ordering="archived_at")
    def state(self, touchpoint: Touchpoint) -> str:
        """Say whether it is on the map, and where its feedback went if not."""
        if touchpoint.merged_into is not None:
            return f"merged into “{touchpoint.merged_into}”"
        if touchpoint.archived_at is not None:
            return f"archived {touchpoint.archived_at:%Y-%m-%d}"
        since = touchpoint.off_map_since
        return f"its step is off the map since {since:%Y-%m-%d}" if since else "on the map"

    @admin.action(description="Archive the selected touchpoints", permissions=["change"])
    def archive_selected(self, request: HttpRequest, queryset: QuerySet[Touchpoint]) -> None:
        """Take several off their maps."""
        for touchpoint in queryset.filter(archived_at__isnull=True):
            self.archive(request, touchpoint)

    @admin.action(description="Restore the selected touchpoints", permissions=["change"])
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[Touchpoint]) -> None:
        """Put several back on their maps."""
        for touchpoint in queryset.filter(archived_at__isnull=False):
            self.restore(request, touchpoint)

    def archive(self, request: HttpRequest, touchpoint: Touchpoint) -> None:
        """Take one off its map, and note who did it."""
        touchpoint.archive()
        self.log_change(request, touchpoint, "Archived.")
        messages.success(request, f"“{touchpoint}” is off the map; its feedback is kept.")

    def restore(self, request: HttpRequest, touchpoint: Touchpoint) -> None:
        """Put one back on its map, or say why that cannot be."""
        try:
            touchpoint.restore()
        except CannotRestore as problem:
            messages.error(request, str(problem))
            return
        self.log_change(request, touchpoint, "Restored.")
        messages.success(request, f"“{touchpoint}” is on the map again.")

    def render_delete_form(self, request: HttpRequest, context: Any) -> HttpResponse:
        """Offer archiving where feedback forbids deleting."""
        if context["protected"]:
            messages.warning(
                request,
                "What customers said there would be lost, so it cannot be deleted. Archive the "
                "touchpoint instead: it leaves the map and keeps its feedback.",
            )
        response: HttpResponse = super().render_delete_form(request, context)
        return response


class HandoffForm(WorkspaceContentForm):
    """A handoff; what the database would refuse is said in words first."""

    class Meta:
        model = Handoff
        fields = "__all__"

    # (smaller, larger): nobody can take up more than was handed over.
    PAIRS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("accepted", "released"),
        ("breached", "accepted"),
        ("returned", "released"),
        ("explained_again", "explained_again_asked"),
    )

    def clean(self) -> dict[str, Any] | None:
        """Refuse a handoff to itself, and counts that are larger than what they are part of."""
        cleaned = super().clean() or {}
        for end in ("touchpoint", "team"):
            if cleaned.get(f"to_{end}") and cleaned[f"to_{end}"] == cleaned.get(f"from_{end}"):
                self.add_error(f"to_{end}", f"Choose another {end} than the one it comes from.")
        for part, whole in self.PAIRS:
            some, all_ = cleaned.get(part), cleaned.get(whole)
            if some is not None and all_ is not None and some > all_:
                label = str(self.fields[whole].label).lower()
                self.add_error(part, f"More than {label} ({all_}).")
        first, last = cleaned.get("observed_from"), cleaned.get("observed_until")
        if first and last and last < first:
            self.add_error("observed_until", "Before the first day.")
        return cleaned


@admin.register(Handoff)
class HandoffAdmin(WorkspaceContentAdmin):
    """Transfers between two teams."""

    form = HandoffForm
    list_display = [
        "from_team",
        "to_team",
        "from_touchpoint",
        "to_touchpoint",
        "agreed_wait_minutes",
        "observed_wait_minutes",
        "returned_share",
    ]
    list_display_links = ["from_team", "to_team"]
    list_select_related = ("from_team", "to_team", "to_touchpoint")
    list_filter = [
        ("from_touchpoint__step__stage__journey", OwnRelatedFilter),
        ("from_team", OwnRelatedFilter),
        ("to_team", OwnRelatedFilter),
    ]
    search_fields = ["what_moves", "from_team__name", "to_team__name", "from_touchpoint__title"]
    autocomplete_fields = ["from_touchpoint", "to_touchpoint", "from_team", "to_team"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "from_touchpoint",
                    "from_team",
                    "to_touchpoint",
                    "to_team",
                    "what_moves",
                    "agreed_wait_minutes",
                ]
            },
        ),
        (
            "What was observed",
            {
                "description": "Counts belong to the days below; 0 handed over: nobody counted.",
                "fields": [
                    "observed_from",
                    "observed_until",
                    "observed_wait_minutes",
                    "released",
                    "accepted",
                    "breached",
                    "returned",
                    "explained_again",
                    "explained_again_asked",
                ],
            },
        ),
    ]

    def journeys_showing(self, obj: Handoff) -> Iterable[int]:
        """Return the maps of both ends."""
        return {obj.from_touchpoint.step.stage.journey_id, obj.to_touchpoint.step.stage.journey_id}

    @admin.display(description="returned")
    def returned_share(self, handoff: Handoff) -> str:
        """Return the share that bounced back."""
        rate = handoff.return_rate
        return "–" if rate is None else f"{rate:.0%}"
