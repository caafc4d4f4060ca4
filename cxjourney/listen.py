"""Take the address that the server listens on, before any slow work begins.

Standard library only: deploy/bootstrap.py uses it before a single package is installed.
"""

import errno
import socket


class CannotListen(Exception):
    """The address cannot be had; the message is one sentence for the person who asked for it."""


def listen(host: str, port: str) -> socket.socket:
    """Return a socket bound to `host` and `port`, or raise CannotListen."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise CannotListen(f"PORT={port} is no port: use a number from 1 to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, int(port), type=socket.SOCK_STREAM
        )[0]
    except OSError:
        raise CannotListen(f"HOST={host} is not an address of this machine.") from None
    bound = socket.socket(family, kind, protocol)
    # Else the port stays taken for a minute after a server with open connections has stopped.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise CannotListen(_sentence(error, host, port)) from None
    return bound


def address(host: str, port: str) -> str:
    """Return where a browser finds what listens there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _sentence(error: OSError, host: str, port: str) -> str:
    if error.errno == errno.EADDRINUSE:
        other = int(port) % 65535 + 1
        return f"Port {port} is taken by another program; choose another: make run PORT={other}"
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user; choose one above 1023, such as 8000."
    return f"HOST={host} is not an address of this machine."
