"""Calling an address that somebody typed: only public ones, and never for long."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from journeys import outbound
from journeys.outbound import Refused, Unreachable, checked, is_public, post


class Receiver(ThreadingHTTPServer):
    """A server that notes what it is sent and answers as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.answer = 200, b"ok"
        self.headers_to_send: dict[str, str] = {}
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.drip = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?a=1"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        for name, value in self.server.headers_to_send.items():
            self.send_header(name, value)
        self.end_headers()
        while self.server.drip:
            try:
                self.wfile.write(b".")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)
        self.wfile.write(self.server.answer)

    def log_message(self, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.drip = False
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def anywhere(settings) -> None:
    settings.OUTGOING_ANYWHERE = True


class TestWhichAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
            "0.0.0.0",  # noqa: S104
            "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
            "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
            "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
            "2002:7f00:1::", "2002:c0a8:101::", "2001:db8::1", "fec0::1", "64:ff9b:1::a00:1",
            "::127.0.0.1",
        ],
    )  # fmt: skip
    def test_private_ones_are_not_public(self, address):
        assert not is_public(address)

    @pytest.mark.parametrize(
        "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"]
    )
    def test_public_ones_are(self, address):
        assert is_public(address)

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "example.com",
            "https://", "https://me:secret@example.com/", "https://example.com:99999/",
            "https://exa mple.com/", "https://example.com/\r\nHost: x", "https://[::1", "",
        ],
    )  # fmt: skip
    def test_what_is_refused_by_its_looks(self, url):
        with pytest.raises(Refused):
            checked(url)

    @pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "::1", "169.254.169.254"])
    def test_a_name_that_leads_inside_is_not_called(self, monkeypatch, address):
        self.resolve(monkeypatch, ["93.184.216.34", address])
        monkeypatch.setattr(socket, "create_connection", self.never)
        with pytest.raises(Refused, match="private network"):
            post("https://inside.example/", b"{}", {})

    def test_the_number_itself_is_not_called_either(self):
        for host in ("127.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost"):
            with pytest.raises((Refused, Unreachable)):
                post(f"https://{host}/", b"{}", {})

    def test_the_connection_goes_to_the_address_that_was_judged(self, monkeypatch):
        """A name that leads elsewhere when it is asked again changes nothing."""
        asked, called = [], []

        def rebinding(host, port, **options):
            asked.append(host)
            address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        def connect(address, timeout):
            called.append(address)
            raise ConnectionRefusedError

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        monkeypatch.setattr(socket, "create_connection", connect)
        with pytest.raises(Unreachable):
            post("https://rebinding.example/", b"{}", {})
        assert (asked, called) == (["rebinding.example"], [("93.184.216.34", 443)])

    def test_a_name_of_many_addresses_gets_no_more_time(self, monkeypatch):
        """None of them answers: each takes a while, and together they take the time of one call."""
        now, waited = [100.0], []

        def silent(address, timeout):
            waited.append(timeout)
            now[0] += min(timeout, 4)
            raise TimeoutError

        self.resolve(monkeypatch, [f"93.184.216.{number}" for number in range(1, 100)])
        monkeypatch.setattr(time, "monotonic", lambda: now[0])
        monkeypatch.setattr(socket, "create_connection", silent)
        with pytest.raises(Unreachable, match="No answer within 10 seconds"):
            post("https://many.example/", b"{}", {}, timeout=10)
        assert waited == [10, 6, 2]

    def test_an_unknown_name(self, monkeypatch):
        def unknown(*args, **options):
            raise socket.gaierror

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(Unreachable, match="no server of the name"):
            post("https://nowhere.example/", b"{}", {})

    def resolve(self, monkeypatch, addresses) -> None:
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, port, **options: [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses
            ],
        )

    def never(self, *args, **options) -> None:
        raise AssertionError("It was called.")


@pytest.mark.usefixtures("anywhere")
class TestCalling:
    def test_sends_body_and_headers_to_the_path(self, receiver):
        answer = post(receiver.url, b'{"a": 1}', {"webhook-id": "msg_1"})
        assert (answer.status, answer.text, answer.good) == (200, "ok", True)
        [(path, headers, body)] = receiver.seen
        assert (path, body, headers["webhook-id"]) == ("/hook?a=1", b'{"a": 1}', "msg_1")
        assert headers["Host"] == f"127.0.0.1:{receiver.server_port}"

    def test_redirects_are_not_followed(self, receiver):
        receiver.status, receiver.headers_to_send = 302, {"Location": receiver.url}
        answer = post(receiver.url, b"", {})
        assert (answer.status, answer.good, len(receiver.seen)) == (302, False, 1)

    def test_only_the_beginning_of_an_answer_is_read(self, receiver):
        receiver.answer = b"x" * 1_000_000
        assert len(post(receiver.url, b"", {}).text) == outbound.READ

    def test_who_drips_is_left(self, receiver):
        receiver.drip = True
        begun = time.monotonic()
        with suppress(Unreachable):
            assert len(post(receiver.url, b"", {}, timeout=0.3).text) < outbound.READ
        assert time.monotonic() - begun < 5

    def test_nobody_listens(self, receiver):
        receiver.server_close()
        with pytest.raises(Unreachable, match="broke off"):
            post(receiver.url, b"", {})

    def test_without_the_setting_http_is_refused(self, receiver, settings):
        settings.OUTGOING_ANYWHERE = False
        with pytest.raises(Refused, match="https"):
            post(receiver.url, b"", {})

    def test_who_speaks_no_tls_is_unreachable(self, receiver):
        with pytest.raises(Unreachable):
            post(receiver.url.replace("http://", "https://"), b"", {}, timeout=3)
