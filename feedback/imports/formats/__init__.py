"""Files of every kind as one table: a header and rows of texts, streamed in bounded memory.

    with open(path, "rb") as file:
        table = open_table(file, mapping.file, wanted=set(mapping.columns()), filename=path.name)
        table.header.names, [row.cells for row in table]

Whatever cannot be read is a BadFile.
"""

from feedback.imports.formats.opening import FileTable, open_table

__all__ = ["FileTable", "open_table"]
