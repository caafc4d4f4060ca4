"""How long the server takes for a map as the answers grow: 10 thousand, 1 million, 10 million.

    python benchmarks/map_scale.py                     # a PostgreSQL of its own, gone at the end
    DATABASE_URL=postgres://… python benchmarks/map_scale.py   # databases made on that server
    python benchmarks/map_scale.py --sqlite 10000 1000000
    DATABASE_URL=… python benchmarks/map_scale.py --keep 1000000   # for another run later

One run measures every size, each in a process of its own: pages through the whole middleware
stack, nothing kept in the cache, median of many. What a filtered map asks is then asked of DuckDB
over Parquet, of the same rows, in the same run; its answer must be the same. Goals: the page of
the largest size at most 1.5 × that of the smallest, a filtered map under 250 ms.

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

import psycopg

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from tests.postgres import SERVER_OPTIONS, Cluster, find_programs  # noqa: E402

SIZES = (10_000, 1_000_000, 10_000_000)
GOAL_RATIO, GOAL_MS = 1.5, 250.0
# The only settings that differ from PostgreSQL's own, beside durability, which no reader feels.
MEMORY = "-c shared_buffers=1GB -c max_wal_size=8GB"

Measured = dict[str, float]
"""Milliseconds, if nothing else is said, by what was done."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of answers")
    parser.add_argument("--sqlite", action="store_true", help="files of SQLite, no server")
    parser.add_argument("--keep", action="store_true", help="keep the databases, and use kept ones")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.sqlite:
            rows = [
                _measured(size, f"sqlite:///{folder}/{size}.sqlite3", folder, load=True)
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


def _on_server(url: str, sizes: Sequence[int], folder: str, *, keep: bool) -> list[Measured]:
    base = url.rpartition("/")[0]
    rows = []
    # The database that the address names may not exist; every server has this one.
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        for size in sizes:
            name = f"cxjourney_scale_{size}"
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


def _measured(size: int, url: str, folder: str, *, load: bool) -> Measured:
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
    found: Measured = {"answers": size}
    if load:
        run("manage.py", "migrate", "--verbosity=0")
        found |= json.loads(run("benchmarks/scale_data.py", str(size)))
    found |= json.loads(run("benchmarks/scale_measure.py"))
    return found


def report(rows: Sequence[Measured]) -> None:
    """Print every figure of every size, and the ratios that there are goals for."""
    for name in dict.fromkeys(name for row in rows for name in row):
        figures = (f"{row[name]:14,.1f}" if name in row else f"{'–':>14}" for row in rows)
        print(f"{name:48}{''.join(figures)}")
    print()
    first, last = rows[0], rows[-1]
    for name in (name for name in last if name.startswith("page: ")):
        goal = f"   goal {GOAL_RATIO}" if name == "page: map" else ""
        print(f"largest to smallest, {name:34}{last[name] / first[name]:7.2f}{goal}")
    for name in ("sliced: map, one segment", "sliced: map, one channel"):
        print(f"to {GOAL_MS:.0f} ms, {name:44}{last[name] / GOAL_MS:7.2f}   goal 1")
    for name in (name for name in last if name.startswith("DuckDB")):
        print(f"our query to {name:42}{last['query of the answers'] / last[name]:7.2f}")


if __name__ == "__main__":
    main()
