"""The admin site: open to whoever administers a workspace, not only to staff."""

from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

# The order of the front page and the side bar: what admins come for first.
APPS = ("journeys", "touchpoints", "feedback")
FIRST = ("Persona", "Journey", "Channel", "Segment", "EmotionAssessment", "Workspace", "User")


def _rank(name: str, order: tuple[str, ...]) -> tuple[int, str]:
    return (order.index(name) if name in order else len(order), name)


class JourneyAdminSite(AdminSite):
    """Django's admin, for the owners and admins of workspaces."""

    site_header = "cxjourney admin"
    site_title = "cxjourney admin"
    index_title = "Personas and libraries"

    def register(self, model_or_iterable: Any, *args: Any, **kwargs: Any) -> None:
        """Leave out how people sign in: sessions and second factors are nobody's but theirs."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in models if not model.__module__.startswith("allauth.")]
        super().register(ours, *args, **kwargs)

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in superusers, and everybody who administers at least one workspace."""
        from journeys.admin.access import administers_any

        return administers_any(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guard a page: who is signed in and administers nothing learns nothing, not even of it."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    @method_decorator([never_cache, login_not_required])
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to the one page where everybody signs in."""
        from django.contrib.auth.views import redirect_to_login

        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect_to_login(target, settings.LOGIN_URL)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Put personas first, and the rest in the order of APPS and FIRST."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: _rank(model["object_name"], FIRST))
        return sorted(apps, key=lambda app: _rank(app["app_label"], APPS))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Leave out "view on site": it redirects to any object, whoever may see it."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Suggest objects by a label that says where they stand."""
        view: Any = LabelledAutocomplete.as_view(admin_site=self)
        response: HttpResponse = view(request)
        return response


class LabelledAutocomplete(AutocompleteJsonView):
    """Suggestions such as "Business trip › Airport › Check-in"."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        """Return the id and the label of one suggestion."""
        from journeys.admin.access import choice_label, has_several

        label = choice_label(obj, with_workspace=has_several(self.request))
        return {"id": str(getattr(obj, to_field_name)), "text": label}


class JourneyAdminConfig(AdminConfig):
    """Puts our site in the place of Django's own."""

    default_site = "cxjourney.admin.JourneyAdminSite"
