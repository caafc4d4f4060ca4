"""The templates that a workspace can start from: its own, and those that come with cxjourney."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from journeys.models import JourneyTemplate, User, Workspace
from journeys.starting.content import Content

FOLDER = Path(__file__).parent / "templates"
BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Template:
    """What a card of the page "New journey" shows, and what is made from it."""

    key: str
    """As the form sends it: "b2b-onboarding", "own-5"."""
    title: str
    summary: str
    content: Content
    own_id: int | None = None
    removable: bool = False
    """True where the person who looks may delete it."""

    @property
    def stages(self) -> list[str]:
        """Return the titles of its stages."""
        return [stage["title"] for stage in self.content["stages"]]

    @property
    def size(self) -> str:
        """Return how much is in it: "5 stages, 12 steps, 9 lanes"."""
        stages = self.content["stages"]
        steps = sum(len(stage["steps"]) for stage in stages)
        counted = [(len(stages), "stage"), (steps, "step"), (len(self.content["lanes"]), "lane")]
        return ", ".join(f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in counted if n)


@cache
def built_in() -> dict[str, Template]:
    """Return the templates of this folder by key, in the order that they give themselves."""
    found = []
    for path in FOLDER.glob("*.toml"):
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        order, title, summary = (content.pop(name) for name in ("order", "title", "summary"))
        content.setdefault("stages", [])
        found.append((order, Template(path.stem, title, summary, content)))
    return {each.key: each for _, each in sorted(found, key=lambda pair: pair[0])}


def own(workspace: Workspace, user: User, *, administers: bool) -> Iterator[Template]:
    """Yield the workspace's own templates as somebody sees them."""
    for row in JourneyTemplate.objects.visible_to(user).filter(workspace=workspace):
        removable = administers or row.by_id == user.pk
        yield Template(f"own-{row.pk}", row.title, row.summary, row.content, row.pk, removable)
