"""Zip files that somebody sends: opened only where they unpack to a bounded size."""

import zipfile
from io import BytesIO

from journeys.exchange.problems import FileRefused

MEGABYTE = 1024 * 1024
MOST_BYTES = 50 * MEGABYTE
"""Of a file as it is sent."""
MOST_UNPACKED = 200 * MEGABYTE
"""Of all files in it, and of all that is read, for one may be named again and again."""
MOST_TEXT = 20 * MEGABYTE
"""Of one XML, CSV or JSON file."""
MOST_ENTRIES = 10_000


class Archive:
    """A zip file, read entry by entry."""

    def __init__(self, content: bytes, kind: str) -> None:
        """Open it. Raises FileRefused where it is none, or unpacks to too much."""
        self.kind = kind
        self._left = MOST_UNPACKED
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            raise self.damaged() from None
        if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_UNPACKED:
            raise _too_much()
        self.names = [each.filename for each in entries]

    def damaged(self) -> FileRefused:
        """Return what is said of a file that cannot be read."""
        return FileRefused(f"This is not {self.kind}, or it is damaged.")

    def read(self, name: str, *, most: int = MOST_TEXT) -> bytes:
        """Return an entry. Raises FileRefused where it is missing, damaged, or larger than said.

        It raises, too, where more is read in all than an archive may hold.
        """
        try:
            with self._zip.open(name) as entry:
                # What a header says of its size may be a lie.
                content = entry.read(most + 1)
        except KeyError:
            raise FileRefused(f"This is not {self.kind}: it has no “{name}”.") from None
        except Exception:  # Broken files make zipfile and zlib raise all sorts of things.
            raise self.damaged() from None
        if len(content) > most:
            raise FileRefused(f"“{name}” unpacks to more than {most // MEGABYTE} MB.")
        self._left -= len(content)
        if self._left < 0:
            raise _too_much()
        return content


def _too_much() -> FileRefused:
    return FileRefused(
        f"The file unpacks to more than {MOST_UNPACKED // MEGABYTE} MB, "
        f"or to more than {MOST_ENTRIES:,} files."
    )
