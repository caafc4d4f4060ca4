"""Every address that the site knows, and the path that leads to one object through it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver


@dataclass(frozen=True, slots=True)
class Address:
    """One entry of the site's lists of addresses."""

    name: str
    """As `reverse` takes it: "journeys:journey_map"; the route itself for one without a name."""
    route: str
    """With its parameters: "w/<slug:workspace>/personas/", or as a regular expression."""

    def path(self, **values: object) -> str:
        """Return the path with the parameters filled in; raises KeyError where one is missing."""
        asked = re.sub(r"<drf_format_suffix:\w+>", ".json", self.route)
        asked = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: str(values[found[1]]), asked)
        asked = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), asked)
        return "/" + re.sub(r"/\?$", "", asked.replace("^", "").rstrip("$")).replace("\\.", ".")


def addresses(
    patterns: Iterable[URLPattern | URLResolver], spaces: str = "", before: str = ""
) -> Iterator[Address]:
    """Walk through lists of addresses, and those that they include."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(f"{spaces}{pattern.name}" if pattern.name else route, route)
        else:
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from addresses(pattern.url_patterns, spaces + space, route)
