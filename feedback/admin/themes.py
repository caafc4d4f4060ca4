"""The admin page of themes, with a try on the latest comments before anything is kept."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import Textarea
from django.http import HttpRequest, HttpResponse

from feedback.models import Theme
from feedback.themes.assigning import assign_all
from feedback.themes.matching import BadKeyword, read_keywords
from feedback.themes.trying import LATEST, tried
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.admin.forms import WorkspaceContentForm

TRY = "_try"


class ThemeForm(WorkspaceContentForm):
    """A theme's name and keywords."""

    class Meta:
        model = Theme
        fields = "__all__"
        widgets = {"keywords": Textarea(attrs={"rows": 12, "cols": 50, "spellcheck": "false"})}

    tried = None

    def clean_keywords(self) -> str:
        """Refuse keywords that no comment could ever use."""
        keywords: str = self.cleaned_data["keywords"]
        try:
            read_keywords(keywords)
        except BadKeyword as problem:
            self.add_error("keywords", str(problem))
        return keywords

    def clean(self) -> dict[str, Any] | None:
        """Where a try is asked for, show what the keywords find, and keep nothing."""
        cleaned = super().clean() or {}
        workspace = self._workspace(cleaned)
        if TRY in self.data and workspace and not self.errors:
            self.tried = tried(workspace, cleaned["keywords"], instead_of=self.instance.pk)
            self.add_error(None, "This was a try: nothing has been kept yet.")
        return cleaned


@admin.register(Theme)
class ThemeAdmin(WorkspaceContentAdmin):
    """Themes. A change of keywords gives all comments their themes anew, in the background."""

    form = ThemeForm
    change_form_template = "admin/feedback/theme/change_form.html"
    list_display = ["name", "workspace", "beginning", "comments"]
    list_filter = [("workspace", OwnRelatedFilter)]
    search_fields = ["name", "keywords"]
    fields = ["workspace", "name", "keywords"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count each theme's comments."""
        themes = super().get_queryset(request)
        counted: QuerySet[Any] = themes.annotate(comment_count=Count("feedback_records"))
        return counted

    @admin.display(description="keywords")
    def beginning(self, theme: Theme) -> str:
        """Return the first keywords."""
        lines = theme.keywords.split("\n")
        return ", ".join(line.strip() for line in lines[:6]) + (" …" if len(lines) > 6 else "")

    @admin.display(ordering="comment_count")
    def comments(self, theme: Any) -> str:
        """Return how many comments have it."""
        return f"{theme.comment_count:,}"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show what a try found, which is no error to correct."""
        form = context["adminform"].form
        context |= {"tried": form.tried, "latest": LATEST}
        if form.tried:
            context["errors"] = None
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Theme, form: Any, change: bool) -> None:
        """Save, and let the comments' themes follow the keywords."""
        super().save_model(request, obj, form, change)
        if not change or "keywords" in form.changed_data:
            assign_all.enqueue(obj.workspace_id)
