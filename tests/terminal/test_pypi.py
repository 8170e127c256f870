"""Whole runs for an index on loopback: what is missing is found, stored by typing, and used."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gnome_keyring import GnomeKeyring
from tests.support.program import Run, command
from tests.support.real_keyring import PROGRAMS, keyring_program, use
from tests.support.terminal import Terminal
from tests.support.wheel_index import WheelIndex

pytestmark = [pytest.mark.terminal, pytest.mark.keychain]

PASSWORD = "canary-4711"
ACCEPTED = "Basic " + base64.b64encode(f"bob:{PASSWORD}".encode()).decode()


@pytest.fixture
def index() -> Iterator[WheelIndex]:
    with WheelIndex("bob", PASSWORD) as index:
        yield index


@pytest.fixture
def keyring(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> GnomeKeyring:
    """An empty keychain, the real keyring program, and pixi told to use it."""
    use(gnome_keyring, monkeypatch)
    config = own_home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_text('[pypi-config]\nkeyring-provider = "subprocess"\n')
    return gnome_keyring


def install(url: str, folder: Path) -> int:
    """How `uv pip install` of the one package of the index ends."""
    return subprocess.run(
        [
            os.path.join(PROGRAMS, "uv"), "pip", "install", "--target", folder, "--no-config",
            "--keyring-provider", "subprocess", "--index-url", url, "--no-cache",
            "--python", sys.executable, "--no-deps", "small",
        ],
        capture_output=True,
        timeout=60,
        check=False,
    ).returncode  # fmt: skip


def test_a_missing_user_name_is_diagnosed_and_fixed(
    keyring: GnomeKeyring, index: WheelIndex, window: Terminal, tmp_path: Path
) -> None:
    plain, named = index.url.rstrip("/"), index.url_of("bob").rstrip("/")
    pages: list[str] = []

    def see(words: str) -> str:
        pages.append(window.wait_for(words))
        return pages[-1]

    window.start(
        sys.executable,
        *("-m", "authui"),
        size=(200, 40),  # so that the pane shows every step, and no message lies over them
        DBUS_SESSION_BUS_ADDRESS=keyring.address,
        PATH=os.environ["PATH"],
    )
    see("No credentials yet")

    # Stored in the form, as keyring and uv find it.
    window.press("p")
    see("Nothing is stored for PyPI indexes")
    window.press("a")
    see("Store a password for an index")
    for line in (plain, "bob"):
        window.type(line)
        window.press("Enter")
    window.type(PASSWORD)
    see("•" * len(PASSWORD))
    window.press("Enter")
    see("Stored http://127.0.0.1")
    see("1 entry")
    assert keyring_program("get", plain, "bob").stdout == f"{PASSWORD}\n"

    # Without a user name in the URL nobody asks for it, and the screen says so.
    assert install(plain, tmp_path / "before") != 0
    window.press("Escape")
    see("t Test URL")
    window.press("P", "t")
    see("https://user@index.example/simple")
    window.type(plain)
    see("Nothing is sent: neither")
    seen = see("The keyring is not asked, since the index URL names no user")
    assert plain.replace("://", "://USER@") in seen
    index.asked.clear()

    # With one, the keyring program is named, and run after a yes.
    window.press("C-u")
    see("https://user@index.example/simple")
    window.type(named)
    see("What is sent is not known before the keyring is asked")
    see(f"· keyring get {plain} bob  not run")
    window.press("Escape")
    see("K Run keyring")
    window.press("K")
    asked = see("Run the keyring program?")
    assert f"keyring get {plain} bob" in asked
    assert os.path.join(PROGRAMS, "keyring") in asked
    window.press("y")
    see("✓ The keyring answers: Authorization: Basic ••••••")
    see(f"✓ keyring get {plain} bob  answers")

    # The server is named, and asked once with it and once without.
    assert index.asked == []
    window.press("t", "Enter")
    asked = see("Ask 127.0.0.1")
    assert "Nothing else is sent" in asked
    assert index.asked == []
    window.press("y")
    see("The server accepts the credential")
    see("with it  200, accepted")
    see("without  401, refused")
    assert sorted(index.asked, key=str) == [("/simple/", ACCEPTED), ("/simple/", None)]

    assert install(named, tmp_path / "after") == 0
    assert (tmp_path / "after" / "small.py").is_file()
    window.press("C-q")
    assert window.exit_status() == 0
    pages.append(window.scrollback())
    assert "Traceback" not in pages[-1]
    for page in pages:
        assert PASSWORD not in page
        assert ACCEPTED.removeprefix("Basic ") not in page


def test_the_same_by_commands(keyring: GnomeKeyring, index: WheelIndex, tmp_path: Path) -> None:
    plain, named = index.url, index.url_of("bob")

    def call(*words: str, given: str = "") -> Run:
        done = subprocess.run(
            command(*words), input=given, capture_output=True, text=True, timeout=60, check=False
        )
        assert PASSWORD not in done.stdout + done.stderr
        return Run(done.stdout, done.stderr, done.returncode)

    before = call("test", "--pypi", named)
    assert before.out.startswith("Only the user name in the URL is sent, with no password")
    assert before.status == 0  # something is sent
    assert install(named, tmp_path / "before") != 0

    done = call("set", "--pypi", plain, "--username", "bob", given=f"{PASSWORD}\n")
    assert done.status == 0, done.err
    (entry,) = call("list", "--pypi", "--json").object["pypi"]["entries"]
    assert (entry["index"], entry["username"], entry["store"]) == (plain, "bob", "keyring")

    unnamed = call("test", "--pypi", plain)
    assert unnamed.status == 3
    assert plain.replace("://", "://USER@") in unnamed.out
    index.asked.clear()
    after = call("test", "--pypi", "--probe", "--json", named)
    assert after.status == 0
    (result,) = after.object["results"]
    assert result["pypi"]["winner"] == "keyring"
    assert result["probe"]["conclusion"] == "The server accepts the credential"
    assert sorted(index.asked, key=str) == [("/simple/", ACCEPTED), ("/simple/", None)]
    assert install(named, tmp_path / "after") == 0

    gone = call("remove", "--pypi", plain, "--username", "bob", "--yes")
    assert gone.status == 0, gone.err
    assert call("list", "--pypi", "--json").object["pypi"]["entries"] == []
    assert call("test", "--pypi", named).out == before.out
