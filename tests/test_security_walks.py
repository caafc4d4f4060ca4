"""Rules that hold everywhere, because every place is looked at: addresses, forms, code, secrets."""

import ast
import re
import subprocess
from collections.abc import Iterator
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.forms.models import BaseModelForm, ModelChoiceField
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework import serializers

from tests.factories import make_member, make_user, make_workspace

ROOT = Path(__file__).resolve().parent.parent
APPS = ("journeys", "touchpoints", "feedback", "cxjourney")
MODULES = [
    path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
]


def trees() -> Iterator[tuple[str, ast.AST]]:
    for path in MODULES:
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def addresses(
    patterns: list[Any] | None = None, before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the site with its pattern."""
    for each in patterns or get_resolver().url_patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, path)
        else:
            yield path, each


def ours(pattern: URLPattern) -> bool:
    return pattern.callback.__module__.startswith(APPS) and not hasattr(pattern.callback, "cls")


# ---------------------------------------------------------------- addresses


def test_only_what_needs_no_cookie_goes_without_the_csrf_token() -> None:
    """What customers answer knows nobody by a cookie, nor do shared maps, whose address is the
    secret; hooks are signed; the API asks by itself."""
    free = {
        path
        for path, pattern in addresses()
        if getattr(pattern.callback, "csrf_exempt", False) and not path.startswith("api/")
    }
    assert {path for path in free if not path.startswith(("s/", "hooks/", "share/"))} == set()
    assert "hooks/<slug:token>/" in free


def test_only_these_addresses_of_ours_need_no_sign_in() -> None:
    open_to_all = {
        path
        for path, pattern in addresses()
        if ours(pattern) and not getattr(pattern.callback, "login_required", True)
    }
    allowed = ("s/", "hooks/", "admin/login/", "account/", "healthz", "readyz", "metrics", "share/",
               "robots.txt")  # fmt: skip
    assert {path for path in open_to_all if not path.startswith(allowed)} == set()


async def _awaited(answer: Any) -> Any:
    return await answer


@pytest.mark.django_db
def test_every_page_says_by_which_methods_it_is_asked() -> None:
    """TRACE is none of them: a page that lets it through would let everything through."""
    request = RequestFactory().generic("TRACE", "/")
    request.user = AnonymousUser()
    open_pages = []
    for path, pattern in addresses():
        if not ours(pattern) or path.startswith("admin/"):
            continue
        names = dict.fromkeys(pattern.pattern.regex.groupindex, "1") | {"pk": 1}
        try:
            answer = pattern.callback(request, **names)
            if isawaitable(answer):
                answer = async_to_sync(_awaited)(answer)
            status = answer.status_code
        except (Http404, PermissionDenied):
            status = 404
        except (AttributeError, TypeError):
            status = 500
        if status != 405:
            open_pages.append(path)
    # allauth itself refuses other methods there, once a provider is set up.
    assert open_pages == ["account/oidc/<slug:provider_id>/login/"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_signing_in_and_out_leads_to_no_other_site(client: Client, there: str) -> None:
    person = make_user(email="ana@example.com")
    person.set_password("correct horse battery")
    person.save()
    login = settings.LOGIN_URL if settings.LOGIN_URL.startswith("/") else "/account/login/"
    sent = {"password": "correct horse battery", "next": there}
    sent |= dict.fromkeys(("username", "login"), "ana@example.com")
    answers = [client.post(f"{login}?next={there}", sent), client.get(f"{login}?next={there}")]
    answers.append(client.post("/account/logout/", {"next": there}))
    for answer in answers:
        assert "evil" not in answer.get("Location", "")
        assert "javascript" not in answer.get("Location", "")


def test_nobody_is_sent_to_where_a_request_says() -> None:
    """No redirect is made of what came in; Referer and Host are read nowhere."""
    wrong = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            if "redirect" in called.lower() and called != "redirect_to_login":
                said = " ".join(map(ast.unparse, node.args[:1]))
                # A path of our own with a query of our own stays here, whatever the query says.
                if re.search(r"request\.(?:POST|META|headers|COOKIES)|^request\.GET", said):
                    wrong.append(f"{name}: {said}")
            if called in {"get_host", "build_absolute_uri"}:
                wrong.append(f"{name}: {called}")
    assert wrong == []


@pytest.mark.django_db
def test_another_host_is_refused_and_a_forwarded_one_ignored(client: Client) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    answer = client.get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in answer.get("Location", "") + answer.content.decode()
    assert not settings.USE_X_FORWARDED_HOST
    assert "*" not in settings.ALLOWED_HOSTS


@pytest.mark.django_db
def test_a_line_break_in_an_address_makes_no_line_in_the_log(client: Client, caplog: Any) -> None:
    client.get("/nowhere/%0aERROR%20everything%20is%20lost/")
    lines = [each.getMessage() for each in caplog.records]
    assert any("/nowhere/" in line for line in lines)
    assert not any("\n" in line or "lost" in line for line in lines)


@pytest.mark.django_db
def test_the_api_reads_and_writes_json_only(client: Client) -> None:
    workspace = make_workspace(slug="northwind")
    client.force_login(make_member(workspace))
    for kind in ("text/html", "multipart/form-data; boundary=x", "text/plain", "application/xml"):
        address = "/api/feedback/?workspace=northwind"
        answer = client.post(address, "<b>", content_type=kind)
        assert answer.status_code in {400, 415}, kind
        assert answer["Content-Type"] == "application/json"
    answer = client.get("/api/journeys/", headers={"Accept": "text/html"})
    assert answer["Content-Type"] in {"application/json", "text/html; charset=utf-8"}
    assert "<script" not in answer.content.decode()


# ---------------------------------------------------------------- forms


def subclasses(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        if each.__module__.startswith(APPS) and "<locals>" not in each.__qualname__:
            yield each
        yield from subclasses(each)


def test_every_form_and_serializer_names_its_fields() -> None:
    """A field that a model gets later cannot be sent by anybody, before somebody lets it."""
    named: list[type] = [*subclasses(BaseModelForm), *subclasses(serializers.ModelSerializer)]
    assert len(named) > 20
    wrong = []
    for form in named:
        if "admin" in form.__module__:
            continue  # its ModelAdmin names them, see below
        meta: Any = getattr(form, "Meta", None)
        fields = getattr(meta, "fields", None)
        unnamed = fields is None and getattr(meta, "model", None)
        if fields == "__all__" or getattr(meta, "exclude", None) or unnamed:
            wrong.append(form.__qualname__)
    for model, model_admin in admin.site._registry.items():
        if not type(model_admin).__module__.startswith(APPS):
            continue
        for each in (model_admin, *model_admin.inlines):
            kind: Any = each if isinstance(each, type) else type(each)
            own = kind.get_fieldsets is not BaseModelAdmin.get_fieldsets
            if not (own or getattr(each, "fields", None) or getattr(each, "fieldsets", None)):
                wrong.append(f"{model.__name__}: {each}")
    assert wrong == []


def test_no_form_offers_what_lies_in_any_workspace() -> None:
    """A form's choices are empty until it was told whose they are."""
    wrong = []
    for kind in {*subclasses(forms.BaseForm)}:
        if "admin" in kind.__module__:
            continue  # tests/test_admin_access.py opens every form of the admin
        own = "__init__" in vars(kind) or any("__init__" in vars(k) for k in kind.__mro__[1:3])
        for name, field in getattr(kind, "base_fields", {}).items():
            if not isinstance(field, ModelChoiceField) or field.queryset is None:
                continue
            if not field.queryset.query.is_empty() and not own:
                wrong.append(f"{kind.__qualname__}.{name}")
    assert wrong == []


# ---------------------------------------------------------------- code


SECRET = re.compile(r"secret|token|digest|signature|password|hmac|receipt", re.IGNORECASE)
HARMLESS = re.compile(r"tokens?\b.*\.(?:kind|pk|type)|len\(|token_scope|digest_size|\.name\b")


CONTENT = {
    "journeys/views/starting/creating.py",
    "feedback/views/import_mapping.py",
    "feedback/api/idempotency.py",
    "feedback/imports/rows/seen.py",
    "cxjourney/management/commands/start.py",
    "cxjourney/backup/restoring.py",
}
"""Where a digest says whether something has changed, and is no secret."""


def test_no_secret_is_compared_byte_by_byte() -> None:
    """Secrets are found by their digest, or compared in a time that tells nothing."""
    wrong = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Compare):
                continue
            if not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                continue
            sides = [node.left, *node.comparators]
            if any(isinstance(side, ast.Constant) for side in sides):
                continue
            said = ast.unparse(node)
            if SECRET.search(said) and not HARMLESS.search(said) and name not in CONTENT:
                wrong.append(f"{name}: {said}")
    assert wrong == []


MARKED = {
    "feedback/imports/mapping_page.py: mark_safe",
    "feedback/charts/chart.py: mark_safe",
    "journeys/templatetags/map_pictures.py: SafeString",
}
"""Options of a choice and rows of a table, put together of texts that are escaped; bars, which are
numbers and colour steps."""


def test_nothing_is_evaluated_unpickled_or_marked_safe_unseen() -> None:
    forbidden = {"eval", "exec", "mark_safe", "pickle", "marshal", "shelve"}
    wrong = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names}
                names |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
                wrong += [f"{name}: {each}" for each in names & forbidden]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called = {node.func.id} & {*forbidden, "SafeString"}
                wrong += [f"{name}: {each}" for each in called]
    assert {*wrong} <= MARKED


def test_every_csv_file_is_guarded_against_formulas() -> None:
    wrong = []
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if "csv.writer(" in text and not re.search(r"neutral\(|guarded", text):
            wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


# ---------------------------------------------------------------- secrets

FORMS = re.compile(
    r"cxj_[\w-]{43}|whsec_[A-Za-z0-9+/]{24,}|-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b|xox[abp]-[\w-]{20,}"
)


def test_no_secret_lies_in_the_project() -> None:
    git = ["git", "ls-files"]
    asked = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    listed = asked.stdout.split("\n")
    paths = [ROOT / each for each in listed if each and not each.startswith("tests/")]
    found = [
        str(path.relative_to(ROOT))
        for path in paths
        if path.is_file()
        and path.stat().st_size < 2_000_000
        and FORMS.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_secrets_come_from_the_environment_only() -> None:
    """What settings calls a key or a password is read, and has no value of its own."""
    tree = ast.parse((ROOT / "cxjourney" / "settings.py").read_text(encoding="utf-8"))
    wrong = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            name = ast.unparse(target)
            is_secret = re.search(r"SECRET|PASSWORD$|_TOKEN|API_KEY|_DSN", name)
            if is_secret and not re.match(r"env\.\w+\(", ast.unparse(node.value)):
                wrong.append(name)
    assert wrong == []


def test_a_key_that_was_changed_is_believed_as_long_as_it_is_named(settings: Any) -> None:
    from django.core import signing

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old" * 20, []
    signed = signing.dumps("anything")
    settings.SECRET_KEY = "new" * 20
    with pytest.raises(signing.BadSignature):
        signing.loads(signed)
    settings.SECRET_KEY_FALLBACKS = ["old" * 20]
    assert signing.loads(signed) == "anything"
