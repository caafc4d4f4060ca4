"""The cases of the file by id, and the register of their checks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Inputs = dict[str, Any]
Result = dict[str, Any]
Check = Callable[[Inputs], Result]

FILE = Path(__file__).parents[3] / "oracles" / "metrics.json"
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in json.loads(FILE.read_text(encoding="utf-8"))["cases"]
}
CHECKS: dict[str, Check] = {}


def check(*case_ids: str) -> Callable[[Check], Check]:
    """Registers the decorated function as the check of these cases."""

    def register(function: Check) -> Check:
        for case_id in case_ids:
            assert case_id not in CHECKS, f"Two checks for {case_id}"
            CHECKS[case_id] = function
        return function

    return register
