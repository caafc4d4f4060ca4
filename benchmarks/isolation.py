"""10,000 random requests of a member of one workspace, which reach nothing of another.

    .venv/bin/python benchmarks/isolation.py [--requests 10000] [--seed 1]

The same as `tests/test_isolation.py`, which makes fewer: own addresses with the other workspace's
ids in path, query and form, every method, sessions of every role and a token. Nothing of the other
workspace is in an answer, and none of its rows differs afterwards. No answer is a 5xx either.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Ask, print what was reached, and fail where that is anything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.settings", "VAR_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/isolation.sqlite3",
        }  # fmt: skip
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import transaction
        from django.test.utils import setup_test_environment

        from tests.intruding import intrude

        logging.disable(logging.CRITICAL)
        setup_test_environment()
        call_command("migrate", verbosity=0)
        begun = time.monotonic()
        with transaction.atomic():
            reached = intrude(asked.requests, asked.seed)
            transaction.set_rollback(True)
    print("\n".join(reached) or "Nothing of the other workspace was read or written.")
    print(f"{asked.requests:,} requests, seed {asked.seed}, {time.monotonic() - begun:.0f} s")
    sys.exit(bool(reached))


if __name__ == "__main__":
    main()
