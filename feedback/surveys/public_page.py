"""What the public pages share: everybody may open them, and none needs a cookie or a script."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from feedback.models import Invitation, Survey, SurveyText, SurveyWay
from feedback.surveys.languages import direction, django_language, wanted_languages
from feedback.surveys.wordings import LANGUAGES
from feedback.surveys.words import Words, words_in

_View = Callable[..., HttpResponse]


def public(view: _View) -> _View:
    """Let everybody in, and nobody's browser keep the page: a kept form would be sent twice.

    No cookie tells people apart here, so there is nothing that another site's form could abuse.
    """

    @wraps(view)
    def bounded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = neutral_page(request, "unknown", status=404)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    wrapped: _View = login_not_required(csrf_exempt(never_cache(bounded)))
    return wrapped


def neutral_page(
    request: HttpRequest, said: str, *, status: int = 200, team: str = "", asks: bool = False
) -> HttpResponse:
    """Say one of the fixed sentences to a customer, who has no account here.

    `said` names one of Words; with `asks`, a button below confirms it.
    """
    template = "survey_unsubscribe" if asks else "survey_notice"
    said = getattr(visitors_words(request), said).format(team=team)
    context = {"said": said, "team": team}
    return neutral_form(request, f"feedback/{template}.html", context, status=status)


def neutral_form(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page that is no survey's, in the visitor's language."""
    language = _visitors_language(request)
    base = {
        "words": words_in(language),
        "language": language,
        "direction": direction(language),
    }
    with override(django_language(language)):
        html = render_to_string(template, base | context)
    return HttpResponse(html, status=status)


def visitors_words(request: HttpRequest) -> Words:
    """Return our words in the visitor's language, or in English."""
    return words_in(_visitors_language(request))


def _visitors_language(request: HttpRequest) -> str:
    languages = wanted_languages(
        request.GET.get("lang", ""), request.headers.get("Accept-Language", "")
    )
    known = [language for language in languages if language.partition("-")[0] in LANGUAGES]
    return known[0] if known else "en"


@dataclass(frozen=True, slots=True)
class PublicPage:
    """One survey in one language, reached in one way."""

    request: HttpRequest
    survey: Survey
    text: SurveyText
    way: SurveyWay
    invitation: Invitation | None = None

    @property
    def words(self) -> Words:
        """What the page says around the team's own words."""
        return words_in(self.text.language)

    def address(self, name: str, **carried: str) -> str:
        """Return the address of a page of this survey, in the same language, with what it carries.

        Whoever came by a link for one answer stays on it: it tells nothing of the open one.
        """
        found = self.request.resolver_match
        assert found is not None  # noqa: S101
        return self._in_language(reverse(f"feedback:{name}", kwargs=found.kwargs), **carried)

    @property
    def forget_address(self) -> str:
        """Where an answer can be deleted, to any survey."""
        return self._in_language(reverse("feedback:survey_forget"))

    def _in_language(self, address: str, **carried: str) -> str:
        return f"{address}?{urlencode({'lang': self.text.language} | carried)}"

    def render(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Render without the request: nothing on the page depends on who is signed in."""
        language = self.text.language
        base = {
            "survey": self.survey,
            "text": self.text,
            "words": self.words,
            "way": self.way.value,
            "team": self.survey.source.workspace.name,
            "language": language,
            "direction": direction(language),
        }
        with override(django_language(language)):
            html = render_to_string(template, base | context)
        response = HttpResponse(html, status=status)
        if self.way == SurveyWay.EMBED:
            response.xframe_options_exempt = True
            ancestors = {"frame-ancestors": self.survey.origins()}
            response._csp_replace = ancestors  # type: ignore[attr-defined]
        return response

    def notice(self, said: str, *, status: int, **detail: Any) -> HttpResponse:
        """Say in one sentence why there is no question here."""
        return self.render("feedback/survey_notice.html", {"said": said, **detail}, status=status)
