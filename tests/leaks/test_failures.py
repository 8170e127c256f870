"""One secret through every way in which a command line fails."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from authui.cli import main as command_line
from authui.model.errors import ChangedMeanwhile, OutcomeUnknown, WriteFailed
from authui.services import changes
from tests.cli.conftest import Here
from tests.leaks.canary import CANARY, below, in_text
from tests.leaks.conftest import Watched
from tests.leaks.stored import fill_files, fill_keychain
from tests.leaks.test_command_line import FILE, check
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.program import write_credentials
from tests.support.prompt import Typist

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("stores",),
    ("test", "https://bearer.example/", "https://netrc.example/"),
    ("set", "bearer.example", *FILE),
    ("set", "bearer.example", "--json-stdin", "--store", "file"),
    ("rename", "bearer.example", "other.example", "--store", "file"),
    ("remove", "bearer.example", "--yes", "--store", "file"),
    ("remove", "bearer.example", "--yes", "--all-stores"),
)
CHANGES = COMMANDS[3:]

BROKEN = (
    f'{{"bearer.example": {{"BearerToken": "{CANARY}" "{CANARY}"}}}}',
    f'{{"bearer.example": "{CANARY}"}}',
    f'{{"bearer.example": {{"{CANARY}": "x"}}}}',
    f'{{"bearer.example": {{"BearerToken": "{CANARY}\n"}}}}',
    f'{{"bearer.example": {{"BearerToken": ["{CANARY}"]}}}}',
    f'{{"bearer.example": {{"BasicHTTP": {{"username": "u", "{CANARY}": 1}}}}}}',
    f'{{"bearer.example": {{"BearerToken": "{CANARY}\\ud800"}}}}',
    f'{{"user:{CANARY}@x": {{"Bearer": "{CANARY}"}}}}',
    f'{{"bearer.example": {{"OAuth": {{"access_token": "{CANARY}", "expires_at": "{CANARY}"}}}}}}',
    f'["{CANARY}"]',
    CANARY,
    f'"{CANARY}',
    f'\ufeff{{"a": {{"BearerToken": "{CANARY}"}}}}',
)


def run_all(here: Here, commands: tuple[tuple[str, ...], ...] = COMMANDS) -> None:
    for words in commands:
        for form in ((), ("--json",)):
            check(here(*words, *form, given=f'{{"BearerToken":"{CANARY}"}}'))


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file(text: str, here: Here, own_home: Path, temporary: Path) -> None:
    path = write_credentials(own_home, text)
    run_all(here)
    assert not below(own_home, own_home.parent / "run", temporary, besides=[path])


def test_a_file_that_is_no_utf_8(here: Here, own_home: Path) -> None:
    write_credentials(own_home, "").write_bytes(
        b'{"bearer.example":{"BearerToken":"' + CANARY.encode() + b'\xff"}}'
    )
    run_all(here)


@pytest.mark.parametrize(
    "text",
    [
        f"machine netrc.example login u password x {CANARY}\n",
        f"machine netrc.example login u password\t{CANARY}\n{CANARY} x\n",
        f"{CANARY} machine netrc.example\n",
        f"machine netrc.example password {CANARY} port {CANARY}\n",
        f"macdef {CANARY}\n{CANARY}\n\nmachine netrc.example login u password {CANARY}\n",
    ],
)
def test_a_broken_netrc(text: str, here: Here, own_home: Path) -> None:
    path = own_home / ".netrc"
    path.write_text(text)
    path.chmod(0o600)
    run_all(here)


@pytest.mark.parametrize(
    "given",
    [
        f"{CANARY}\n{CANARY}",
        f"{CANARY}\x00",
        f"\x1b]52;c;{CANARY}\x07",
        f" {CANARY} {CANARY} ",
        f'"{CANARY}',
        CANARY.encode() + b"\xff",
        CANARY.encode("utf-16"),
        f"https://user:{CANARY}@a.example/",
        f"Authorization: Bearer {CANARY}",
        f"--{CANARY}",
    ],
)
@pytest.mark.parametrize("kind", ["BearerToken", "CondaToken", "BasicHTTP", "S3Credentials"])
def test_what_is_hardly_a_secret(given: str | bytes, kind: str, here: Here, own_home: Path) -> None:
    words = ("set", "a.example", "--kind", kind, "--store", "file")
    named = ("--username", "me") if kind in ("BasicHTTP", "S3Credentials") else ()
    check(here(*words, *named, given=given))
    check(here(*words, *named, "--json", given=given))
    meant = own_home / ".rattler" / "credentials.json"
    assert not below(own_home, own_home.parent / "run", besides=[meant])


class Closed(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        del size
        raise OSError(errno.EIO, CANARY)


def test_standard_input_that_breaks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text of the failure is that of the system, not of whoever made the exception."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Closed())))
    status = command_line.main(("set", "a.example", *FILE))
    assert status == 2
    assert "Traceback" not in capsys.readouterr().err


CALLS = tuple(
    (call, number)
    for call in ("write", "fsync", "replace", "open", "fchmod")
    for number in (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EACCES)
)


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_disk_that_fails(
    call: tuple[str, int],
    here: Here,
    own_home: Path,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, number = call
    meant = fill_files(own_home)
    really_open = os.open

    def failing(*values: Any) -> None:
        raise OSError(number, os.strerror(number), *values[1:])

    def failing_open(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_CREAT and ".rattler" in str(path):
            failing(flags, path)
        return really_open(path, flags, *more, **named)

    monkeypatch.setattr(os, name, failing_open if name == "open" else failing)
    for words in CHANGES:  # looked at each time, since the next one tidies up
        run_all(here, (words,))
        assert not below(own_home, own_home.parent / "run", temporary, besides=meant)


def test_a_folder_that_cannot_be_made(here: Here, own_home: Path) -> None:
    (own_home / ".rattler").write_text("in the way")
    run_all(here)
    assert not below(own_home)


FAILURES = (
    ChangedMeanwhile("It has changed", "Look again"),
    WriteFailed("It failed", "Try again"),
    OutcomeUnknown("Nobody knows", "Look again"),
    OSError(errno.ENOSPC, CANARY, CANARY),
    ValueError(f"with {CANARY}"),
    KeyError(CANARY),
    UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY),
    RecursionError(CANARY),
    MemoryError(CANARY),
)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("where", ["_delete", "effect_of", "must_stand", "encode_text", "writable"])
def test_a_change_that_fails_inside(
    where: str, failure: Exception, here: Here, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*values: object, **named: object) -> None:
        del values, named
        token = CANARY
        try:
            int(token)
        except ValueError as cause:
            raise failure from cause

    monkeypatch.setattr(changes, where, fail)
    fill_files(own_home)
    for words in CHANGES:
        done = here(*words, given=f'{{"BearerToken":"{CANARY}"}}')
        assert not in_text(done.out + done.err)
        assert "Traceback" not in done.err


@pytest.mark.keychain
@pytest.mark.parametrize("how", ["gone", "locked"])
def test_a_keychain_that_fails(
    how: str, own_gnome_keyring: GnomeKeyring, here: Here, own_home: Path, watched: Watched
) -> None:
    fill_keychain(own_gnome_keyring.client)
    fill_files(own_home)
    if how == "gone":
        own_gnome_keyring.stop()
    else:
        own_gnome_keyring.restart(unlock=False)
    for words in (
        *COMMANDS,
        ("set", "bearer.example", "--kind", "BearerToken"),
        ("rename", "bearer.example", "x.example"),
        ("remove", "twice.example", "--yes", "--item", CANARY),
    ):
        check(here(*words, given=CANARY, DBUS_SESSION_BUS_ADDRESS=own_gnome_keyring.address))
    watched.must_be_clean()


def test_nothing_that_is_typed_is_shown(own_home: Path) -> None:
    with Typist("set", "a.example", *FILE) as person:
        person.wait_for("Token for a.example: ")
        person.type(f"{CANARY}\n")
        done = person.end()
    assert done.status == 0
    assert not in_text(done.out)
    assert CANARY in (own_home / ".rattler" / "credentials.json").read_text()
