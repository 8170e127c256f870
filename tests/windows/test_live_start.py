"""The program can start where nothing of Linux is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.windows.command import finish, surroundings

ALL = """
import importlib, pkgutil
import authui

for found in pkgutil.walk_packages(authui.__path__, "authui."):
    if found.name.startswith("authui.stores.keychain.") or found.name in (
        "authui.__main__", "authui.ui.unix_signals",
        "authui.stores.pypi.python_keyring_wallet",
    ):
        continue
    importlib.import_module(found.name)
    print(found.name)
"""

ONE = """
import sys
from authui.cli.main import main
main({arguments!r})
print(*sorted(name for name in {unwanted!r} if name in sys.modules), file=sys.stderr)
"""

UNWANTED = (
    "textual", "rich", "keyring", "jeepney", "secretstorage", "asyncio", "objc", "Security",
    "authui.stores.keychain.secret_service", "authui.stores.keychain.macos",
)  # fmt: skip


def run(program: str) -> tuple[str, str, int]:
    done = finish(
        subprocess.Popen(
            [sys.executable, "-c", program],
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    )
    return done.out, done.err, done.status


def test_all_but_the_other_keychains_load() -> None:
    out, err, status = run(ALL)
    assert (err, status) == ("", 0)
    assert "authui.ui.app" in out.split()
    assert "authui.services.audit.auditing" in out.split()


@pytest.mark.parametrize("command", ["list", "stores", "test"])
def test_a_command_loads_nothing_of_the_other_systems(command: str) -> None:
    arguments = [command, *["http://h.test/"] * (command == "test"), "--json"]
    _, err, status = run(ONE.format(arguments=arguments, unwanted=UNWANTED))
    assert (err.strip(), status) == ("", 0)
