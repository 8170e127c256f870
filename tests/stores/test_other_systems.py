"""What is installed on Linux only is asked for by the Linux keychain only."""

from __future__ import annotations

import subprocess
import sys

LOAD_ALL = """
import importlib, pkgutil, sys
import authui

for name in ("jeepney", "secretstorage"):  # as on Windows and macOS, where they are not installed
    sys.modules[name] = None
for found in pkgutil.walk_packages(authui.__path__, "authui."):
    if found.name == "authui.__main__":
        continue
    try:
        importlib.import_module(found.name)
    except (ImportError, AssertionError):  # the latter in rooms of another system
        print(found.name)
"""

OF_ONE_SYSTEM = [
    "authui.stores.child_job",
    "authui.stores.file_acl",
    "authui.stores.pypi.python_keyring_wallet",
    "authui.ui.windows_clipboard",
    "authui.ui.windows_console",
]


def test_everything_else_loads_without_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOAD_ALL], capture_output=True, text=True, check=True, timeout=100
    )
    names = done.stdout.split()
    assert "authui.stores.keychain.bus" in names
    assert [n for n in names if not n.startswith("authui.stores.keychain.")] == OF_ONE_SYSTEM
