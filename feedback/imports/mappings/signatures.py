"""By what a file is known again as one of the same columns."""

import hashlib
import json

from feedback.imports.formats.reading import Header
from feedback.imports.mappings.mapping import FileFormat, FileShape


def signature(header: Header, shape: FileShape) -> str:
    """Return a digest of the columns' names and of how they are read, 64 hexadecimal digits.

    The fields of JSON have no order.
    """
    names = header.calls
    if shape.format is FileFormat.JSON:
        names = sorted(names)
    text = json.dumps([shape.header_rows, shape.header_names, names])
    return hashlib.sha256(text.encode()).hexdigest()
