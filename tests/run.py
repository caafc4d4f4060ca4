"""`make test`: the whole suite on SQLite, on PostgreSQL and in Chromium, as far as they are there.

    .venv/bin/python tests/run.py [--require-all] [arguments for pytest]

The last line says what ran and what did not. With --require-all, which CI=true implies, what
is missing is a failure, and the browser also meets PostgreSQL.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.chromium import find_chromium  # noqa: E402
from tests.postgres import find_programs, named_server  # noqa: E402

NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Part:
    """One run of pytest: its name in the last line, and the reason why it cannot be, if any."""

    name: str
    arguments: Sequence[str]
    missing: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a part ended."""

    name: str
    passed: int
    skipped: int
    ok: bool

    def __str__(self) -> str:
        words = f"{self.name} {self.passed} passed"
        if self.skipped:
            words += f", {self.skipped} skipped"
        return words if self.ok else f"{words}, FAILED"


def parts(extra: Sequence[str], *, require_all: bool) -> list[Part]:
    """Return the parts in the order in which they run."""
    postgres = "" if named_server() or find_programs() else "no PostgreSQL found"
    chromium = "" if find_chromium() else "no Chromium found; CHROMIUM=... names one"
    # What a module prepares for all its tests is prepared once, and in the order of the tests.
    by_module = ["--dist", "loadscope", "--no-loadscope-reorder"]
    rest = ["-n", "auto", *by_module, "-m", "not browser"]
    browser = ["-n", "auto", "--dist", "worksteal", "-m"]
    # Naming the folder spares the import of every other test, unless the caller names some.
    folder = [] if extra else ["tests/browser"]
    planned = [
        Part("SQLite", rest),
        Part("PostgreSQL", [*rest, "--postgres"], postgres),
        Part("Chromium", [*browser, "browser", *folder], chromium),
    ]
    if require_all:
        # The other pages show what the part on PostgreSQL has read from it without a browser.
        pages = [*browser, "browser and databases", *folder, "--postgres"]
        planned.append(Part("Chromium on PostgreSQL", pages, chromium or postgres))
    return planned


def run(part: Part, extra: Sequence[str]) -> Outcome:
    """Run pytest once, its output shown as it comes."""
    print(f"\n=== {part.name}", flush=True)
    environment = dict(os.environ)
    if "--postgres" not in part.arguments:
        environment.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        pytest = [sys.executable, "-m", "pytest", f"--junit-xml={report}"]
        status = subprocess.run(
            [*pytest, *part.arguments, *extra], cwd=ROOT, env=environment, check=False
        ).returncode
        suite = ET.parse(report).find(".//testsuite") if report.exists() else None  # noqa: S314
    counts = {} if suite is None else {k: int(v) for k, v in suite.items() if v.isdigit()}
    not_passed = sum(counts.get(kind, 0) for kind in ("failures", "errors", "skipped"))
    return Outcome(
        name=part.name,
        passed=counts.get("tests", 0) - not_passed,
        skipped=counts.get("skipped", 0),
        # A narrower choice of tests need not have some of every kind.
        ok=status == 0 or (status == NOTHING_COLLECTED and bool(extra)),
    )


def main(arguments: list[str]) -> int:
    """Run every part that can be, and say so; return the exit status."""
    require_all = "--require-all" in arguments or os.environ.get("CI", "").lower() in {"1", "true"}
    extra = [argument for argument in arguments if argument != "--require-all"]
    if require_all:
        os.environ["CI"] = "true"
    planned = parts(extra, require_all=require_all)
    outcomes = [run(part, extra) for part in planned if not part.missing]
    absent = [f"{part.name} ({part.missing})" for part in planned if part.missing]
    print("\nRan: " + " · ".join(map(str, outcomes)), end="")
    print(". Did not run: " + " · ".join(absent) if absent else "")
    failed = not all(outcome.ok for outcome in outcomes) or (require_all and absent)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
