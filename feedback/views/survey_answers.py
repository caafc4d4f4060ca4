"""The public pages of a survey: no sign-in, no cookie, no script needed.

GET writes no answer. It does count that the question was shown, as an access log would: without
that there is no response rate (docs/adr/0012-shown-is-counted-on-get.md).
"""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from feedback.models import Invitation, Survey, SurveyState, SurveyText, SurveyWay
from feedback.surveys.answer_form import AnswerForm
from feedback.surveys.answering import (
    LinkUsedError,
    Visit,
    asks_handoff,
    forget_answer,
    record_reply,
    touchpoint_of,
)
from feedback.surveys.languages import language_name, wanted_languages
from feedback.surveys.public_page import (
    PublicPage,
    neutral_form,
    neutral_page,
    public,
    visitors_words,
)
from feedback.surveys.receipts import (
    FORM_AGE,
    new_submission,
    read_receipt,
    read_submission,
    sign_receipt,
)
from journeys.limits import ANSWERS, wait

# An answer has 2,000 characters of comment; four bytes each, percent-encoded, are 24 kB.
LARGEST_BODY = 64 * 1024
GIVEN = ("tp", "persona", "segment", "ref")
KIOSK_SECONDS = 6
KIOSK_TRIES_AGAIN = 30
"""Seconds: nobody stands by to lead a kiosk back from a page that has no question."""


def _page(
    request: HttpRequest,
    survey: Survey,
    way: SurveyWay,
    invitation: Invitation | None = None,
    *,
    unread: bool = False,
) -> PublicPage:
    """Return the page in the visitor's language; with `unread`, the body is not asked for it."""
    said = "" if unread else request.POST.get("lang", "")
    asked = said or request.GET.get("lang", "")
    if not asked and invitation:
        asked = invitation.language
    languages = wanted_languages(asked, request.headers.get("Accept-Language", ""))
    try:
        return PublicPage(request, survey, survey.text_in(languages), way, invitation)
    except SurveyText.DoesNotExist:
        raise Http404 from None


def _survey(token: str) -> Survey:
    if not token.isprintable():
        raise Http404
    surveys = Survey.objects.with_place().select_related("touchpoint__merged_into", "handoff")
    return get_object_or_404(surveys.prefetch_related("texts"), token=token)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def survey_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the question, and take the answer."""
    return _ask(request, _survey(token), SurveyWay.LINK)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def survey_embed(request: HttpRequest, token: str) -> HttpResponse:
    """Ask within a frame on one of the sites that the survey allows."""
    return _ask(request, _embedded(token), SurveyWay.EMBED)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def survey_kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on a screen that stands somewhere: one tap, and it begins anew for the next person."""
    return _ask(request, _with_kiosk(token), SurveyWay.KIOSK)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_answer(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask on a link that takes one answer."""
    survey, found = _invited(secret)
    return _ask(request, survey, SurveyWay.MAIL, found)


def _invited(secret: str) -> tuple[Survey, Invitation]:
    invitations = Invitation.objects.select_related("respondent")
    found = get_object_or_404(invitations, digest=Invitation.digest_of(secret))
    token = Survey.objects.values_list("token", flat=True).get(pk=found.survey_id)
    return _survey(token), found


def _embedded(token: str) -> Survey:
    survey = _survey(token)
    if not survey.origins():
        raise Http404
    return survey


def _with_kiosk(token: str) -> Survey:
    survey = _survey(token)
    if not survey.kiosk:
        raise Http404
    return survey


def _ask(
    request: HttpRequest, survey: Survey, way: SurveyWay, invitation: Invitation | None = None
) -> HttpResponse:
    if _too_large(request):
        page = _page(request, survey, way, invitation, unread=True)
        return page.notice(page.words.too_large, status=413)
    page = _page(request, survey, way, invitation)
    closed = _closed(page)
    if request.method == "POST":
        now = timezone.now()
        if not ANSWERS.take(request, now):
            return _later(_notice(page, page.words.too_many, status=429), now)
        return _take(page, closed)
    if closed:
        return closed
    if invitation and invitation.answered_on:
        return _notice(page, page.words.used, status=410)
    if request.method == "GET" and _looked_at(request) and way in {"link", "embed"}:
        survey.shown(way, timezone.now().date())
    return _question(page, _form(page), new_submission(survey))


def _too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_number = length.isascii() and length.isdigit()
    return not is_number or int(length[:20]) > LARGEST_BODY


def _later(response: HttpResponse, now: datetime) -> HttpResponse:
    response["Retry-After"] = str(wait(now))
    return response


def _looked_at(request: HttpRequest) -> bool:
    """False where a browser fetches the page before anybody wants to see it."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" not in purpose


def _closed(page: PublicPage) -> HttpResponse | None:
    now = timezone.now()
    state = page.survey.state(now)
    if state is SurveyState.SCHEDULED:
        return _notice(page, page.words.not_open, status=403, opens=page.survey.opens_at)
    if state is SurveyState.CLOSED:
        return _notice(page, page.words.closed, status=410)
    if page.invitation and page.invitation.expired(now):
        return _notice(page, page.words.expired, status=410)
    return None


def _notice(page: PublicPage, said: str, *, status: int, **detail: Any) -> HttpResponse:
    """Say why there is no question here; a kiosk tries again by itself."""
    again = {"again": _again(page), "seconds": KIOSK_TRIES_AGAIN}
    return page.notice(said, status=status, **detail, **again)


def _form(page: PublicPage) -> AnswerForm:
    request = page.request
    invited = bool(page.invitation and page.invitation.respondent_id)
    options: dict[str, Any] = {"survey": page.survey, "words": page.words, "invited": invited}
    if request.method == "POST":
        return AnswerForm(request.POST, **options)
    return AnswerForm(initial={"score": request.GET.get("score", "")}, **options)


def _given(request: HttpRequest) -> dict[str, str]:
    """Return what the link said about the answer, before and after it was sent."""
    said = request.POST if request.method == "POST" else request.GET
    given = {name: said.get(name, "")[:200] for name in GIVEN}
    # PostgreSQL stores no NUL, and nothing that we know has one.
    return {name: value for name, value in given.items() if value and "\0" not in value}


def _question(
    page: PublicPage, form: AnswerForm, submission: str, *, status: int = 200, stale: bool = False
) -> HttpResponse:
    chosen = form.typed("score")
    given = _given(page.request)
    touchpoint = touchpoint_of(page.survey, given)
    context = {
        "form": form,
        "stale": stale,
        "submission": submission,
        "points": [(point, str(point) == chosen) for point in form.points],
        "scale_note": _scale_note(page, form),
        "comment": form.typed("comment"),
        "explained_again": form.typed("explained_again"),
        "asks_handoff": asks_handoff(page.survey, touchpoint) and page.text.explained_again,
        "given": given,
        "invited": form.invited,
        "email": form.typed("email"),
        "name": form.typed("name"),
        "may_contact": bool(form.typed("may_contact")),
        "privacy_note": getattr(page.words, f"privacy_{page.survey.privacy}"),
        "languages": _languages(page, given),
        "forget_address": page.forget_address,
    }
    template = "survey_kiosk" if page.way == SurveyWay.KIOSK else "survey_answer"
    return page.render(f"feedback/{template}.html", context, status=status)


def _scale_note(page: PublicPage, form: AnswerForm) -> str:
    """Return what the ends of the scale mean, for who hears the page; "" where nobody said."""
    text = page.text
    if not (text.low_label and text.high_label):
        return ""
    low, high = form.points[0], form.points[-1]
    return page.words.low_high.format(
        low=low, low_label=text.low_label, high=high, high_label=text.high_label
    )


def _languages(page: PublicPage, given: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return tag, name and link of the other languages."""
    return [
        (
            text.language,
            language_name(text.language),
            "?" + urlencode(given | {"lang": text.language}),
        )
        for text in page.survey.texts.all()
        if text.language != page.text.language
    ]


def _take(page: PublicPage, closed: HttpResponse | None) -> HttpResponse:
    if closed:
        return closed
    survey, request = page.survey, page.request
    # A kiosk stands open over night, too, and who taps it does not tap again.
    max_age = None if page.way == SurveyWay.KIOSK else FORM_AGE
    submission = read_submission(survey, request.POST.get("submission", ""), max_age=max_age)
    form = _form(page)
    if submission is None or not form.is_valid():
        signed = request.POST["submission"] if submission else new_submission(survey)
        stale = submission is None and form.is_valid()
        return _question(page, form, signed, status=422, stale=stale)
    visit = Visit(
        survey=survey,
        submission=submission,
        way=page.way,
        language=page.text.language,
        now=timezone.now(),
        given=_given(request),
        invitation=page.invitation,
    )
    try:
        record_reply(visit, form.reply())
    except LinkUsedError:
        return _notice(page, page.words.used, status=410)
    names = {
        SurveyWay.KIOSK: "survey_kiosk_thanks",
        SurveyWay.EMBED: "survey_embed_thanks",
        SurveyWay.MAIL: "invitation_thanks",
    }
    # On a screen that everybody sees, a receipt would be the next person's, too. What its link
    # says is theirs: where the screen stands, for one.
    is_kiosk = page.way == SurveyWay.KIOSK
    carried = visit.given if is_kiosk else {"receipt": sign_receipt(survey, submission)}
    thanks = page.address(names.get(page.way, "survey_thanks"), **carried)
    return HttpResponseRedirect(thanks, status=303)


@public
@require_GET
def survey_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thank, and show the receipt once: its time is over after some minutes."""
    return _thank(_page(request, _survey(token), SurveyWay.LINK))


@public
@require_GET
def invitation_thanks(request: HttpRequest, secret: str) -> HttpResponse:
    """Thank on the link that took the answer."""
    survey, found = _invited(secret)
    return _thank(_page(request, survey, SurveyWay.MAIL, found))


@public
@require_GET
def survey_embed_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thank within the frame."""
    return _thank(_page(request, _embedded(token), SurveyWay.EMBED))


@public
@require_GET
def survey_kiosk_thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thank on the kiosk's screen, and lead back to the question by itself."""
    return _thank(_page(request, _with_kiosk(token), SurveyWay.KIOSK))


def _thank(page: PublicPage) -> HttpResponse:
    receipt = page.request.GET.get("receipt", "")
    context = {
        "receipt": read_receipt(page.survey, receipt) if receipt else None,
        "forget_address": page.forget_address,
        "again": _again(page),
        "seconds": KIOSK_SECONDS,
    }
    return page.render("feedback/survey_thanks.html", context)


def _again(page: PublicPage) -> str:
    """Return the address at which a kiosk asks again, by the same link; "" of any other page."""
    if page.way != SurveyWay.KIOSK:
        return ""
    return page.address("survey_kiosk", **_given(page.request))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def survey_forget(request: HttpRequest) -> HttpResponse:
    """Delete an answer for whoever has its receipt, whether its survey is open or not.

    The address names no survey: who was given a link for one answer shall not learn the open one.
    """
    if request.method != "POST":
        return neutral_form(request, "feedback/survey_forget.html", {})
    now = timezone.now()
    if not ANSWERS.take(request, now):
        return _later(neutral_page(request, "too_many", status=429), now)
    code = request.POST.get("code", "")[:100]
    if forget_answer(code):
        return neutral_page(request, "forgotten")
    context = {"code": code, "problem": visitors_words(request).forget_unknown}
    return neutral_form(request, "feedback/survey_forget.html", context, status=422)
