"""Somebody of one workspace who tries to reach another by whatever an address takes.

Requests are random and repeatable: own addresses with the other workspace's ids mixed into path,
query and form, by every method, with a session and with a token.
"""

import json
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import models, transaction
from django.urls import get_resolver

from cxjourney.permissions import MEMBERS, Access, table
from feedback.recounting import TABLES
from journeys.models import TokenScope, Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet
from tests import factories as make
from tests.addresses import Address, addresses
from tests.visitors import Visitor
from tests.worlds import World, build

MARK = "Zqxjkv"
"""Begins every word of the other workspace that a page could show; stands in no request."""
TIMES = 3
CHUNK = 100
"""After so many requests the other workspace is compared, and what was done is taken back."""
COUNTED = {table.table for table in TABLES}
COUNTS = [model for model in apps.get_models() if model._meta.db_table in COUNTED]
METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "PUT", "PATCH", "DELETE")
QUERY = (
    "journey", "touchpoint", "segment", "channel", "persona", "team", "stage", "step", "lane",
    "case", "theme", "alert", "card", "driver", "workspace", "with", "a", "b", "version", "from",
    "to", "owner", "user", "q", "show", "part", "metric", "of", "format", "period", "compare",
    "id", "ids", "app_label", "model_name", "field_name", "term", "state", "outcome", "survey",
)  # fmt: skip
WORDS = ("", "on", "1", "x", "all", "copy", "mine", "csat", "json", "csv", "current", "2026-03-10")
_NAME = re.compile(rb'<(?:input|select|textarea|button)[^>]*\sname="([^"]{1,60})"')


@dataclass
class Intruder:
    """A member of `own`, who knows every id of `other`."""

    own: World
    other: World
    seed: int = 1
    visitors: dict[str, Visitor] = field(default_factory=dict)
    fields: dict[str, list[str]] = field(default_factory=dict)
    """The names of the fields of an address's form, as its page offers them."""

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.visitors = {role: Visitor(self.own.people[role]) for role in MEMBERS}
        token = make.make_api_token(
            self.own.people["owner"], self.own.workspace, scopes=list(TokenScope)
        )
        self.visitors["token"] = Visitor(HTTP_AUTHORIZATION=f"Bearer {token}")
        asked = table()
        # Whoever has a public link may open it, wherever they are members.
        public = {name for (name, _), access in asked.items() if access is Access.PUBLIC}
        leaving = {
            "account_logout", "admin:logout", "account_change_password", "admin:password_change",
            "account_session_end_others",
        }  # fmt: skip
        found = addresses(get_resolver().url_patterns)
        self.addresses = [each for each in found if each.name not in public | leaving]
        self.ids = {
            world.workspace.pk: [obj.pk for obj in world.named.values() if _is_row(obj)]
            for world in (self.own, self.other)
        }

    def requests(self, number: int) -> Iterator[tuple[str, str, Any]]:
        """Yield (method, address, answer) of so many random requests."""
        for _ in range(number):
            address = self.random.choice(self.addresses)
            method = self.random.choice(METHODS)
            who = self.random.choice(["owner"] * 5 + [*MEMBERS, "token"])
            if address.name.startswith("api:") and self.random.random() < 0.5:
                who = "token"
            where = self._where(address)
            data, content_type = self._body(address, method)
            answer = self.visitors[who].ask(method, where, data, content_type)
            yield f"{who}: {method} {where} {data[:300]!r}", address.name, answer

    def _where(self, address: Address) -> str:
        world = self.other if self.random.random() < 0.5 else self.own
        values = dict(world.values(address.name))
        own = self.own.values(address.name).items()
        values |= {name: value for name, value in own if self.random.random() < 0.4}
        query = [
            (self.random.choice(QUERY), self._value()) for _ in range(self.random.choice((0, 1, 3)))
        ]
        needed = self.random.choice([world, self.own]).query(address.name)
        return f"{address.path(**values)}?{urlencode(query)}&{needed}"

    def _value(self) -> object:
        world = self.other if self.random.random() < 0.7 else self.own
        slugs = [world.workspace.slug, world.journey.slug, world.named["persona"].slug]
        ids = self.ids[world.workspace.pk]
        return self.random.choice([*slugs, *WORDS, *self.random.sample(ids, 12)])

    def _body(self, address: Address, method: str) -> tuple[bytes, str]:
        if method in {"GET", "DELETE"}:
            return b"", "application/x-www-form-urlencoded"
        if address.name.startswith("api:"):
            return self._records(), "application/json"
        names = self.fields.get(address.name) or list(QUERY)
        chosen = [name for name in names if self.random.random() < 0.9]
        pairs = [(name, self._value()) for name in chosen]
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"

    def _records(self) -> bytes:
        world = self.other if self.random.random() < 0.7 else self.own
        record = {
            "id": f"r{self.random.random()}",
            "touchpoint": world.named["touchpoint"].pk,
            "journey": world.journey.slug,
            "metric": "csat",
            "score": 4,
            "kind": "repeat",
            "hit": True,
            "occurred_at": "2026-03-10T12:00:00Z",
            "source": "API",
            "start": "2026-04-01",
            "end": "2026-04-30",
            "value": 3,
        }
        for name in self.random.sample(sorted(record), self.random.randrange(6)):
            if name != "touchpoint":
                del record[name]
        return json.dumps([record] if self.random.random() < 0.7 else record).encode()

    def learn_forms(self) -> None:
        """Read off the owner's pages which fields each form has."""
        for address in self.addresses:
            values = self.own.values(address.name)
            where = f"{address.path(**values)}?{self.own.query(address.name)}"
            with transaction.atomic():
                content = content_of(self.visitors["owner"].ask("GET", where))
                transaction.set_rollback(True)
            names = {name.decode() for name in _NAME.findall(content)}
            self.fields[address.name] = sorted(names - {"csrfmiddlewaretoken"})


def _is_row(obj: object) -> bool:
    return isinstance(obj, models.Model)


def content_of(answer: Any) -> bytes:
    """Return what was sent, with the files of an archive unpacked."""
    streams = getattr(answer, "streaming", False)
    content: bytes = b"".join(answer.streaming_content) if streams else answer.content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return content


def tells(answer: Any) -> bool:
    """True where an answer holds a word of the other workspace."""
    heads = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return MARK.lower().encode() in heads.lower().encode() + content_of(answer).lower()


@dataclass
class Guarded:
    """All rows of one workspace, as they were."""

    workspace: Workspace
    rows: dict[type[models.Model], list[Any]]

    def digest(self) -> dict[str, str]:
        """Return by model what stands in the rows, and how many there are in the workspace."""
        found: dict[str, str] = {}
        for model, keys in self.rows.items():
            stored = model._base_manager.filter(pk__in=keys).order_by("pk").values_list()
            found[model._meta.label] = sha256(repr(list(stored)).encode()).hexdigest()
            content = model._default_manager.all()
            if isinstance(content, WorkspaceContentQuerySet):
                here = content.filter(**{content.workspace_path: self.workspace})
                found[f"{model._meta.label} in all"] = str(here.count())
        for counts in COUNTS:
            there = counts._base_manager.filter(
                touchpoint__step__stage__journey__workspace=self.workspace
            )
            found[counts._meta.label] = repr(sorted(there.values_list(), key=repr))
        return found


def newest() -> dict[type[models.Model], int]:
    """Return the highest key of every table that numbers its rows."""
    return {
        model: model._base_manager.aggregate(models.Max("pk"))["pk__max"] or 0
        for model in apps.get_models(include_auto_created=True)
        if isinstance(model._meta.pk, models.AutoField) and not model._meta.proxy
    }


def two_worlds() -> tuple[World, World, Guarded]:
    """Build one's own workspace and the other one, each with all kinds of objects three times."""
    own = build("Own", "own", times=TIMES)
    before = newest()
    other = build("Other", "other", mark=MARK, times=TIMES)
    rows = {
        model: list(model._base_manager.filter(pk__gt=last).values_list("pk", flat=True))
        for model, last in before.items()
    }
    return own, other, Guarded(other.workspace, {each: rows[each] for each in rows if rows[each]})


def intrude(number: int, seed: int = 1) -> list[str]:
    """Make so many random requests; return what they reached, which should be nothing.

    Call it inside a transaction: it leaves everything as it was.
    """
    own, other, guarded = two_worlds()
    intruder = Intruder(own, other, seed)
    intruder.learn_forms()
    before, reached = guarded.digest(), []
    for done in range(0, number, CHUNK):
        with transaction.atomic():
            for said, name, answer in intruder.requests(min(CHUNK, number - done)):
                if tells(answer):
                    reached.append(f"reads ({name}) {said}")
                if answer.status_code >= 500 and answer.status_code != 501:
                    reached.append(f"breaks ({name}, {answer.status_code}) {said}")
            after = guarded.digest()
            changed = [label for label in before if before[label] != after.get(label)]
            if changed:
                reached.append(f"writes to {changed}, in requests {done} to {done + CHUNK}")
            transaction.set_rollback(True)
    return reached
