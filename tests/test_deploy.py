"""What is in deploy/: the container gives no more rights than it needs, and versions are named.

`deploy/check_image.sh` carries the Dockerfile's steps out; that takes too long for every change.
"""

import re
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
OURS = ("migrate", "web", "worker")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def stages():
    """The Dockerfile's stages: of each its lines, continued ones joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    starts = [number for number, line in enumerate(lines) if line.startswith("FROM ")]
    ends = [*starts[1:], len(lines)]
    return [lines[start:end] for start, end in zip(starts, ends, strict=True)]


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_given_nothing_that_it_need_not_have(compose, name):
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert not any("docker.sock" in volume for volume in service["volumes"])


def test_nothing_listens_to_the_world(compose):
    ports = [port for each in compose["services"].values() for port in each.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_stands_in_the_compose_file(compose):
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert not re.search(r"(PASSWORD|SECRET_KEY|TOKEN): *\S", text)
    assert all(set(each) == {"file"} for each in compose["secrets"].values())


def test_tables_are_there_before_anybody_serves(compose):
    for name in ("web", "worker"):
        needed = compose["services"][name]["depends_on"]["migrate"]["condition"]
        assert needed == "service_completed_successfully"


def test_the_image_runs_as_a_user_by_number(stages):
    users = [line for line in stages[-1] if line.startswith("USER ")]
    assert users == ["USER 10001:10001"]


def test_what_builds_stays_behind(stages):
    assert len(stages) == 2
    last = "\n".join(stages[-1])
    assert "pip install" not in last
    assert not re.search(r"\b(gcc|build-essential|git|curl)\b", last)


def test_packages_are_installed_by_hash(stages):
    [run] = [line for line in stages[0] if "pip install" in line]
    assert run.count("--require-hashes") == run.count("pip install")


def test_every_image_has_its_version_named(stages, compose):
    images = [stage[0] for stage in stages]
    assert all("PYTHON_VERSION" in image for image in images)
    assert compose["services"]["postgres"]["image"].split(":")[1][:2].isdigit()


@pytest.mark.parametrize("name", ["cxjourney@.service", "cxjourney-worker.service"])
def test_a_service_of_systemd_is_shut_in(name):
    unit = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
    for wanted in ("ProtectSystem=strict", "NoNewPrivileges=true", "CapabilityBoundingSet="):
        assert wanted in unit
    assert "User=cxjourney" in unit


def test_every_start_command_gives_streams_the_same_time_to_end():
    wanted = re.compile(r"timeout-graceful-shutdown\W+4\b")
    for name in ("cxjourney@.service", "Dockerfile"):
        assert wanted.search((DEPLOY / name).read_text(encoding="utf-8")), name
