"""How the map page does while ten people take maps away at once: python benchmarks/export_load.py.

A server with one process and a worker, as `make run` starts them, on a fresh SQLite database with
the demo. The map page is asked for one time after another: alone, while ten exports ordered on the
page are made, and while ten calls of the API wait for a file. MAP_CACHE_SECONDS is 0, so that every
page is drawn.
"""

import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.servers import ROOT, serving

PEOPLE = 10
PASSWORD = "benchmark-only"  # noqa: S105
MAP = "/w/demo/journeys/business-trip/"
SETUP = f"""
from journeys.models import Journey, Membership, Role, User, Workspace
home = Workspace.objects.get(slug="demo")
for n in range({PEOPLE} + 1):
    user = User.objects.create_user(f"person{{n}}@example.com", "{PASSWORD}")
    Membership.objects.create(workspace=home, user=user, role=Role.VIEWER)
print(Journey.objects.get(workspace=home, slug="business-trip").pk)
"""


class Person:
    """Somebody who is signed in."""

    def __init__(self, url: str, number: int) -> None:
        self.url = url
        self.cookies = HTTPCookieProcessor()
        self.opener: OpenerDirector = build_opener(ProxyHandler({}), self.cookies)
        self.get("/account/login/")
        self.post("/account/login/", f"login=person{number}@example.com&password={PASSWORD}")

    def get(self, path: str) -> bytes:
        """Return a page."""
        return bytes(self.opener.open(f"{self.url}{path}", timeout=120).read())

    def insist(self, path: str) -> bytes:
        """Return a page that may be busy at first."""
        while True:
            try:
                return self.get(path)
            except HTTPError as problem:
                if problem.code != 503:
                    raise
                time.sleep(float(problem.headers["Retry-After"]))

    def post(self, path: str, data: str) -> bytes:
        """Send a form."""
        token = next(each.value for each in self.cookies.cookiejar if each.name == "csrftoken")
        body = f"{data}&csrfmiddlewaretoken={token}".encode()
        request = Request(f"{self.url}{path}", body, {"Referer": self.url})  # noqa: S310
        return bytes(self.opener.open(request, timeout=120).read())


def times(person: Person, until: Callable[[int], bool]) -> list[float]:
    """Return how many milliseconds each map took, asked for one after another."""
    found: list[float] = []
    while not until(len(found)):
        begun = time.perf_counter()
        person.get(MAP)
        found.append(1000 * (time.perf_counter() - begun))
    return found


def during(person: Person, work: Callable[[int], object]) -> tuple[list[float], float]:
    """Return the maps' times while ten people do something, and how many seconds that takes."""
    threads = [Thread(target=work, args=(number,)) for number in range(PEOPLE)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    found = times(person, lambda n: n >= 5 and not any(each.is_alive() for each in threads))
    return found, time.perf_counter() - begun


def ordered(people: list[Person], key: str) -> Callable[[int], None]:
    """Return what orders a file on the page, and asks every two seconds until it is ready."""

    def work(number: int) -> None:
        person = people[number]
        person.get(f"{MAP}export/")
        page = person.post(f"{MAP}export/", f"format={key}").decode()
        address = page.split('id="export" hx-get="')[1].split("?")[0] if "hx-get" in page else ""
        while address and "every 2s" in person.get(address).decode():
            time.sleep(2)

    return work


def main() -> None:
    """Print one line for each situation."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--format", default="pdf")
    key = parser.parse_args().format
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'benchmark.sqlite3'}"
        environment = {"DATABASE_URL": url, "VAR_DIR": name, "SECRET_KEY": "b", "DEBUG": "1"}
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "-v0"], ["load_demo"]):
            subprocess.run([*manage, *command], env=environment, check=True, capture_output=True)
        shell = [*manage, "shell", "-v0", "-c", SETUP]
        made = subprocess.run(shell, env=environment, check=True, capture_output=True, text=True)
        pk = made.stdout.split()[-1]
        with serving(url, folder, DEBUG="1", MAP_CACHE_SECONDS="0") as [server]:
            worker = subprocess.Popen([*manage, "work"], env=environment, stderr=subprocess.DEVNULL)
            try:
                people = [Person(server.url, number) for number in range(PEOPLE)]
                reader = Person(server.url, PEOPLE)
                times(reader, lambda n: n >= 3)
                alone = times(reader, lambda n: n >= 40)
                report("the map alone", alone, alone)
                found, seconds = during(reader, ordered(people, key))
                report(f"while the worker makes {PEOPLE} × {key}", found, alone, seconds)
                alone = times(reader, lambda n: n >= 40)
                report("the map alone, again", alone, alone)
                call = f"/api/journeys/{pk}/export/?format={key}"
                found, seconds = during(reader, lambda n: people[n].insist(call))
                report(f"while the API makes {PEOPLE} × {key}", found, alone, seconds)
            finally:
                worker.terminate()
                worker.wait()


def report(name: str, found: list[float], alone: list[float], seconds: float = 0) -> None:
    """Print the median and the 95th percentile, and the median beside that of the map alone."""
    slow = sorted(found)[int(0.95 * (len(found) - 1))]
    times_as_long = median(found) / median(alone)
    lasted = f", done in {seconds:.1f} s" if seconds else ""
    print(
        f"{name}: median {median(found):.0f} ms ({times_as_long:.2f} × alone), "
        f"95 % {slow:.0f} ms, {len(found)} maps{lasted}"
    )


if __name__ == "__main__":
    main()
