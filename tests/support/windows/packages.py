"""What the Windows Python is made of, and how it is fetched: pip, with every download kept."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

CARRIER = "panda3d==1.10.16"
"""Its Windows wheels carry a CPython of the version that they are for: PyPI has no other source."""

SHA256 = {
    "panda3d-1.10.16-cp311-cp311-win_amd64.whl": (
        "37acfb92655c4226879f95c988e2ef1449a53c54486d6c1ebc00e2772429af82"
    ),
    "panda3d-1.10.16-cp312-cp312-win_amd64.whl": (
        "f6493e2ecc0d1b7c1556a999556e5278cbc9484fe5fe1e159a1ccc02b870b18f"
    ),
    "panda3d-1.10.16-cp313-cp313-win_amd64.whl": (
        "0e505261bb58d8402d0099c291f1a3459acfdd38f3e7d666e72aa2e1ea5dc46f"
    ),
    "py_rattler-0.28.0-cp310-abi3-win_amd64.whl": (
        "6108ea83ba3d2a2637afa45cf655d0b3ae0a4ab1106dde84de2da8c08b1e16df"
    ),
}
"""What these downloads must be; pip checks the others against what the index says of them."""

VERSIONS = ((3, 11), (3, 12), (3, 13))
"""The versions of Python that the carrier brings."""

NAMES = (
    # what authui needs on Windows; `pip` would judge the conditions by this system, not by that
    "textual", "rich", "ada-url", "platformdirs", "filelock", "keyring", "publicsuffixlist",
    "markdown-it-py", "mdit-py-plugins", "mdurl", "linkify-it-py", "pygments", "typing-extensions",
    "cffi", "pycparser", "jaraco.classes", "jaraco.context", "jaraco.functools", "more-itertools",
    "importlib-metadata", "lazy-importer", "zipp", "backports.tarfile", "pywin32-ctypes",
    "urllib3", "truststore",
    # the judge, and what the tests run with
    "py-rattler", "pytest", "pytest-asyncio", "pytest-timeout", "pluggy", "iniconfig", "packaging",
    "colorama",
)  # fmt: skip
"""Everything in its site-packages, in the versions of constraints.txt."""


class BadDownload(Exception):
    """A file is not the one that was asked for."""


def target_options() -> list[str]:
    """pip's options for the Windows Python of this one's version."""
    version = "{}.{}".format(*sys.version_info[:2])
    options = ["--no-deps", "--only-binary=:all:", "--platform", "win_amd64"]
    return [*options, "--python-version", version, "--implementation", "cp"]


def download(kept: Path, folder: Path, requirements: list[str], constraints: Path) -> list[Path]:
    """The wheels of the requirements, put into `folder`; the network is asked for no kept one.

    Raises `CalledProcessError` where pip cannot get one, and `BadDownload`.
    """
    kept.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check"]
    command += ["-c", str(constraints), "-d", str(folder), "--find-links", str(kept)]
    command += [*target_options(), *requirements]
    if subprocess.run([*command, "--no-index"], check=False, capture_output=True).returncode:
        subprocess.run(command, check=True)
    wheels = sorted(folder.glob("*.whl"))
    for wheel in wheels:
        wanted = SHA256.get(wheel.name)
        if wanted is not None and hashlib.sha256(wheel.read_bytes()).hexdigest() != wanted:
            (kept / wheel.name).unlink(missing_ok=True)
            message = f"{wheel.name} is not the file that it should be; try again"
            raise BadDownload(message)
        if not (kept / wheel.name).exists():
            shutil.copy(wheel, kept)
    return wheels
