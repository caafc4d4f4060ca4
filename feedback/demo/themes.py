"""The demo's themes, given to the comments that are there."""

from feedback.demo.content import read
from feedback.models import Theme
from feedback.themes.assigning import assign_all
from journeys.models import Workspace


def create_themes(workspace: Workspace) -> None:
    """Create the themes of `workspace.toml`, and find their comments without a worker."""
    Theme.objects.bulk_create(
        Theme(workspace=workspace, name=each["name"], keywords="\n".join(each["keywords"]))
        for each in read("workspace")["themes"]
    )
    assign_all.call(workspace.pk)
