"""Reading Mermaid's journey diagrams exactly as Mermaid 11 reads them, line by line.

The grammar: a first word `journey`, then statements (`title …`, `section …`, `Task: score: actor,
actor`, `accTitle: …`, `accDescr: …`), with comments, directives and YAML front matter around them.
Mermaid takes off front matter and directives first, so this does, too; every length is kept or
accounted for, because errors and tasks name their line.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import accumulate
from math import inf, nan

import yaml

SPACE = "\t\n\v\f\r \xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
SPACE += "\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What JavaScript takes for white space."""
_S = f"[{SPACE}]"
LONGEST_FRONT_MATTER = 4_000
_LARGEST = 1024
_NOTHING = {"", "~", "null", "Null", "NULL", "false", "False", "FALSE", "0"}
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Stand for the "#" and ";" of an entity such as #35; while statements are cut apart."""


class MermaidError(ValueError):
    """The text is no journey diagram; `line` says where, `reason` why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Section:
    """The start of a section; two may have the same name."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Task:
    """A task as Mermaid draws it."""

    section: int | None
    """Its place in `Diagram.sections`; None before the first."""
    name: str
    score: float
    """What JavaScript's Number() makes of it: any number, 0 where it is empty, or no number."""
    score_text: str
    people: tuple[str, ...]
    ignored: tuple[str, ...]
    """What stands behind a third colon: Mermaid drops it."""
    line: int


@dataclass(slots=True)
class Diagram:
    """What a file says."""

    title: str = ""
    title_line: int = 1
    heading: str = ""
    """The title in the front matter; Mermaid draws it where there is no other."""
    acc_title: str = ""
    acc_descr: str = ""
    sections: list[Section] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    comments: dict[int, str] = field(default_factory=dict)
    """Line -> what a comment of its own line says."""

    @property
    def actors(self) -> list[str]:
        """Return everybody who takes part, once, in the order of the alphabet."""
        return sorted({name for task in self.tasks for name in task.people})


def parse(text: str, *, first_line: int = 1) -> Diagram:
    """Return what a journey diagram says; raises MermaidError where Mermaid refuses it, too."""
    found = Diagram(title_line=first_line)
    source = _Source(text, first_line, found)
    words = _words(source)
    kind, _, at = next(words, ("end", "", 0))
    if kind != "journey":
        raise source.error(at, f"a statement stands before the word “journey”: {_NOT_YET[kind]}.")
    for kind, word, at in words:
        if kind == "task":
            _add_task(found, source, word, at, next(words, ("end", "", at)))
        elif kind == "section":
            found.sections.append(Section(_drawn(word[8:]), source.line(at)))
        elif kind == "title":
            found.title, found.title_line = _drawn(word[6:]), source.line(at)
        elif kind == "acc_title":
            found.acc_title = _drawn(word.strip(SPACE))
        elif kind == "acc_descr":
            found.acc_descr = re.sub(f"\n{_S}+", "\n", _drawn(word.strip(SPACE)))
        elif kind != "break":
            raise source.error(at, _MISPLACED[kind])
    return found


_NOT_YET = {
    "break": "nothing but comments may", "end": "nothing follows", "journey": "",
} | dict.fromkeys(
    ("task", "section", "title", "acc_title", "acc_descr", "data", "colon", "odd", "unclosed"),
    "“journey” must be the first word",
)  # fmt: skip
_MISPLACED = {
    "journey": "the word “journey” begins a statement. It may stand only once, at the top; a task "
    "that begins with it is written #106;ourney.",
    "data": "a colon stands where none may: sections have no colon, and a task needs a name before "
    "its first. Write #58; for a colon in a name.",
    "colon": "nothing follows the colon.",
    "unclosed": "the title or description for screen readers has no end.",
    "odd": "a semicolon stands where none may. Write #59; for one.",
}


def _add_task(
    found: Diagram, source: "_Source", name: str, at: int, after: tuple[str, str, int]
) -> None:
    kind, data, place = after
    if kind in {"odd", "colon"}:
        raise source.error(place, _MISPLACED[kind])
    if kind != "data":
        raise source.error(at, f"“{_drawn(name).strip(SPACE)}” has no score, as in “Pay: 5: Me”.")
    score, *rest = data[1:].split(":")
    people = rest[0].split(",") if rest else []
    found.tasks.append(
        Task(
            section=len(found.sections) - 1 if found.sections else None,
            name=_drawn(name),
            score=number(score),
            score_text=_drawn(score).strip(SPACE),
            people=tuple(_drawn(each.strip(SPACE)) for each in people),
            ignored=tuple(_drawn(each.strip(SPACE)) for each in rest[1:]),
            line=source.line(at),
        )
    )


def _drawn(word: str) -> str:
    """Return a text with its entities as they are drawn: #35; as "#"."""
    return re.sub(f"{_OPEN}(\\w+){_CLOSE}", lambda found: unescape(f"&{_code(found[1])};"), word)


def _code(name: str) -> str:
    return f"#{name}" if name.isdecimal() else name


def number(text: str) -> float:
    """Return what JavaScript's Number() makes of a text."""
    text = text.strip(SPACE)
    if not text:
        return 0.0
    if whole := re.fullmatch(
        r"0(?:x([0-9a-f]+)|o([0-7]+)|b([01]+))", text, re.IGNORECASE | re.ASCII
    ):
        value = int(text[2:], {1: 16, 2: 8, 3: 2}[whole.lastindex or 1])
        return float(value) if value.bit_length() < _LARGEST else inf
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.IGNORECASE | re.ASCII):
        return float(text)
    if found := re.fullmatch(r"([+-]?)Infinity", text):
        return -inf if found[1] == "-" else inf
    return nan


# ---------------------------------------------------------------- cutting the text into words

_RULES = [
    (kind, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for kind, pattern in (
        ("", r"%(?!\{)[^\n]*"),
        ("", r"[^}]%%[^\n]*"),
        ("break", r"\n+"),
        ("", f"{_S}+"),
        ("", r"#[^\n]*"),
        ("journey", r"journey\b"),
        ("title", rf"title{_S}[^#\n;]+"),
        ("acc_title", f"accTitle{_S}*:{_S}*"),
        ("acc_descr", f"accDescr{_S}*:{_S}*"),
        ("acc_block", rf"accDescr{_S}*\{{{_S}*"),
        ("section", rf"section{_S}[^#:\n;]+"),
        ("task", r"[^#:\n;]+"),
        ("data", r":[^#\n;]+"),
        ("colon", ":"),
        ("odd", "."),
    )
]
"""The first that fits is taken, in this order; what has no kind is passed over."""


def _words(source: "_Source") -> Iterator[tuple[str, str, int]]:
    """Yield (kind, text, position)."""
    text, at = source.text, 0
    while at < len(text):
        kind, found = next(
            (kind, found) for kind, rule in _RULES if (found := rule.match(text, at))
        )
        start, word, at = at, found.group(), found.end()
        if kind.startswith("acc_"):
            end = text.find("}" if kind == "acc_block" else "\n", at)
            if at == len(text) or end < 0:
                kind, at = "unclosed", len(text)
            else:
                word, at = text[at:end], end + (kind == "acc_block")
                kind = kind.replace("block", "descr")
        if kind:
            yield kind, word, start


# ---------------------------------------------------------------- what is taken off before


_DIRECTIVE = re.compile(
    rf"%%\{{{_S}*(?:\w+{_S}*:|\w+){_S}*(?:\w+|(?:(?!}}%%)[^\n\u2028\u2029]|\n)*)?{_S}*(?:}}%%)?",
    re.ASCII,
)


class _Source:
    """The statements of a text, and the line of each of their characters."""

    def __init__(self, text: str, first_line: int, found: Diagram) -> None:
        self.text = _plain(text)
        self.first_line = first_line
        self.lines = list(accumulate((each == "\n" for each in self.text[:-1]), initial=first_line))
        self._cut(_last_semicolons(self.text))
        self._cut(self._front_matter(found))
        self._cut(each.span() for each in _DIRECTIVE.finditer(self.text))
        self._cut(self._comments(found))
        self._cut([(0, len(self.text) - len(self.text.lstrip(SPACE)))])
        self.text = re.sub(r"#(\w+);", rf"{_OPEN}\1{_CLOSE}", self.text, flags=re.ASCII) + "\n"
        if not self.text.startswith("journey"):
            first = self.text.split("\n")[0].strip(SPACE)
            what = f"It begins with “{first[:40]}”" if first else "It is empty"
            raise self.error(0, f"this is no journey diagram. {what}, not with “journey”.")

    def error(self, at: int, reason: str) -> MermaidError:
        """Return why the text is refused at a character."""
        return MermaidError(self.line(at), reason)

    def line(self, at: int) -> int:
        """Return the number of the line of a character."""
        return self.lines[min(at, len(self.lines) - 1)] if self.lines else self.first_line

    def _cut(self, spans: Iterable[tuple[int, int]]) -> None:
        """Take characters out, and leave the others in their lines."""
        kept, lines, end = [], [], 0
        for start, stop in spans:
            kept.append(self.text[end:start])
            lines += self.lines[end:start]
            end = stop
        self.text = "".join([*kept, self.text[end:]])
        self.lines = lines + self.lines[end:]

    def _front_matter(self, found: Diagram) -> Iterator[tuple[int, int]]:
        text = self.text
        opening = re.match(f"([{SPACE.replace(chr(10), '')}]*)---({_S}*)", text)
        if not opening or "\n" not in opening[2]:
            return
        closing = re.compile(f"\n{re.escape(opening[1])}---{_S}*\n")
        start = text.rindex("\n", 0, opening.end())
        end = closing.search(text, start + 1)
        if not end and opening[2].count("\n") > 1:
            end = closing.search(text, start)
        if end:
            found.heading = _heading(text[start + 1 : end.start()], opening[1], self.line(start))
            yield 0, end.end()

    def _comments(self, found: Diagram) -> Iterator[tuple[int, int]]:
        """Yield where comments stand on lines of their own, with the empty lines above them."""
        start = 0
        for line in re.finditer(r"[^\n]*\n?", self.text):
            said = line[0].lstrip(SPACE).removesuffix("\n")
            if said.startswith("%%") and not said.startswith("%%{") and len(said) > 2:
                found.comments[self.line(line.start())] = said[2:].strip(SPACE)
                yield start, line.end()
            if said:
                start = line.end()


def _plain(text: str) -> str:
    """Return the text with one kind of line break, and attributes of tags in single quotes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    end = text.rfind(">") + 1
    return re.sub(r"<\w[^>]*>", _single_quoted, text[:end], flags=re.ASCII) + text[end:]


def _single_quoted(tag: re.Match[str]) -> str:
    return re.sub(r'="([^"]*)"', r"='\1'", tag[0])


def _last_semicolons(text: str) -> Iterator[tuple[int, int]]:
    """Yield what Mermaid takes off a line that it takes for one of a style sheet."""
    for line in re.finditer(r"[^\n]+", text):
        begin, end = line[0].find("style"), line[0].rfind(";")
        if begin >= 0 and re.search(f":[^{SPACE}#:]*#", line[0][begin + 5 : max(end, 0)]):
            yield line.start() + end, line.start() + end + 1


def _heading(body: str, indent: str, line: int) -> str:
    if len(body) > LONGEST_FRONT_MATTER:
        most = f"{LONGEST_FRONT_MATTER:,} characters are the most that is read"
        raise MermaidError(line, f"the front matter is too long: {most}.")
    lines = (each.removeprefix(indent) for each in body.split("\n"))
    try:
        data = yaml.load("\n".join(lines), Loader=yaml.BaseLoader)  # noqa: S506  makes only texts
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = line + 1 + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or "it is nested too deeply"
        raise MermaidError(where, f"the front matter is no YAML: {problem}.") from None
    title = data.get("title", "") if isinstance(data, dict) else ""
    return title if isinstance(title, str) and title not in _NOTHING else ""
