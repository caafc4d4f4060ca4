"""Reading feedback from files: a mapping says what the columns mean, `import_file` does the rest.

    mapping = read_mapping(toml_text)                     # mapping_file.py, mapping.py
    with open(path, "rb") as file:
        report = import_file(file, mapping=mapping, workspace=workspace, slug="flight")

The file streams through `reading` (bytes to rows), `rows` (a row to answers or problems), `seen`
(what stood in the file before) and `writing` (answers to records, in batches). docs/importing.md
says it from the reader's side.
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
