"""Reading feedback from files: a mapping says what the columns mean, `import_file` does the rest.

    mapping = read_mapping(toml_text)                     # mapping_file.py, mapping.py
    with open(path, "rb") as file:
        report = import_file(file, mapping=mapping, workspace=workspace, slug="flight")

`run` reads the file in passes: to check it, and then to write. In each, blocks of rows stream
through `reading` (bytes to cells), `columns` (many rows at once) or, where anything is odd, `rows`
(a row to answers or problems), `identity` (what stood in the file before) and `writing` (answers
to records, in chunks). docs/importing.md says it from the reader's side.
"""

from feedback.imports.mapping import Layout, Mapping
from feedback.imports.mapping_file import mapping_from, read_mapping
from feedback.imports.problems import BadFile, BadMapping, CannotImport, Problem, RowsRefused
from feedback.imports.report import Report
from feedback.imports.run import import_file

__all__ = [
    "BadFile",
    "BadMapping",
    "CannotImport",
    "Layout",
    "Mapping",
    "Problem",
    "Report",
    "RowsRefused",
    "import_file",
    "mapping_from",
    "read_mapping",
]
