"""What keywords would find, before they are kept."""

from dataclasses import dataclass

from feedback.models import FeedbackRecord, Theme
from feedback.themes.matching import Matcher
from journeys.models import Workspace

LATEST = 200


@dataclass(frozen=True, slots=True)
class Tried:
    """Of the `comments` latest comments, the `found` ones; `untold` have no theme whatsoever."""

    comments: int
    found: tuple[str, ...]
    untold: int


def tried(workspace: Workspace, keywords: str, *, instead_of: int | None = None) -> Tried:
    """Look for keywords in the workspace's latest comments.

    `instead_of` is the theme that is being edited: its stored keywords do not count.
    """
    comments = list(
        FeedbackRecord.objects.filter(source__workspace=workspace)
        .exclude(comment="")
        .order_by("-pk")
        .values_list("comment", flat=True)[:LATEST]
    )
    others = Theme.objects.filter(workspace=workspace).exclude(pk=instead_of or 0).order_by()
    matcher = Matcher.of([(0, keywords), *others.values_list("pk", "keywords")])
    found = [(comment, matcher.themes_of(comment)) for comment in comments]
    return Tried(
        len(comments),
        tuple(comment for comment, themes in found if 0 in themes),
        sum(not themes for _, themes in found),
    )
