"""Calling an address that somebody typed: over HTTPS, and never into our own network.

The name is resolved once, every address behind it is judged, and the connection goes to one that
was judged: a name that points elsewhere a moment later (DNS rebinding) changes nothing. Redirects
are not followed, proxies of the environment are not used, and only the beginning of what comes back
is read. The setting OUTGOING_ANYWHERE lifts the two limits, for who develops or trusts the network.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT = 10.0
"""Seconds for the whole call."""
READ = 2_000
"""Bytes of the answer that are read."""
_NAT64 = IPv6Network("64:ff9b::/96")
_PORTS = {"https": 443, "http": 80}


class Refused(Exception):
    """The address may not be called; the message says why, for who typed it."""


class Unreachable(Exception):
    """Nobody answered, or not in HTTP; the message says what happened."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The status that came back, and the first bytes of what came with it."""

    status: int
    text: str

    @property
    def good(self) -> bool:
        """True for 2xx: the other side has taken it."""
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float = TIMEOUT) -> Answer:
    """Send `body` by POST and return the answer, whatever its status.

    Raises Refused where the address may not be called, and Unreachable where there is no answer
    within `timeout` seconds.
    """
    over = time.monotonic() + timeout
    parts = checked(url)
    addresses = public_addresses(parts)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _connected(parts, addresses, over) as connection:
            connection.request("POST", path, body, {"Host": parts.netloc, **headers})
            with closing(connection.getresponse()) as response:
                return Answer(response.status, response.read(READ).decode("utf-8", "replace"))
    except ssl.SSLCertVerificationError as problem:
        raise Unreachable(f"Its certificate is not valid: {problem.verify_message}.") from None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        if isinstance(problem, TimeoutError) or time.monotonic() >= over:
            raise Unreachable(f"No answer within {timeout:g} seconds.") from None
        raise Unreachable(
            f"The call broke off: {str(problem) or type(problem).__name__}."
        ) from None


def checked(url: str) -> SplitResult:
    """Return the parts of an address that may be called, as far as it says so itself.

    Raises Refused for another scheme than https, a name or password in it, and what is no address.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise Refused("This is not an address.") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.OUTGOING_ANYWHERE):
        raise Refused("The address has to begin with https://.")
    if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        raise Refused("This is not an address: it needs a host name, and no spaces or umlauts.")
    if parts.username is not None or parts.password is not None:
        raise Refused("Leave name and password out of the address: calls are signed instead.")
    return parts


def public_addresses(parts: SplitResult) -> list[str]:
    """Return the IP addresses behind a name.

    Raises Unreachable for an unknown name, and Refused where any of its addresses is private,
    loopback, link-local or otherwise not one of the public internet.
    """
    port = parts.port or _PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(f"There is no server of the name {parts.hostname}.") from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not settings.OUTGOING_ANYWHERE and not all(map(is_public, addresses)):
        raise Refused(
            f"{parts.hostname} leads into a private network, which is never called from here."
        )
    return addresses


def is_public(address: str) -> bool:
    """True for an address of the public internet, also where it is an IPv4 one in disguise."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if hidden:
            return is_public(str(hidden))
        if ip in _NAT64:
            return is_public(str(ip_address(int(ip) & 0xFFFFFFFF)))
        if ip.is_site_local:
            # Deprecated, so that ipaddress counts it as global; networks that use it remain.
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


@contextmanager
def _connected(
    parts: SplitResult, addresses: list[str], over: float
) -> Iterator[http.client.HTTPConnection]:
    """Connect to the first address that takes it; the name is only for TLS and the head."""
    connection = http.client.HTTPConnection(parts.hostname or "")
    lines = [_first(addresses, parts.port or _PORTS[parts.scheme], over)]
    # A timeout counts from byte to byte: who sends one now and then would hold us for ever.
    alarm = threading.Timer(over - time.monotonic(), _hang_up, [lines])
    alarm.daemon = True
    alarm.start()
    try:
        if parts.scheme == "https":
            encrypted = ssl.create_default_context().wrap_socket(
                lines[0], server_hostname=parts.hostname, do_handshake_on_connect=False
            )
            lines.append(encrypted)
            encrypted.do_handshake()
        connection.sock = lines[-1]
        yield connection
    finally:
        alarm.cancel()
        for line in lines:
            line.close()


def _first(addresses: list[str], port: int, over: float) -> socket.socket:
    """Connect to the first that answers, all of them within the same time."""
    problem: OSError = OSError("no address")
    for address in addresses:
        left = over - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            return socket.create_connection((address, port), left)
        except OSError as found:
            problem = found
    raise problem


def _hang_up(lines: list[socket.socket]) -> None:
    for line in lines:
        with suppress(OSError):
            # Of the socket below TLS, which another thread is reading from.
            socket.socket.shutdown(line, socket.SHUT_RDWR)
