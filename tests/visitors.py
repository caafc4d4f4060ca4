"""Somebody who asks the site for many things: without the records that Django's client keeps."""

from typing import Any

from django.conf import settings
from django.test import Client, RequestFactory
from django.test.client import ClientHandler

from journeys.models import User


class Visitor:
    """Asks with one session, or none; an answer leaves it as it was."""

    def __init__(self, user: User | None = None, **headers: str) -> None:
        self.headers = headers
        if user:
            client = Client()
            client.force_login(user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            self.headers["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={session}"
        self.factory = RequestFactory()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.handler.load_middleware()

    def ask(
        self,
        method: str,
        where: str,
        data: bytes = b"",
        content_type: str = "application/x-www-form-urlencoded",
    ) -> Any:
        """Return the answer; one that broke is a 500."""
        named: dict[str, Any] = dict(self.headers)
        request = self.factory.generic(method, where, data, content_type, **named)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.handler.get_response(request)
