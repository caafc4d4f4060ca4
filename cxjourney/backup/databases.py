"""How each database gives away a consistent copy of itself, and takes one into an empty place."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from cxjourney.backup.problem import BackupProblem

Rows = dict[str, list[int]]


class Database(Protocol):
    """What a backup needs of a database."""

    member: str
    """The copy's name in an archive."""

    def dump(self, target: Path) -> Rows:
        """Write a copy as it is at one moment; return what is in every table."""

    def load(self, source: Path) -> None:
        """Fill the empty database from a copy."""

    def rows(self) -> Rows:
        """Return what is in every table now."""


def database() -> Database:
    """Return the present one."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


class PostgreSQL:
    """Copies by PostgreSQL's own pg_dump and pg_restore."""

    member = "database.pgdump"

    def dump(self, target: Path) -> Rows:
        """Write a copy, and count what is in it in the same snapshot."""
        with _snapshot() as name:
            self._run("pg_dump", "--format=custom", f"--snapshot={name}", f"--file={target}")
            return self.rows()

    def load(self, source: Path) -> None:
        """Fill the empty database, all of it or nothing."""
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        connection.close()
        self._run("pg_restore", *options, str(source))

    def rows(self) -> Rows:
        """Count rows, and add up a hash of each: two databases with the same rows say the same."""
        # A sum cannot depend on the order of the rows.
        what = "count(*), coalesce(sum(hashtextextended(each::text, 0)::numeric), 0)"
        with connection.cursor() as cursor:
            found = {}
            for table in connection.introspection.table_names(cursor):
                name = connection.ops.quote_name(table)
                cursor.execute(f"SELECT {what} FROM {name} AS each")  # noqa: S608
                count, total = cursor.fetchone()
                found[table] = [int(count), int(total)]
        return found

    def _run(self, program: str, *options: str) -> None:
        arguments, environment = DatabaseClient.settings_to_cmd_args_env(
            connection.settings_dict, []
        )
        if not shutil.which(program):
            raise BackupProblem(
                f"{program} is not installed here: it is part of PostgreSQL's client programs "
                "(Debian and Ubuntu: apt install postgresql-client)."
            )
        *place, name = arguments[1:]
        done = subprocess.run(  # noqa: S603
            [program, "--no-password", *place, f"--dbname={name}", *options],
            env=os.environ | (environment or {}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BackupProblem(f"{program} failed: {done.stderr.strip()[-1000:]}")


@contextmanager
def _snapshot() -> Iterator[str]:
    """Hold the database as it is at this moment, for this process and for whom it names it to."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


class SQLite:
    """Copies by SQLite's online backup, while others go on writing."""

    member = "database.sqlite3"

    def dump(self, target: Path) -> Rows:
        """Write a copy, and count what is in the copy."""
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            [[verdict]] = copy.execute("PRAGMA integrity_check(1)")
            if verdict != "ok":
                raise BackupProblem(f"The database is damaged: {verdict}.")
            tables = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {
                table: [copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]]  # noqa: S608
                for (table,) in tables.fetchall()
                if not table.startswith("sqlite_")
            }

    def load(self, source: Path) -> None:
        """Fill the empty database."""
        connection.ensure_connection()
        with closing(sqlite3.connect(source)) as copy:
            copy.backup(connection.connection)

    def rows(self) -> Rows:
        """Count the rows of every table."""
        with connection.cursor() as cursor:
            found = {}
            for table in connection.introspection.table_names(cursor):
                name = connection.ops.quote_name(table)
                cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608
                found[table] = [int(cursor.fetchone()[0])]
        return found
