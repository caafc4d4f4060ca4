"""How often one place may try something that needs no sign-in, in all processes together.

A place is the client's address, of IPv6 its /64. It is counted under a digest that changes every
minute and goes with it. Where only a proxy's address is known, nobody is counted: one stranger
could lock everybody out.
"""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from journeys.clients import client_address
from journeys.models import RequestCount

STRETCH = timedelta(minutes=1)


class Limit:
    """`most` tries a minute from one place, of the sort `name`; 0 sets no limit."""

    def __init__(self, name: str, setting: str) -> None:
        self.name, self.setting = name, setting

    @property
    def most(self) -> int:
        """Return the number that the setting gives."""
        return int(getattr(settings, self.setting))

    def take(self, request: HttpRequest, now: datetime) -> bool:
        """Count one more; return whether it is still within the limit."""
        key = self._key(request, now)
        return key is None or RequestCount.one_more(key, _end(now)) <= self.most

    def is_over(self, request: HttpRequest, now: datetime) -> bool:
        """Return whether the limit was reached, and count nothing."""
        key = self._key(request, now)
        return (
            key is not None and RequestCount.objects.filter(key=key, count__gte=self.most).exists()
        )

    def _key(self, request: HttpRequest, now: datetime) -> str | None:
        address = client_address(request) if self.most else None
        if address is None:
            return None
        place = f"{self.name} {_place(address)} {_end(now):%Y-%m-%dT%H:%M}"
        return salted_hmac("journeys.limits", place, algorithm="sha256").hexdigest()


def _place(address: str) -> str:
    """Return what one client has of addresses: whoever has one of IPv6 has billions."""
    wide = isinstance(ip_address(address), IPv6Address)
    return str(ip_network(f"{address}/64", strict=False)) if wide else address


def _end(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(second=0, microsecond=0) + STRETCH


def wait(now: datetime) -> int:
    """Return in how many seconds one may try again, for Retry-After."""
    return int((_end(now) - now).total_seconds()) + 1


def forget_old(now: datetime) -> None:
    """Delete the counts of stretches that are over."""
    RequestCount.objects.filter(ends_at__lt=now).delete()


ANSWERS = Limit("answers", "SURVEY_ANSWERS_PER_MINUTE")
"""Answers to surveys, and receipts with which they are deleted."""
REFUSED_CALLS = Limit("refused calls", "REFUSED_CALLS_PER_MINUTE")
"""Calls with a token that nobody has, or a signature that is wrong."""
