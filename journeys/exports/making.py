"""Making files: of one journey, and of a set of them in one archive."""

import gc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from journeys.exports import Exported, export, formats
from journeys.exports.choices import Choices
from journeys.exports.gathering import gather
from journeys.exports.material import Material
from journeys.maps.filters import MapFilters
from journeys.models import Journey

REPORT = "report.txt"


class Stopped(Exception):
    """Nobody wants the file any more."""


def gathered(journey: Journey, choices: Choices, filters: MapFilters) -> Material:
    """Fetch everything that the chosen format draws."""
    kind = formats()[choices.format]
    material = gather(journey, filters=filters, options=choices.options, whole=kind.whole)
    if kind.gather is None:
        return material
    return replace(material, extra=kind.gather(journey, filters, choices.options))


def make(
    journey: Journey,
    choices: Choices,
    filters: MapFilters,
    *,
    reached: Callable[[float], None] = lambda share: None,
) -> Exported:
    """Return a journey as a file.

    `reached` is told how much is done, 0 to 1, and may raise Stopped.
    """
    material = gathered(journey, choices, filters)
    reached(0.3)
    made = export(material, choices.format, choices.options)
    # Slides are a knot of references, 18 MB that the collector alone finds, and late.
    gc.collect()
    reached(1)
    return replace(made, notes=(*notes_before(material), *made.notes))


def notes_before(material: Material) -> Iterable[str]:
    """Yield what to know about the map itself, whatever the format.

    Lanes that were not chosen are named: who gets the file does not see that there are more.
    """
    yield from material.map.notices
    if names := [lane.label for lane in material.map.hidden_lanes if lane.selected]:
        yield f"Left out, as chosen: {', '.join(names)}."


def make_set(
    journeys: Sequence[Journey],
    choices: Choices,
    filters: MapFilters,
    *,
    name: str,
    reached: Callable[[float], None] = lambda share: None,
) -> Exported:
    """Return a ZIP archive with a file for each journey, and a report of the notes to each.

    One after another, so that it takes no more memory than the largest of them and the archive.
    """
    written: list[tuple[Journey, Exported]] = []
    archive = BytesIO()
    with ZipFile(archive, "w") as zipped:
        for number, journey in enumerate(journeys):
            done = number

            def within(share: float, done: int = done) -> None:
                reached((done + share) / len(journeys))

            made = make(journey, choices, filters, reached=within)
            _write(zipped, made.filename, made.content, choices)
            written.append((journey, replace(made, content=b"")))
        report = "\n".join(_report(written, choices, filters, name))
        _write(zipped, REPORT, f"{report}\n".encode(), choices)
    notes = tuple(f"{journey}: {note}" for journey, exported in written for note in exported.notes)
    filename = f"{name}-{choices.options.on.isoformat()}.zip"
    return Exported(filename, "application/zip", archive.getvalue(), notes)


def _write(zipped: ZipFile, name: str, content: bytes, choices: Choices) -> None:
    """Add a file under the export's own date: the same maps make the same archive."""
    on = choices.options.on
    entry = ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    zipped.writestr(entry, content, ZIP_DEFLATED)


def _report(
    written: Iterable[tuple[Journey, Exported]], choices: Choices, filters: MapFilters, name: str
) -> Iterable[str]:
    written = list(written)
    yield f"{len(written)} journeys of {name}, {choices.options.on:%d %B %Y}"
    yield f"Format: {formats()[choices.format].label} · Period: {filters.period.label}"
    yield "Scores of fewer people than the workspace's minimum are left out of every file."
    for journey, made in written:
        yield ""
        yield f"{made.filename}: {journey} (version {journey.revision})"
        yield from (f"  - {note}" for note in made.notes)
        if not made.notes:
            yield "  Everything that was chosen is in it."
