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
    languages = wanted_languages(
        request.GET.get("lang", ""), request.headers.get("Accept-Language", "")
    )
    known = [language for language in languages if language.partition("-")[0] in LANGUAGES]
    language = known[0] if known else "en"
    words = words_in(language)
    context = {
        "words": words,
        "language": language,
        "direction": direction(language),
        "said": getattr(words, said).format(team=team),
        "team": team,
    }
    template = "survey_unsubscribe" if asks else "survey_notice"
    return HttpResponse(render_to_string(f"feedback/{template}.html", context), status=status)


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

    def address(self, name: str) -> str:
        """Return the address of a page of this survey, in the same language."""
        address = reverse(f"feedback:{name}", args=[self.survey.token])
        return f"{address}?{urlencode({'lang': self.text.language})}"

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

    def notice(self, said: str, *, status: int, detail: str = "") -> HttpResponse:
        """Say in one sentence why there is no question here."""
        context = {"said": said, "detail": detail}
        return self.render("feedback/survey_notice.html", context, status=status)
