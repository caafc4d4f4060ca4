"""Surveys of a workspace: what is asked where, in which words, and who may change that."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.models import Survey, SurveyText, SurveyWay
from feedback.surveys.invite_forms import LinksForm
from feedback.surveys.languages import english_name
from feedback.surveys.mailing import send_when_stored
from feedback.surveys.new_form import NewSurveyForm
from feedback.surveys.rates import answer_counts, deleted_since, responses
from feedback.surveys.settings_form import SurveyForm
from feedback.surveys.sharing import embed_snippet, survey_link
from feedback.surveys.text_forms import TextFormSet
from journeys.access import workspace_to_edit, workspace_to_see
from journeys.admin.access import edited_ids

PAGE = 50


def survey_to_see(request: HttpRequest, workspace: str, pk: int) -> Survey:
    """Return the survey to any member of its workspace; raises Http404 for everybody else."""
    surveys = Survey.objects.visible_to(request.user).with_place().select_related("handoff")
    texts = Prefetch("texts", SurveyText.objects.order_by("position", "pk"))
    return get_object_or_404(
        surveys.prefetch_related(texts), source__workspace__slug=workspace, pk=pk
    )


def survey_to_edit(request: HttpRequest, workspace: str, pk: int) -> Survey:
    """Return the survey to members who may ask customers.

    Raises Http404 for strangers and PermissionDenied for other members.
    """
    workspace_to_edit(request, workspace)
    return survey_to_see(request, workspace, pk)


@require_GET
def survey_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show what is asked where, whether it is open, and how many answer."""
    home = workspace_to_see(request, workspace)
    surveys = (
        Survey.objects.visible_to(request.user)
        .filter(source__workspace=home)
        .with_place()
        .order_by("-created_at", "-pk")
    )
    page = Paginator(surveys, PAGE).get_page(request.GET.get("page"))
    counts, found, now = (
        answer_counts(page.object_list),
        responses(page.object_list),
        timezone.now(),
    )
    return render(
        request,
        "feedback/survey_list.html",
        {
            "workspace": home,
            "page": page,
            "lines": [
                (survey, survey.state(now), counts.get(survey.pk, 0), found[survey.pk])
                for survey in page.object_list
            ],
            "edits": home.pk in edited_ids(request),
        },
    )


@require_http_methods(["GET", "POST"])
def survey_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make a survey with the standard wording, ready to be shared."""
    home = workspace_to_edit(request, workspace)
    form = NewSurveyForm(
        request.POST or None,
        workspace=home,
        initial={"touchpoint": request.GET.get("touchpoint", "")},
    )
    if request.method == "POST" and form.is_valid():
        survey = form.create()
        messages.success(request, "The survey is ready, in the standard wording. Share it below.")
        return redirect(survey)
    return render(
        request,
        "feedback/survey_create.html",
        {"workspace": home, "form": form},
        status=422 if form.errors else 200,
    )


@require_GET
def survey_detail(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show the ways to hand a survey out, and how many answered in each."""
    survey = survey_to_see(request, workspace, pk)
    return render(request, "feedback/survey_detail.html", detail_context(request, survey))


def detail_context(
    request: HttpRequest, survey: Survey, links_form: LinksForm | None = None
) -> dict[str, Any]:
    """Return what the page of a survey shows."""
    home = survey.source.workspace
    texts = list(survey.texts.all())
    kiosk, origins = survey.kiosk, survey.origins()
    kept, by_way = answer_counts([survey]).get(survey.pk, 0), responses([survey])[survey.pk]
    return {
        "workspace": home,
        "survey": survey,
        "state": survey.state(timezone.now()),
        "edits": home.pk in edited_ids(request),
        "answer_count": kept,
        "deleted_count": deleted_since(survey, kept),
        "responses": by_way,
        "texts": [(text, english_name(text.language)) for text in texts],
        "link": survey_link(survey),
        "kiosk_link": survey_link(survey, "survey_kiosk") if kiosk else "",
        "origins": origins,
        "snippet": embed_snippet(survey, texts[0].question) if origins and texts else "",
        "forget_link": settings.SITE_URL + reverse("feedback:survey_forget"),
        "waiting_count": survey.invitations.waiting().count(),
        "failed_count": survey.invitations.failed().count(),
        "links_form": links_form or LinksForm(),
        "ways": SurveyWay,
    }


@require_http_methods(["GET", "POST"])
def survey_edit(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Change a survey's words and settings."""
    survey = survey_to_edit(request, workspace, pk)
    form = SurveyForm(request.POST or None, instance=survey)
    texts = TextFormSet(
        request.POST or None,
        instance=survey,
        prefix="texts",
        form_kwargs={"metric": request.POST.get("metric") or survey.metric}
        if request.POST.get("metric") in dict(form.fields["metric"].choices)  # type: ignore[attr-defined]
        else {"metric": survey.metric},
    )
    if request.method == "POST" and form.is_valid() and texts.is_valid():
        with transaction.atomic():
            form.save()
            texts.save()
            send_when_stored(survey)
        messages.success(request, "Saved. Whoever opens the survey from now on sees it so.")
        return redirect(survey)
    wrong = bool(form.errors) or (request.method == "POST" and not texts.is_valid())
    return render(
        request,
        "feedback/survey_edit.html",
        {
            "workspace": survey.source.workspace,
            # As it is stored: the form has put what was typed into its own.
            "survey": survey,
            "title": Survey.objects.values_list("title", flat=True).get(pk=survey.pk),
            "form": form,
            "texts": texts,
            "wrong": wrong,
        },
        status=422 if wrong else 200,
    )


@require_POST
def survey_close(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Take no more answers; those that came stay on the map."""
    survey = survey_to_edit(request, workspace, pk)
    survey.close(timezone.now())
    messages.success(request, "The survey is closed. Its answers stay on the map.")
    return redirect(survey)


@require_POST
def survey_reopen(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Take answers again."""
    survey = survey_to_edit(request, workspace, pk)
    with transaction.atomic():
        survey.reopen()
        send_when_stored(survey)
    messages.success(request, "The survey takes answers again.")
    return redirect(survey)
