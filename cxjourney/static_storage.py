"""Static files under names that carry their hash, compressed once."""

from collections.abc import Iterable, Iterator
from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of a script of 5 MB, the best quality saves another tenth, and takes a minute instead of seconds.
QUALITY = 9


class QuickCompressor(Compressor):  # type: ignore[misc]
    """Compresses nearly as well as it could."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        """Return the data, compressed."""
        compressed: bytes = brotli.compress(data, quality=QUALITY)
        return compressed


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Compresses only what browsers ask for, and only once: another content has another name."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the names of what was compressed, and of what came of it."""
        hashed = set(self.hashed_files.values())
        fresh = [path for path in paths if path in hashed and not self.exists(f"{path}.br")]
        yield from super().compress_files(fresh)

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return what compresses a file."""
        return QuickCompressor(**kwargs)
