"""From the text of a mapping to a Mapping, refusing whatever could be misunderstood."""

import codecs
import tomllib
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from feedback.imports.formats.delimiters import DELIMITERS
from feedback.imports.mappings.journey_table import read_journey
from feedback.imports.mappings.mapping import (
    FileFormat,
    FileShape,
    HeaderNames,
    Layout,
    Mapping,
    TimeMapping,
    TouchpointMapping,
)
from feedback.imports.mappings.rules_table import (
    read_moment,
    read_not_applicable,
    read_observations,
    read_partial,
    read_skip,
    read_words,
)
from feedback.imports.mappings.tables import Table
from feedback.imports.places import folded
from feedback.imports.problems import BadMapping
from feedback.imports.rows.cells import at_noon, tells_time
from feedback.metrics.scales import SCALES
from feedback.models import SourceKind
from touchpoints.models import Side

# Python's names of encodings in which a line feed is one byte that is never part of another
# character: rows are cut at it before they are decoded.
ENCODINGS = (
    *("utf-8", "ascii", "cp125", "cp437", "cp85", "iso8859-", "koi8-", "mac-"),
    *("gb18030", "gbk", "gb2312", "big5", "shift_jis", "cp932", "euc_"),
)
MOST_HEADER_ROWS = 5
# Its day, month, hour, minute and second differ, so a lost or swapped one shows.
PROBE = datetime(2021, 11, 23, 14, 35, 46, tzinfo=UTC)


def read_mapping(text: str) -> Mapping:
    """Return the mapping of a TOML text; raises BadMapping naming the key that is wrong."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"The mapping is not valid TOML: {error}.") from None
    except RecursionError:
        raise BadMapping("The mapping is nested too deeply.") from None
    return mapping_from(content)


def mapping_from(content: dict[str, Any]) -> Mapping:
    """Return the mapping of a dictionary with the keys of a mapping file; raises BadMapping.

    A date may be a text, as in JSON: "2026-03-10".
    """
    top = Table(content)
    layout = Layout(top.choice("layout", list(Layout)))
    source, columns, answers = (top.table(key) for key in ("source", "columns", "answers"))
    is_long = layout is Layout.LONG
    default_metric = answers.choice("metric", SCALES, "")
    mapping = Mapping(
        layout=layout,
        source=source.text("name"),
        source_kind=SourceKind(source.choice("kind", SourceKind.values, SourceKind.SURVEY)),
        file=_file(top),
        id=columns.text("id", ""),
        segment=columns.text("segment", ""),
        channel=columns.text("channel", ""),
        language=columns.text("language", ""),
        respondent=columns.text("respondent", ""),
        partial=read_partial(top),
        skip=read_skip(top),
        touchpoint=columns.text("touchpoint") if is_long else "",
        score=columns.text("score") if is_long else "",
        metric=columns.text("metric", "") if is_long else "",
        comment=columns.text("comment", "") if is_long else "",
        time=_time(top.table("time")),
        default_metric=default_metric,
        not_applicable=read_not_applicable(answers),
        words=read_words(answers, default_metric),
        touchpoints=tuple(
            _touchpoint(entry, layout, default_metric) for entry in top.tables("touchpoints")
        ),
        observations=read_observations(top),
        journey=read_journey(top.table("journey")) if "journey" in top else None,
    )
    columns.done(f" of the {layout} layout")
    for table in (source, answers, top):
        table.done()
    _check_metrics(mapping, answers)
    _check_touchpoints(mapping)
    if mapping.journey:
        _check_places(mapping)
    return mapping


def _file(top: Table) -> FileShape:
    header_rows = top.integer("header_rows", 1, MOST_HEADER_ROWS, default=1)
    return FileShape(
        format=FileFormat(top.choice("format", list(FileFormat))) if "format" in top else None,
        encoding=_encoding(top),
        delimiter=_delimiter(top),
        sheet=top.text("sheet", ""),
        header_rows=header_rows,
        header_names=_header_names(top, header_rows),
        footer=top.flag("footer"),
    )


def _header_names(top: Table, header_rows: int) -> HeaderNames:
    names = HeaderNames(top.choice("header_names", list(HeaderNames), HeaderNames.FIRST))
    if names is not HeaderNames.FIRST and header_rows == 1:
        top.refuse("header_names", f'is "{names}", and header_rows is 1.')
    return names


def _encoding(top: Table) -> str:
    encoding = top.text("encoding", "")
    if not encoding:
        return ""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    if not name.startswith(ENCODINGS):
        top.refuse("encoding", f'"{encoding}" cannot be read; use utf-8-sig or, say, cp1252.')
    # A byte order mark is never part of the first column's name.
    return "utf-8" if name == "utf-8-sig" else name


def _delimiter(top: Table) -> str:
    delimiter = top.any("delimiter")
    if "delimiter" not in top:
        return ""
    if delimiter not in DELIMITERS:
        top.refuse("delimiter", r'must be "," or ";" or "\t".')
    return str(delimiter)


def _time(table: Table) -> TimeMapping:
    column, fixed = table.text("column", ""), read_moment(table, "fixed")
    if bool(column) == bool(fixed):
        table.refuse("column", 'name the column of the time, or set "fixed" for the whole file.')
    form, zone = table.text("format", "iso"), _zone(table)
    if fixed and "format" in table:
        table.refuse("format", 'is about a column, and the time is "fixed".')
    _check_format(table, form)
    table.done()
    return TimeMapping(
        column=column, format=form, timezone=zone, fixed=_moment(fixed, zone) if fixed else None
    )


def _zone(table: Table) -> tzinfo:
    name = table.text("timezone", "UTC")
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        table.refuse("timezone", f'"{name}" is not known; write it like "Europe/Berlin".')


def _moment(fixed: date, zone: tzinfo) -> datetime:
    if not isinstance(fixed, datetime):
        return at_noon(fixed)
    return (fixed if fixed.tzinfo else fixed.replace(tzinfo=zone)).astimezone(UTC)


def _check_format(table: Table, form: str) -> None:
    if form in {"iso", "unix"}:
        return
    moment = form.removesuffix(" %Z")
    if "%Z" in form and (moment == form or "%Z" in moment or not tells_time(moment)):
        table.refuse("format", 'the name of a time zone, " %Z", belongs behind a time of day.')
    try:
        read = datetime.strptime(PROBE.strftime(moment), moment).date()  # noqa: DTZ007
    except ValueError as error:
        table.refuse("format", f'"{form}" cannot be used: {error}.')
    if read != PROBE.date():
        table.refuse("format", f'"{form}" must hold day, month and year, as "%d/%m/%Y %H:%M" does.')


def _touchpoint(table: Table, layout: Layout, default_metric: str) -> TouchpointMapping:
    column = table.text("column") if layout is Layout.WIDE else ""
    title = table.text("title", column or None)
    metric = table.choice("metric", SCALES, "")
    own = read_not_applicable(table)
    read = TouchpointMapping(
        title=title,
        column=column,
        comment=table.text("comment", "") if layout is Layout.WIDE else "",
        value=table.text("value", title) if layout is Layout.LONG else "",
        metric=metric,
        not_applicable=own,
        words=read_words(table, metric or default_metric),
        step=table.text("step", ""),
        channel=table.text("channel", ""),
        stage=table.text("stage", ""),
        team=table.text("team", ""),
        side=Side(table.choice("side", Side.values, Side.FRONTSTAGE)),
        importance=table.integer("importance", 1, 5, default=3),
        moment_that_matters=table.flag("moment_that_matters"),
    )
    if metric and any(SCALES[metric].contains(number) for number in own.numbers):
        table.refuse("not_applicable", f"holds a score of {SCALES[metric].label}.")
    table.done(f" of the {layout} layout")
    return read


def _check_metrics(mapping: Mapping, answers: Table) -> None:
    if mapping.default_metric or mapping.metric:
        return
    if mapping.layout is Layout.LONG:
        answers.refuse("metric", "is missing; set it, or name the metric column in [columns].")
    for number, touchpoint in enumerate(mapping.touchpoints, 1):
        if not touchpoint.metric:
            raise BadMapping(
                f"touchpoints[{number}].metric: is missing, and answers.metric sets no default."
            )


def _check_touchpoints(mapping: Mapping) -> None:
    if mapping.layout is Layout.WIDE and not (mapping.touchpoints or mapping.observations):
        raise BadMapping("touchpoints: is missing; the wide layout needs one per column of scores.")
    seen: dict[str, int] = {}
    for number, touchpoint in enumerate(mapping.touchpoints, 1):
        key = "column" if mapping.layout is Layout.WIDE else "value"
        name = touchpoint.column or folded(touchpoint.value)
        if name in seen:
            raise BadMapping(f"touchpoints[{number}].{key}: stands in no. {seen[name]} already.")
        seen[name] = number


def _check_places(mapping: Mapping) -> None:
    """A journey to build must say of every touchpoint where it stands."""
    journey = mapping.journey
    stages = [stage.title for stage in journey.stages] if journey else []
    if not mapping.touchpoints:
        raise BadMapping("touchpoints: is missing; a journey to build needs its touchpoints.")
    titles: dict[tuple[str, str, str], str] = {}
    for number, touchpoint in enumerate(mapping.touchpoints, 1):
        for key in ("stage", "channel"):
            if not getattr(touchpoint, key):
                raise BadMapping(
                    f"touchpoints[{number}].{key}: is missing; [journey] needs it to be built."
                )
        if touchpoint.stage not in stages:
            raise BadMapping(
                f'touchpoints[{number}].stage: "{touchpoint.stage}" is not one of the stages '
                f"{', '.join(stages)}."
            )
        step = touchpoint.step or touchpoint.title
        place = (touchpoint.stage, folded(step), folded(touchpoint.channel))
        if titles.setdefault(place, touchpoint.title) != touchpoint.title:
            raise BadMapping(
                f'touchpoints[{number}].channel: step "{step}" has a touchpoint in '
                f'"{touchpoint.channel}" already, "{titles[place]}".'
            )
