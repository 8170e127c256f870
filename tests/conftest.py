"""No test touches the developer's own stores: each starts in an environment of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from authui.stores.environment import Environment
from tests.windows import profile

if sys.platform == "win32" and not profile.is_ours():
    pytest.exit(
        "The home directory of a person would be used: `make test-windows` makes an own one"
    )

CLEARED = (
    "RATTLER_AUTH_FILE",
    "NETRC",
    "PIXI_HOME",
    "PIXI_CONFIG_FILE",
    "PIXI_NO_CONFIG",
    "PIXI_PROJECT_MANIFEST",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "DISPLAY",
    "NO_COLOR",
    "TEXTUAL_LOG",
)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh HOME, no variable that names a store, and no session bus."""
    for name in CLEARED:
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "win32":
        home = profile.empty()
        monkeypatch.chdir(home)
        return home
    home = tmp_path / "home"
    runtime = tmp_path / "run"
    home.mkdir()
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={runtime}/no-bus")
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def environment(own_home: Path) -> Environment:
    """The environment as authui sees it, taken after the fixtures have set it."""
    return Environment.current()
