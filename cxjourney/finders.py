"""Static files of installed packages: single ones, not all that lies beside them there."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

PLOTLY = "plotly"
SCRIPT = "plotly.min.js"


class PlotlyFinder(BaseFinder):
    """Finds Plotly's script, `plotly/plotly.min.js`."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the file of the script's path; nothing for any other."""
        found = str(_folder() / SCRIPT)
        if path != f"{PLOTLY}/{SCRIPT}":
            return []
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield the script, and where it lies."""
        storage = FileSystemStorage(location=_folder())
        storage.prefix = PLOTLY  # type: ignore[attr-defined]
        yield SCRIPT, storage


def _folder() -> Path:
    # Importing the package itself takes longer than the whole of a page.
    spec = find_spec(PLOTLY)
    assert spec is not None  # noqa: S101
    assert spec.origin is not None  # noqa: S101
    return Path(spec.origin).parent / "package_data"
