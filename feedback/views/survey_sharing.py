"""Handing a survey out: QR codes, single-use links, invitations by e-mail, and their end."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.models import Identity, Respondent, SurveyState
from feedback.surveys.invite_forms import InviteForm, LinksForm
from feedback.surveys.inviting import Invited, invite
from feedback.surveys.letters import read_unsubscribe
from feedback.surveys.mailing import obstacle, send_when_stored
from feedback.surveys.public_page import neutral_page, public
from feedback.surveys.sharing import make_links, qr_png, qr_svg
from feedback.views.surveys import detail_context, survey_to_edit, survey_to_see
from journeys.auditing import audit
from journeys.models import AuditKind

FAILED_SHOWN = 100


@require_GET
def survey_qr(request: HttpRequest, workspace: str, pk: int, kind: str) -> HttpResponse:
    """Draw the survey's link as a QR code, to be shown or, with ?download=1, to be kept."""
    survey = survey_to_see(request, workspace, pk)
    drawn, media = {
        "svg": (qr_svg, "image/svg+xml"),
        "png": (qr_png, "image/png"),
    }[kind]
    response = HttpResponse(drawn(survey), content_type=media)
    if request.GET.get("download"):
        name = f"{slugify(survey.title) or 'survey'}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def survey_links(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Make links that take one answer each, and hand them over as a CSV file, this once."""
    survey = survey_to_edit(request, workspace, pk)
    form = LinksForm(request.POST)
    if not form.is_valid():
        context = detail_context(request, survey, form)
        return render(request, "feedback/survey_detail.html", context, status=422)
    days = form.cleaned_data["days"]
    expires_at = timezone.now() + timedelta(days=days) if days else None
    with transaction.atomic():
        content = make_links(survey, form.cleaned_data["count"], expires_at=expires_at)
        audit(
            AuditKind.EXPORT,
            f"Took {form.cleaned_data['count']:,} links for one answer to “{survey.title}” away.",
            by=request.user,
            workspace=survey.source.workspace,
            request=request,
            survey=survey.pk,
        )
    name = f"{slugify(survey.title) or 'survey'}-links.csv"
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


@require_http_methods(["GET", "POST"])
def survey_invite(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Invite people by e-mail, and show what became of the invitations."""
    survey = survey_to_edit(request, workspace, pk)
    is_open = survey.state(timezone.now()) is SurveyState.OPEN
    problem = obstacle(survey)
    form = InviteForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and is_open and not problem and form.is_valid():
        now = timezone.now()
        expires_at = now + timedelta(days=form.cleaned_data["days"])
        with transaction.atomic():
            found = invite(survey, form.invited, now=now, expires_at=expires_at)
            send_when_stored(survey)
        messages.success(request, _in_words(found))
        return redirect("feedback:survey_invite", workspace, pk)
    failed = survey.invitations.failed().select_related("respondent__identity")
    refused = request.method == "POST" and (not is_open or bool(problem or form.errors))
    return render(
        request,
        "feedback/survey_invite.html",
        {
            "workspace": survey.source.workspace,
            "survey": survey,
            "is_open": is_open,
            "obstacle": problem,
            "form": form,
            "waiting_count": survey.invitations.waiting().count(),
            "sent_count": survey.invitations.filter(sent_at__isnull=False).count(),
            "failed_count": failed.count(),
            "failed": failed[:FAILED_SHOWN],
        },
        status=422 if refused else 200,
    )


def _in_words(found: Invited) -> str:
    """Return who is invited and who is not: "3 invitations are on their way. …"."""
    one = found.to_send == 1
    said = ["1 invitation is on its way." if one else f"{found.to_send:,} are on their way."]
    for count, why in (
        (found.paused, "invited to a survey not long ago"),
        (found.unsubscribed, "unsubscribed from invitations"),
        (found.forgotten, "erased on request"),
        (found.waiting, "waiting for an invitation to this survey already"),
    ):
        if count:
            said.append(f"Left out: {count:,} {why}.")
    return " ".join(said)


@require_POST
def survey_retry(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Try the invitations again that could not be sent, or, with `drop`, give them up."""
    survey = survey_to_edit(request, workspace, pk)
    failed = survey.invitations.failed()
    if request.POST.get("drop"):
        with transaction.atomic():
            people = Respondent.objects.filter(pk__in=failed.values("respondent"))
            Identity.objects.filter(
                respondent__in=people, may_contact=False, respondent__feedback_records=None
            ).delete()
            failed.delete()
        messages.success(request, "The invitations and their addresses are deleted.")
    elif problem := obstacle(survey):
        messages.error(request, problem)
    else:
        with transaction.atomic():
            failed.update(problem="")
            send_when_stored(survey)
        messages.success(request, "They are on their way again.")
    return redirect("feedback:survey_invite", workspace, pk)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def survey_unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """End all invitations to somebody: on a click, or at the word of their mail program.

    Mail programs send the POST by themselves (RFC 8058); scanners that follow links send GET.
    """
    pk = read_unsubscribe(signed)
    if pk is None:
        return neutral_page(request, "unknown", status=404)
    if request.method == "POST":
        _unsubscribe(pk)
        return neutral_page(request, "unsubscribed")
    respondent = Respondent.objects.select_related("workspace").filter(pk=pk).first()
    if respondent is None or respondent.unsubscribed_at:
        return neutral_page(request, "unsubscribed")
    return neutral_page(request, "unsubscribe_note", team=respondent.workspace.name, asks=True)


@transaction.atomic
def _unsubscribe(pk: int) -> None:
    """Remember the wish under the pseudonym, and forget the address where nothing needs it."""
    Respondent.objects.filter(pk=pk, unsubscribed_at=None).update(unsubscribed_at=timezone.now())
    Identity.objects.filter(
        respondent=pk, may_contact=False, respondent__feedback_records=None
    ).delete()
