"""What is done with a transaction that PostgreSQL breaks off for another one's sake."""

import pytest
from django.db import OperationalError

from feedback.recording.deadlocks import ATTEMPTS, retried


class Broken(Exception):
    sqlstate = "40P01"


class Losing:
    """A transaction that loses so many times before it goes through."""

    def __init__(self, times: int, cause: Exception | None = None) -> None:
        self.left = times
        self.calls = 0
        self.cause = cause or Broken()

    def __call__(self) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise OperationalError from self.cause
        return "written"


@pytest.mark.django_db(transaction=True)
class TestRetried:
    @pytest.mark.parametrize("times", range(ATTEMPTS))
    def test_goes_through_in_the_end(self, times: int) -> None:
        assert retried(Losing(times)) == "written"

    def test_gives_up_where_it_always_loses(self) -> None:
        losing = Losing(99)
        with pytest.raises(OperationalError):
            retried(losing)
        assert losing.calls == ATTEMPTS

    def test_repeats_nothing_that_failed_otherwise(self) -> None:
        losing = Losing(1, ValueError("no connection"))
        with pytest.raises(OperationalError):
            retried(losing)
        assert losing.calls == 1


@pytest.mark.django_db
def test_repeats_no_part_of_a_larger_transaction() -> None:
    losing = Losing(1)
    with pytest.raises(OperationalError):
        retried(losing)
    assert losing.calls == 1
