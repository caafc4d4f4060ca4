"""Reading feedback from files: a mapping says what the columns mean, `import_file` does the rest.

    mapping = read_mapping(toml_text)
    with open(path, "rb") as file:
        report = import_file(file, mapping=mapping, workspace=workspace, slug="flight")

`run` reads the file in passes: to check it, and then to write. In each, blocks of rows stream
through `formats` (bytes to cells), `rows` (cells to answers, many rows at once or, where anything
is odd, one by one) and `writing` (answers to records, in chunks). `mappings` says what the columns
mean, `layouts` knows the tools that write files, `proposals` asks a person. `batches` does it in
the background. docs/importing.md says it from the reader's side.
"""

from feedback.imports.mappings.mapping import Layout, Mapping
from feedback.imports.mappings.mapping_file import mapping_from, read_mapping
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
