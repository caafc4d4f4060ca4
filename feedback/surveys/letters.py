"""The invitation as an e-mail: one click on a score opens the question with it chosen."""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from feedback.models import Identity, Metric, Respondent, Survey, SurveyText
from feedback.surveys.languages import direction
from feedback.surveys.sharing import invitation_link
from feedback.surveys.words import words_in

_SALT = "feedback.survey.unsubscribe"


def unsubscribe_link(respondent: Respondent, language: str) -> str:
    """Return the whole address at which somebody ends all invitations."""
    signed = signing.Signer(salt=_SALT).sign(str(respondent.pk))
    address = reverse("feedback:survey_unsubscribe", args=[signed])
    return f"{settings.SITE_URL}{address}?lang={language}"


def read_unsubscribe(signed: str) -> int | None:
    """Return the respondent's id from such an address; None where we did not make it."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(signed))
    except signing.BadSignature:
        return None


def letter(
    survey: Survey, text: SurveyText, identity: Identity, secret: str
) -> EmailMultiAlternatives:
    """Return the invitation, in words and in HTML, ready to be sent."""
    words = words_in(text.language)
    team = survey.source.workspace.name
    link = f"{invitation_link(secret)}?lang={text.language}"
    unsubscribe = unsubscribe_link(identity.respondent, text.language)
    context = {
        "text": text,
        "words": words,
        "language": text.language,
        "direction": direction(text.language),
        "team": team,
        "greeting": words.greeting.format(name=identity.name) if identity.name else "",
        "link": link,
        "scores": [
            (point, f"{link}&score={point}") for point in Metric(survey.metric).scale.points
        ],
        "privacy_note": getattr(words, f"privacy_{survey.privacy}"),
        "unsubscribe": unsubscribe,
    }
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mail = EmailMultiAlternatives(
        subject=words.subject.format(team=_one_line(team)),
        body=render_to_string("feedback/survey_invitation.txt", context),
        from_email=formataddr((_one_line(team), sender)),
        to=[identity.email],
        headers={
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(
        render_to_string("feedback/survey_invitation.html", context), "text/html"
    )
    return mail


def _one_line(text: str) -> str:
    return " ".join(text.split())
