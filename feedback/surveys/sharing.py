"""Ways to hand a survey out: links, a QR code, a snippet to embed, links for one answer each."""

import csv
import io
from datetime import datetime

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape

from feedback.imports.rows.cells import guarded
from feedback.models import Invitation, Survey

MOST_LINKS = 10_000
EMBED_HEIGHT = 560


def survey_link(survey: Survey, page: str = "survey_answer") -> str:
    """Return the whole public address of a survey, or of another of its public pages."""
    return settings.SITE_URL + reverse(f"feedback:{page}", args=[survey.token])


def invitation_link(secret: str) -> str:
    """Return the whole address of a link that takes one answer."""
    return settings.SITE_URL + reverse("feedback:invitation_answer", args=[secret])


def qr_svg(survey: Survey) -> bytes:
    """Return the survey's link as a QR code, dark on white, of any size."""
    return _drawn(survey, "svg", xmldecl=True, unit="mm")


def qr_png(survey: Survey) -> bytes:
    """Return the survey's link as a QR code of 1,000 px or more a side, for print."""
    code = segno.make_qr(survey_link(survey), error="m")
    width, _ = code.symbol_size(border=4)
    return _drawn(survey, "png", scale=-(-1000 // width))


def _drawn(survey: Survey, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    code = segno.make_qr(survey_link(survey), error="m")
    code.save(out, kind=kind, border=4, dark="#1d1c1a", light="#ffffff", **options)
    return out.getvalue()


def embed_snippet(survey: Survey, title: str) -> str:
    """Return the HTML to paste into an allowed site. The frame works without the script, too."""
    script = f"{settings.SITE_URL}{settings.STATIC_URL}js/survey-embed.js"
    return (
        f'<iframe src="{escape(survey_link(survey, "survey_embed"))}" '
        f'title="{escape(title)}" width="100%" height="{EMBED_HEIGHT}" '
        f'frameborder="0" loading="lazy" data-cxjourney-survey></iframe>\n'
        f'<script src="{escape(script)}" async></script>'
    )


def make_links(survey: Survey, count: int, *, expires_at: datetime | None) -> str:
    """Make links that take one answer each, and return them as CSV, one a row.

    They can be had this once only: the database keeps their digests.
    """
    secrets = [Invitation.new_secret() for _ in range(count)]
    Invitation.objects.bulk_create(
        (
            Invitation(survey=survey, digest=Invitation.digest_of(secret), expires_at=expires_at)
            for secret in secrets
        ),
        batch_size=500,
    )
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["link", "expires"])
    expires = expires_at.isoformat(timespec="minutes") if expires_at else ""
    rows.writerows([guarded(invitation_link(secret)), guarded(expires)] for secret in secrets)
    return out.getvalue()
