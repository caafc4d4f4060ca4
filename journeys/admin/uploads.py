"""An uploaded file between its preview and its confirmation."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from import_export.tmp_storages import BaseStorage

FOLDER = "imports"
KEPT = timedelta(days=1)


class UploadStorage(BaseStorage):  # type: ignore[misc]
    """A folder of the media storage; what was never confirmed goes after a day."""

    @property
    def path(self) -> str:
        """Where the file lies in the storage."""
        return f"{FOLDER}/{self.name}"

    def save(self, data: bytes) -> None:
        """Store the upload under a name that nobody can guess."""
        remove_forgotten()
        self.name = uuid4().hex
        default_storage.save(self.path, ContentFile(data))

    def read(self) -> bytes:
        """Return the upload; raises FileNotFoundError when it is gone."""
        with default_storage.open(self.path) as file:
            content: bytes = file.read()
        return content

    def remove(self) -> None:
        """Forget the upload."""
        default_storage.delete(self.path)


def remove_forgotten() -> None:
    """Delete uploads that nobody confirmed within a day."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in names:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < timezone.now() - KEPT:
            default_storage.delete(path)


def is_there(name: Any) -> bool:
    """True where the upload still waits to be confirmed."""
    return default_storage.exists(f"{FOLDER}/{name}")
