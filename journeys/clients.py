"""From where a request comes: the client's address, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_IPV4_KEPT, _IPV6_KEPT = 24, 48


def client_address(request: HttpRequest) -> str | None:
    """Return the address of whoever sent the request, or None where only a proxy's is known.

    Every proxy adds to the right of X-Forwarded-For from whom it took the request, so the first
    address from the right that is none of TRUSTED_PROXIES is the client's; what stands left of it
    may be made up. Nobody's address is believed who does not come through such a proxy.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    chain = [*forwarded, request.META.get("REMOTE_ADDR") or ""]
    trusted = [ip_network(each) for each in settings.TRUSTED_PROXIES]
    for said in reversed(chain):
        try:
            found = ip_address(said.strip())
        except ValueError:
            return None
        if isinstance(found, IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        if not any(found in network for network in trusted):
            return None if found.is_loopback else str(found)
    return None


def network_of(address: str | None) -> str | None:
    """Return the network of an address, without what tells apart who is in it: /24, IPv6 /48."""
    if address is None:
        return None
    kept = _IPV6_KEPT if isinstance(ip_address(address), IPv6Address) else _IPV4_KEPT
    return str(ip_network(f"{address}/{kept}", strict=False).network_address)
