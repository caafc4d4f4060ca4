"""The demo workspace, with what a test has time for."""

from datetime import date
from itertools import islice
from typing import Any
from unittest.mock import patch

from django.core.management import call_command

from feedback.demo import evidence
from feedback.demo.simulator import simulate

EVERY = 10


def load_small_demo(*, today: date | None = None) -> None:
    """Load the whole demo, but of what customers answered only every tenth answer."""

    def thinned(*asked: Any) -> Any:
        return islice(simulate(*asked), 0, None, EVERY)

    with patch.object(evidence, "simulate", thinned):
        call_command("load_demo", verbosity=0, today=today)
