"""What leaves the server, calls and mail, and what strangers may make it search."""

import socket
from email.parser import Parser
from typing import Any

import pytest

from feedback.models import Identity
from feedback.privacy.masking import masked
from feedback.surveys.letters import letter
from journeys import outbound
from journeys.outbound import Refused, Unreachable, is_public
from tests.factories import make_customer, make_survey


@pytest.mark.parametrize(
    "address",
    [
        "::ffff:10.0.0.1",
        "::ffff:0:7f00:1",
        "::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "fec0::1",
        "fd00:ec2::254",
        "fe80::1%eth0",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "198.18.0.1",
        "255.255.255.255",
    ],
)
def test_hidden_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://0177.0.0.1/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://localhost./",
        "https://example.com@127.0.0.1/",
        "https://127.0.0.1:22/",
        "http://example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
def test_no_notation_leads_inside(url: str) -> None:
    with pytest.raises((Refused, Unreachable)):
        outbound.post(url, b"", {}, timeout=2)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    def connect(address: Any, *args: Any) -> Any:
        called.append(address)
        raise OSError("nobody here")

    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:3128")
    found = [(2, 1, 6, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    with pytest.raises(Unreachable):
        outbound.post("https://example.com/", b"", {})
    assert called == [("93.184.216.34", 443)]


@pytest.mark.django_db
def test_a_line_break_in_a_name_makes_no_head_of_a_mail() -> None:
    survey = make_survey()
    workspace = survey.source.workspace
    workspace.name = "Northwind\r\nBcc: everybody@example.com"
    identity = Identity.objects.get(respondent=make_customer(workspace))
    identity.name = "Jo\nX-Evil: yes"
    mail = letter(survey, survey.texts.first(), identity, "secret").message().as_string()
    heads = Parser().parsestr(mail, headersonly=True)
    assert heads["Bcc"] is heads["X-Evil"] is None
    assert "\n" not in heads["Subject"].replace("\n ", " ")


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["a@", "a.", "1 ", "+1-", "DE12 ", "a@b.", "00 ", "tel ", "1.1.", "%'-", "(at) ", "-"]
)
def test_hostile_texts_are_masked_in_time(piece: str) -> None:
    """A pattern that tried every way would still be trying when the test is stopped."""
    text = piece * (100_000 // len(piece))
    assert masked(text) is not None
    assert masked(f"{text}!") is not None
