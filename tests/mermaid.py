"""The real Mermaid, from npm: one version, known by its checksum, fetched once."""

import base64
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "11.17.2"
INTEGRITY = (
    "V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg=="
)
"""SHA-512 of the package, in base64."""
CACHE = Path(__file__).resolve().parent.parent / "var" / "npm"
_PATIENCE = 120


class NotThere(Exception):
    """Mermaid cannot be had here; the message says why."""


def mermaid_script() -> Path:
    """Return the script that a page loads; raises NotThere."""
    script = CACHE / f"mermaid-{VERSION}.min.js"
    if not script.exists():
        content = _package()
        with tarfile.open(fileobj=io.BytesIO(content)) as package:
            member = package.extractfile("package/dist/mermaid.min.js")
            assert member is not None
            CACHE.mkdir(parents=True, exist_ok=True)
            # Other workers of the same run look for it, too.
            with tempfile.NamedTemporaryFile(dir=CACHE, delete=False) as whole:
                whole.write(member.read())
        Path(whole.name).replace(script)
    return script


def _package() -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise NotThere("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                [npm, "pack", "--silent", "--ignore-scripts", f"mermaid@{VERSION}"],
                cwd=folder,
                env=os.environ | {"npm_config_update_notifier": "false"},
                check=True,
                capture_output=True,
                timeout=_PATIENCE,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise NotThere(f"npm could not fetch mermaid {VERSION}: {error}") from error
        [path] = Path(folder).glob("*.tgz")
        content = path.read_bytes()
    found = base64.b64encode(hashlib.sha512(content).digest()).decode()
    # Whatever else it is, it is not what was looked at, so nobody runs it.
    assert found == INTEGRITY, f"mermaid {VERSION} has the checksum {found}"
    return content
