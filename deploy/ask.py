"""Is a server well? Exit status 0 where it answers with 200, 1 otherwise; no curl needed.

python deploy/ask.py http://127.0.0.1:8000/healthz
"""

import sys
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener


def main(address: str) -> int:
    """Ask an address; return the exit status."""
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=4) as response:
            return 0 if response.status == 200 else 1
    except (URLError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
