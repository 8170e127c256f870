"""The real `keyring` program of this Python, and backends of every bad kind for its library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.gnome_keyring import GnomeKeyring

PROGRAMS = os.path.dirname(sys.executable)
"""The folder of the `keyring` program, and of `uv`."""

BACKENDS = '''
import json, os, sys, time
from keyring.backend import KeyringBackend


class Odd(KeyringBackend):
    priority = 9

    def get_password(self, service, username):
        return None

    def set_password(self, service, username, password):
        raise ValueError(password)

    def delete_password(self, service, username):
        raise ValueError(service)


class Raising(Odd):
    def get_password(self, service, username):
        raise RuntimeError("secret in " + service)


class Hanging(Odd):
    def get_password(self, *words):
        time.sleep(600)

    set_password = delete_password = get_password


class HangingLate(Odd):
    """It takes what it is given, and then says nothing any more."""

    def set_password(self, service, username, password):
        time.sleep(600)


class Exiting(Odd):
    def get_password(self, service, username):
        os._exit(3)


class Asking(Odd):
    """It asks on the terminal, and prints."""

    def get_password(self, service, username):
        print("Password please:", file=sys.__stdout__, flush=True)
        return sys.stdin.readline() or input() or None


class Chatty(Odd):
    """It says this and that wherever it can, and answers."""

    def get_password(self, service, username):
        os.write(1, b'{"password": "wrong"}\\n')
        print('{"password": "wrong"}', flush=True)
        os.system("echo '{}'")
        return "right"


class Forgetful(Odd):
    """It says that it stored, and did not."""

    def set_password(self, service, username, password):
        return None


class Slow(Odd):
    """A window of its own: somebody answers it after a while."""

    def get_password(self, service, username):
        return None if not os.path.exists("kept") else open("kept").read()

    def set_password(self, service, username, password):
        time.sleep(0.6)
        open("kept", "w").write(password)


class Listless(Odd):
    """It keeps things in a file, and tells nobody what it has."""

    def _all(self):
        return json.load(open("kept.json")) if os.path.exists("kept.json") else {}

    def get_password(self, service, username):
        return self._all().get(service + "\\n" + username)

    def set_password(self, service, username, password):
        json.dump({**self._all(), service + "\\n" + username: password}, open("kept.json", "w"))


class Keeping(Listless):
    """It cannot delete, as the base class cannot."""

    delete_password = KeyringBackend.delete_password
'''

PLAINTEXT = """
import os
from keyring.backend import KeyringBackend
from odd_backends import Listless


class PlaintextKeyring(Listless):
    file_path = os.path.abspath("keyring_pass.cfg")
"""


def put_backends(folder: Path) -> str:
    """The bad backends as modules in a folder; what `PYTHONPATH` has to be.

    `keyrings.alt.file` is one of them: a stand-in for the real one, which is installed nowhere here.
    """
    modules = folder / "modules"
    alt = modules / "keyrings" / "alt"
    alt.mkdir(parents=True)
    (modules / "odd_backends.py").write_text(BACKENDS)
    (alt / "file.py").write_text(PLAINTEXT)
    return str(modules)


def use(keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this test's environment one with a keychain, uv and the keyring program."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", keyring.address)
    monkeypatch.setenv("PATH", f"{PROGRAMS}:/usr/bin:/bin")


def keyring_program(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """What the program says, in the environment as it is."""
    return subprocess.run(
        [os.path.join(PROGRAMS, "keyring"), *words],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def keyring_set(service: str, username: str, password: str) -> None:
    """`keyring set`, as a person calls it."""
    done = keyring_program("set", service, username, given=f"{password}\n")
    assert done.returncode == 0, done.stderr


def put_as_keyring(keyring: GnomeKeyring, service: str, username: str, password: str) -> None:
    """The item that `keyring set` makes, without the time that starting it takes."""
    attributes = {"service": service, "username": username, "application": "Python keyring library"}
    label = f"Password for '{username}' on '{service}'"
    keyring.client.create(attributes, password, label=label, content_type="text/plain")
