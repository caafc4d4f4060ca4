"""Every answer carries what protects it, errors and pictures included; cookies do under HTTPS."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from journeys.models import Role, Workspace
from tests.factories import (
    make_journey,
    make_member,
    make_persona,
    make_stage,
    make_step,
    make_survey,
    make_touchpoint,
    make_workspace,
)

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(slug="northwind")


@pytest.fixture
def pages(workspace: Workspace) -> dict[str, str]:
    """The addresses of one page of every sort."""
    journey = make_journey(workspace, slug="trip")
    place = make_touchpoint(make_step(make_stage(journey)))
    survey = make_survey(place, allowed_origins="https://shop.example")
    make_persona(workspace, slug="ida").photo.save("ida.png", drawn())
    return {
        "sign-in": reverse("account_login"),
        "map": "/w/northwind/journeys/trip/",
        "fragment": "/w/northwind/journeys/trip/parts/",
        "audit": "/w/northwind/audit/",
        "admin": reverse("admin:index"),
        "API docs": reverse("api_docs"),
        "API": "/api/journeys/",
        "API file": f"/api/journeys/{journey.pk}/export/?format=csv",
        "survey": f"/s/{survey.token}/",
        "embedded": f"/s/{survey.token}/embed/",
        "media": "/w/northwind/personas/ida/photo/",
        "not there": "/nowhere/",
        "static": "/static/js/survey-embed.js",
        "static, not there": "/static/nowhere.js",
    }


def drawn() -> ContentFile[bytes]:
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    return ContentFile(picture.getvalue())


ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


def policy(response: Any) -> dict[str, str]:
    said = response["Content-Security-Policy"].split(";")
    return {name: value for name, _, value in (each.strip().partition(" ") for each in said)}


def assert_safe(response: Any, *, name: str = "page") -> None:
    """Assert that an answer tells browsers everything that protects it."""
    for header, value in ALWAYS.items():
        assert response.get(header) == value, header
    permissions = response["Permissions-Policy"]
    assert "camera=()" in permissions
    assert "geolocation=()" in permissions
    assert "max-age" in response["Cache-Control"] or "no-store" in response["Cache-Control"]
    loaded_elsewhere = name == "embedded" or name.startswith("static")
    wanted = "cross-origin" if loaded_elsewhere else "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == wanted
    directives = policy(response)
    assert directives["default-src"] == "'none'"
    for directive in ("script-src", "style-src", "connect-src", "form-action"):
        assert directives[directive] == "'self'", directive
    for directive in ("base-uri", "object-src", "worker-src"):
        assert directives[directive] == "'none'", directive
    assert "unsafe" not in response["Content-Security-Policy"]
    if name == "embedded":
        assert directives["frame-ancestors"] == "https://shop.example"
    else:
        assert directives["frame-ancestors"] == "'none'"
        assert response["X-Frame-Options"] == "DENY"


def test_every_sort_of_page_is_safe(
    client: Client, workspace: Workspace, pages: dict[str, str]
) -> None:
    client.force_login(make_member(workspace, Role.OWNER))
    for name, address in pages.items():
        response = (Client() if name == "sign-in" else client).get(address)
        wanted = {"not there": 404, "static, not there": 404}.get(name, 200)
        assert response.status_code == wanted, name
        assert_safe(response, name=name)


def test_every_sort_of_error_is_safe(
    client: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(make_member(workspace, Role.VIEWER))
    client.raise_request_exception = False
    monkeypatch.setattr("journeys.views.tokens._page", lambda *args, **more: 1 / 0)
    refused = Client(enforce_csrf_checks=True)
    refused.force_login(make_member(workspace, Role.OWNER))
    for status, response in [
        (400, client.get("/", headers={"Host": "evil.example"})),
        (403, client.get("/w/northwind/audit/")),
        (403, refused.post("/w/northwind/tokens/new/")),
        (404, client.get("/w/elsewhere/journeys/")),
        (405, client.get("/w/northwind/audit/file/")),
        (500, client.get("/w/northwind/tokens/")),
    ]:
        assert response.status_code == status
        if status != 405:
            assert "<h1>" in response.content.decode()
        assert_safe(response)


def test_nothing_that_a_member_sees_is_stored_by_the_browser(
    client: Client, workspace: Workspace, pages: dict[str, str]
) -> None:
    client.force_login(make_member(workspace, Role.OWNER))
    for name in ("map", "fragment", "audit", "admin", "API", "API file"):
        assert "no-store" in client.get(pages[name])["Cache-Control"], name
    assert client.get(pages["media"])["Cache-Control"].startswith("private")


def test_signing_in_gives_a_new_session(client: Client, workspace: Workspace) -> None:
    """A session that somebody else planted is worth nothing once its victim signs in."""
    member = make_member(workspace)
    client.get("/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.force_login(member)
    assert client.session.session_key != before


UNDER_HTTPS = """
import json
import django
from django.conf import settings
# The manifest of static files is written by collectstatic, which no test waits for.
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
django.setup()
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING", verbosity=0)
from django.test import Client
secure = Client().get("/nowhere/", secure=True, headers={"Host": "maps.example"})
plain = Client().get("/nowhere/", headers={"Host": "maps.example"})
wrong = Client().get("/nowhere/", headers={"Host": "evil.example"})
names = ("SESSION_COOKIE_", "CSRF_COOKIE_")
print(json.dumps({
    "settings": {n: getattr(settings, n) for n in dir(settings) if n.startswith(names)},
    "secure": dict(secure.headers),
    "plain": [plain.status_code, dict(plain.headers)],
    "wrong": [wrong.status_code, dict(wrong.headers)],
}, default=str))
"""


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a server says whose address is HTTPS; of its own settings and with its own database."""
    folder = tmp_path_factory.mktemp("deployed")
    (folder / "static").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "cxjourney.settings",
        "SITE_URL": "https://maps.example",
        "SECRET_KEY": "".join(map(chr, range(33, 127))),
        "VAR_DIR": str(folder),
    }
    found = subprocess.run(  # noqa: S603  (our own Python)
        [sys.executable, "-c", UNDER_HTTPS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    said: dict[str, Any] = json.loads(found.stdout.strip().splitlines()[-1])
    return said


def test_cookies_are_of_this_host_alone(deployed: dict[str, Any]) -> None:
    names = deployed["settings"]
    for cookie in ("SESSION_COOKIE_", "CSRF_COOKIE_"):
        assert names[f"{cookie}NAME"].startswith("__Host-")
        assert names[f"{cookie}SECURE"] is names[f"{cookie}HTTPONLY"] is True
        assert names[f"{cookie}SAMESITE"] == "Lax"
        assert names[f"{cookie}DOMAIN"] is None
        assert names[f"{cookie}PATH"] == "/"


def test_https_is_insisted_on(deployed: dict[str, Any]) -> None:
    hsts = deployed["secure"]["Strict-Transport-Security"]
    assert hsts == "max-age=31536000; includeSubDomains; preload"
    assert "upgrade-insecure-requests" in deployed["secure"]["Content-Security-Policy"]
    status, headers = deployed["plain"]
    assert (status, headers["Location"]) == (301, "https://maps.example/nowhere/")


def test_another_host_is_refused_with_the_same_protection(deployed: dict[str, Any]) -> None:
    status, headers = deployed["wrong"]
    assert status == 400
    assert "Location" not in headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
