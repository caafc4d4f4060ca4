"""A process that imports a file and kills itself in the middle, for test_interrupted.py.

    python -m tests.feedback.imports.killed FILE.csv MAPPING.toml JOURNEY (before|within|after) N

It dies by SIGKILL at its Nth chunk: before that is written, when it is written and not yet
committed, or after. Without such a chunk it comes to the end.
"""

import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import django

CHUNK = 40


def die() -> NoReturn:
    """End as if the power went out."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def main(file: str, mapping: str, slug: str, moment: str, chunk: str) -> None:
    """Import, and die."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()

    from feedback.imports import import_file, read_mapping
    from feedback.imports.formats import reading
    from journeys.models import Journey

    writing: Any = import_module("feedback.imports.writing")
    done = 0
    write_answers, write = writing.write_answers, writing.Writer._write

    def within(*given: Any, **options: Any) -> Any:
        written = write_answers(*given, **options)
        if moment == "within" and done + 1 == int(chunk):
            die()
        return written

    def whole(writer: Any, said: Any) -> Any:
        nonlocal done
        if moment == "before" and done + 1 == int(chunk):
            die()
        recorded = write(writer, said)
        done += 1
        if moment == "after" and done == int(chunk):
            die()
        return recorded

    writing.CHUNK, reading.BLOCK = CHUNK, 500
    writing.write_answers = within
    writing.Writer._write = whole
    journey = Journey.objects.select_related("workspace").get(slug=slug)
    with Path(file).open("rb") as opened:
        import_file(
            opened,
            mapping=read_mapping(Path(mapping).read_text(encoding="utf-8")),
            workspace=journey.workspace,
            slug=slug,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
