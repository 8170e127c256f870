"""Real uv as the judge: what it sends to an index, and what it asks the keyring program."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from authui.model.pypi import KeyringCall
from tests.uv.index_proxy import Asked, IndexProxy

UV = Path(sys.executable).with_name("uv.exe" if sys.platform == "win32" else "uv")

# It writes down its arguments, and answers for one service and any user.
_KEYRING = """\
#!/bin/sh
printf '%s\\0' "$#" "$@" >> "$KEYRING_LOG"
if [ "$1" = get ] && [ "$2" = "$KEYRING_SERVICE" ]; then printf '%b' "$KEYRING_ANSWER"; exit 0; fi
exit "${KEYRING_STATUS:-1}"
"""


def put_keyring(folder: Path, script: str = _KEYRING) -> Path:
    """A `keyring` in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "keyring"
    path.write_text(script)
    path.chmod(0o755)
    return path


def commands_in(log: Path) -> list[tuple[str, ...]]:
    """The arguments of each time that the recording `keyring` was run."""
    if not log.exists():
        return []
    words = log.read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]
    found = []
    while words:
        count = int(words[0])
        found.append(tuple(words[1 : count + 1]))
        del words[: count + 1]
    return found


def commands_of(calls: Sequence[KeyringCall]) -> list[tuple[str, ...]]:
    """The same as authui says them, nothing masked."""
    return [
        ("get", call.service, call.username)
        if call.in_full is None
        else ("get", *(part.reveal() for part in call.in_full))
        for call in calls
    ]


@dataclass(frozen=True)
class Ran:
    """One run of uv that wanted one package."""

    status: int
    asked: tuple[Asked, ...]
    commands: list[tuple[str, ...]]
    messages: str


def run_uv(
    proxy: IndexProxy,
    url: str,
    package: str,
    *,
    variables: dict[str, str],
    provider: str,
    cache: Path,
    log: Path,
    cwd: Path | None = None,
) -> Ran:
    """Have uv look for a package in the index at `url`; every host is answered by the proxy."""
    done = subprocess.run(
        [
            UV, "pip", "compile", "-", "--index-url", url, "--keyring-provider", provider,
            "--cache-dir", cache, "--no-config", "--quiet", "--python", sys.executable,
        ],
        input=package.encode(),
        capture_output=True,
        env={
            **variables,
            "HTTP_PROXY": proxy.url,
            "HTTPS_PROXY": proxy.url,
            "KEYRING_LOG": os.fspath(log),
            "UV_PYTHON_DOWNLOADS": "never",
        },
        cwd=cwd,
        timeout=60,
        check=False,
    )  # fmt: skip
    messages = done.stderr.decode("utf-8", "replace")
    return Ran(done.returncode, tuple(proxy.asked), commands_in(log), messages)
