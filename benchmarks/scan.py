"""Calls whatever the API's document allows, and what it does not, as each role, for a while.

    .venv/bin/python benchmarks/scan.py                  # 30 minutes, SQLite
    .venv/bin/python benchmarks/scan.py --minutes 3 --seed 2

A server process of its own, on this machine only and on a scratch database with two workspaces.
schemathesis makes calls from the document, with ids of both workspaces mixed in; they are sent as a
member of one in every role, with a session and with a token, and signed out. It fails where an
answer is a 5xx, or holds a word of the other workspace, or where a row of the other one differs
afterwards. Answers whose status the document does not name are counted and printed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CALLS = 8
"""Of one address in one round."""
Document = dict[str, Any]


@dataclass
class Found:
    """What came back."""

    statuses: Counter[int] = field(default_factory=Counter)
    undocumented: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def main() -> None:
    """Scan, print what was found, and fail where it should not be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/scan.sqlite3"
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "cxjourney.settings", "DATABASE_URL": url,
            "SECRET_KEY": "servers", "VAR_DIR": folder, "NO_PROXY": "127.0.0.1",
        }  # fmt: skip
        import django

        django.setup()
        sys.exit(scan(url, Path(folder), asked.minutes * 60, asked.seed))


def scan(url: str, folder: Path, seconds: float, seed: int) -> int:
    """Prepare, call in every role for its share of the time; return how many problems there are."""
    import requests
    from django.core.management import call_command

    from tests.intruding import two_worlds
    from tests.servers import serving

    call_command("migrate", verbosity=0)
    own, other, guarded = two_worlds()
    before, found = guarded.digest(), Found()
    people = list(everybody(own))
    with serving(url, folder) as [server]:
        document = requests.get(f"{server.url}/api/schema/", timeout=60).json()
        narrow(document, own, other)
        ways = cases_of(document)
        for number, (person, headers) in enumerate(people):
            until = time.monotonic() + seconds / len(people)
            calls = found.statuses.total()
            call(document, ways, server.url, headers, until, seed * 1000 + number, person, found)
            print(f"{person}: {found.statuses.total() - calls} calls", flush=True)
            after = guarded.digest()
            if changed := [label for label in before if before[label] != after.get(label)]:
                found.problems.append(f"{person}: writes to {changed}")
                before = after
    print("Statuses:", dict(sorted(found.statuses.items())))
    print("Not in the document:", dict(found.undocumented) or "none")
    print("\n".join(found.problems) or "No 5xx; nothing of the other workspace read or written.")
    return len(found.problems)


def everybody(own: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each way to come: who, and the headers that say so."""
    from django.conf import settings
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    from journeys.models import TokenScope
    from tests import factories as make

    for role, user in own.people.items():
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        csrf = _get_new_csrf_string()
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}"
        yield f"{role}, session", {"Cookie": cookies, "X-CSRFToken": csrf}
        token = make.make_api_token(user, own.workspace, scopes=list(TokenScope))
        yield f"{role}, token", {"Authorization": f"Bearer {token}"}
    yield "signed out", {}


def narrow(document: Document, own: Any, other: Any) -> None:
    """Limit ids in the document to what there is, in either workspace, and to what is nowhere."""
    ids = {
        "journeys": [own.journey.pk, other.journey.pk, 987_654_321],
        "outcomes": [own.named["outcome"].pk, other.named["outcome"].pk, 987_654_321],
    }
    slugs = [own.workspace.slug, other.workspace.slug, "nowhere"]
    for path, methods in document["paths"].items():
        kind = path.split("/")[2]
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "id" and kind in ids:
                    parameter["schema"] = {"type": "integer", "enum": ids[kind]}
                if parameter["name"] == "workspace":
                    parameter["schema"] = {"type": "string", "enum": slugs}
    touchpoints = [own.named["touchpoint"].pk, other.named["touchpoint"].pk, 987_654_321]
    for name in ("Feedback", "Observation"):
        fields = document["components"]["schemas"][name]["properties"]
        fields["touchpoint"] = {"type": "integer", "enum": touchpoints}
        fields["occurred_at"] = {"type": "string", "enum": ["2026-03-10T12:00:00Z", "yesterday"]}


def cases_of(document: Document) -> list[Any]:
    """Return for each address, and what the document allows or does not, how calls are made."""
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.core.result import Ok

    schema = schemathesis.openapi.from_dict(document)
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return [
        each.as_strategy(generation_mode=mode) for each in operations for mode in GenerationMode
    ]


def call(
    document: Document,
    ways: list[Any],
    url: str,
    headers: dict[str, str],
    until: float,
    seed: int,
    person: str,
    found: Found,
) -> None:
    """Call every address again and again, until the time is over."""
    import hypothesis
    from hypothesis.errors import Unsatisfiable

    number = 0
    while time.monotonic() < until:
        cases = ways[number % len(ways)]
        number += 1

        @hypothesis.seed(seed * 100_000 + number)
        @hypothesis.settings(
            max_examples=CALLS,
            deadline=None,
            database=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=cases)
        def one_round(case: Any) -> None:
            if time.monotonic() < until:
                response = case.call(base_url=url, headers=headers, timeout=60)
                judge(document, person, case, response, found)

        try:
            one_round()
        except Unsatisfiable:
            continue  # there is nothing that this address would refuse


def judge(document: Document, person: str, case: Any, response: Any, found: Found) -> None:
    """Note what an answer says, and where it should not have come."""
    from tests.intruding import MARK

    status, path = response.status_code, case.operation.path
    found.statuses[status] += 1
    named = document["paths"][path][case.method.lower()]["responses"]
    if str(status) not in named:
        found.undocumented[f"{case.method} {path} {status}"] += 1
    heads = repr(response.headers)
    said = f"{person}: {case.method} {path} {case.path_parameters} {case.query}"
    if status >= 500:
        found.problems.append(f"{said}: {status}")
    if MARK.lower().encode() in heads.lower().encode() + response.content.lower():
        found.problems.append(f"{said}: tells of the other workspace")


if __name__ == "__main__":
    main()
