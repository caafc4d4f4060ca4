"""Transactions that PostgreSQL breaks off so that another one can go on."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

ATTEMPTS = 3
DEADLOCK = "40P01"
"""What PostgreSQL calls it when two transactions wait for each other."""

_Result = TypeVar("_Result")


def retried(transaction: Callable[[], _Result]) -> _Result:
    """Run a transaction, and again when it was broken off by a deadlock.

    Writers of answers lock touchpoints in one order; who edits the same rows by another way does
    not. Raises OperationalError after ATTEMPTS, or at once inside a larger transaction, which only
    its own beginning could run again.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return transaction()
        except OperationalError as error:
            if not _is_deadlock(error) or connection.in_atomic_block:
                raise
    return transaction()


def _is_deadlock(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") == DEADLOCK
