"""How long the server takes for a map as the answers grow: 10 thousand, 1 million, 10 million.

    python benchmarks/map_scale.py                     # a PostgreSQL of its own, gone at the end
    DATABASE_URL=postgres://… python benchmarks/map_scale.py   # databases made on that server
    python benchmarks/map_scale.py --sqlite 10000/1 10000 1000000
    DATABASE_URL=… python benchmarks/map_scale.py --keep 1000000   # for another run later

One run measures every size, each in a process of its own: pages through the whole middleware
stack, nothing kept in the cache, median of many. What a filtered map asks is then asked of DuckDB
over Parquet, of the same rows, in the same run; its answer must be the same. Goals: the page of
the largest size at most 1.5 × that of 10 thousand answers, a filtered map under 250 ms.

The first and the last are all on the journey that is shown (`10000/1`, `10000000/1`): the same
pages with the same numbers on them, of a thousand times as many answers. The others are spread over
ten journeys: of ten thousand, most are hidden as too few, and of ten million, lists and the
dashboard of the workspace show ten times as much.

The data: `benchmarks/scale_data.py`. What is measured: `benchmarks/scale_measure.py`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from tests.postgres import SERVER_OPTIONS, Cluster, find_programs  # noqa: E402

SIZES = ("10000/1", "10000", "1000000", "10000000", "10000000/1")
GOAL_MS = 250.0
# The only settings that differ from PostgreSQL's own, beside durability, which no reader feels.
MEMORY = "-c shared_buffers=1GB -c max_wal_size=8GB"

QUESTION = "query of the slice"

Measured = dict[str, Any]
"""What was done: milliseconds, median and fastest, if nothing else is said."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sizes", nargs="*", default=SIZES, help="answers, or answers/journeys")
    parser.add_argument("--sqlite", action="store_true", help="files of SQLite, no server")
    parser.add_argument("--keep", action="store_true", help="keep the databases, and use kept ones")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.sqlite:
            rows = [
                _measured(
                    size, f"sqlite:///{folder}/{size.replace('/', '_')}.sqlite3", folder, load=True
                )
                for size in asked.sizes
            ]
        else:
            with _server() as url:
                rows = _on_server(url, asked.sizes, folder, keep=asked.keep)
    report(rows)


@contextmanager
def _server() -> Iterator[str]:
    """Give the address of the server that the environment names, else of one for this run."""
    if named := os.environ.get("DATABASE_URL"):
        yield named
        return
    programs = find_programs()
    if programs is None:
        sys.exit("No PostgreSQL found; name one by DATABASE_URL.")
    cluster = Cluster(programs, f"{SERVER_OPTIONS} {MEMORY}")
    cluster.start()
    try:
        yield cluster.url
    finally:
        cluster.stop()


def _on_server(url: str, sizes: Sequence[str], folder: str, *, keep: bool) -> list[Measured]:
    base = url.rpartition("/")[0]
    rows = []
    # The database that the address names may not exist; every server has this one.
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        for size in sizes:
            name = f"cxjourney_scale_{size.replace('/', '_')}"
            known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            load = known.fetchone() is None
            if not load and not keep:
                sys.exit(f"The database {name} is there already: use --keep, or drop it.")
            if load:
                server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
            try:
                rows.append(_measured(size, f"{base}/{name}", folder, load=load))
            finally:
                if not keep:
                    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    return rows


def _measured(size: str, url: str, folder: str, *, load: bool) -> Measured:
    """Load in one process and measure in another: the first leaves nothing to the second."""
    surroundings = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "cxjourney.settings",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(HOME),
        "SECRET_KEY": "benchmark",
        "VAR_DIR": folder,
    }

    def run(*command: str) -> bytes:
        return subprocess.run(
            [sys.executable, *command],
            env=os.environ | surroundings,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout

    if not (Path(folder) / "static").exists():
        run("manage.py", "collectstatic", "--no-input")
    answers, _, journeys = size.partition("/")
    found: Measured = {"answers": int(answers), "on journeys": int(journeys or 10)}
    if load:
        run("manage.py", "migrate", "--verbosity=0")
        found |= json.loads(run("benchmarks/scale_data.py", answers, journeys or "10"))
    found |= json.loads(run("benchmarks/scale_measure.py"))
    return found


def report(rows: Sequence[Measured]) -> None:
    """Print every figure of every size, and the ratios; in brackets those of the fastest."""
    for name in dict.fromkeys(name for row in rows for name in row):
        print(_line(name, [_texts(row.get(name), 1) for row in rows]))
    print()
    last = rows[-1]
    for name in (name for name in last if name.startswith("page: ")):
        ratios = [_texts(_divided(last[name], row[name]), 2) for row in rows]
        held = name == "page: map" or ("dashboard" in name and "all time" not in name)
        print(_line(f"largest to this, {name}", ratios), "goal 1.5" if held else "")
    for name in (name for name in last if name.startswith("sliced: map, one ")):
        shares = [_texts(_divided(row[name], (GOAL_MS, GOAL_MS)), 2) for row in rows]
        print(_line(f"to {GOAL_MS:.0f} ms, {name}", shares), "goal 1")
    for name in (name for name in last if name.startswith("DuckDB")):
        ratios = [_texts(_divided(row[QUESTION], row[name]), 2) for row in rows]
        print(_line(f"our query to {name}", ratios))


def _line(name: str, texts: Sequence[str]) -> str:
    return f"{name:64}" + "".join(f"{text:>20}" for text in texts)


def _texts(found: Any, digits: int) -> str:
    if isinstance(found, list | tuple):
        return f"{found[0]:,.{digits}f} ({found[1]:,.{digits}f})"
    return "–" if found is None else f"{found:,.0f}"


def _divided(above: Sequence[float], below: Sequence[float]) -> list[float]:
    return [a / b for a, b in zip(above, below, strict=True)]


if __name__ == "__main__":
    main()
