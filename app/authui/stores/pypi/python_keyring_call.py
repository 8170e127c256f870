"""Python's `keyring`, asked in a process of its own, within limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from typing import Any, Final, Self

from authui.model.errors import (
    OutcomeUnknown,
    StoreAbsent,
    StoreError,
    StoreLocked,
    StoreTimeout,
    StoreUnreadable,
)
from authui.model.secret import Secret
from authui.model.text import printable
from authui.stores.child_process import children_of
from authui.stores.environment import Environment
from authui.stores.patience import Patience
from authui.stores.pypi.python_keyring_child import START

LIMIT: Final = 2.0
"""Seconds for each answer where nobody was asked to wait for a window."""

_START_LIMIT: Final = 10.0
_SLICE: Final = 0.05
_MOST: Final = 1 << 20


class NotDeleted(Exception):
    """The backend deleted nothing: nothing is there, or it cannot delete."""


class KeyringCall:
    """A process that asks `keyring`; to be closed, or used with `with`.

    It is started by the first question. After one that is not answered in time every other is
    answered by the same failure at once.
    """

    def __init__(self, environment: Environment, *, limit: float = LIMIT) -> None:
        self._environment = environment
        self._limit = limit
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: Queue[bytes] = Queue()
        self._failure: StoreError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, with all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        self._end_children()
        with suppress(OSError):
            process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(1.0)
        self._reader.join(1.0)
        with suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()

    def describe(self) -> Mapping[str, Any]:
        """The backend that is chosen here. Raises `StoreError`."""
        return self._ask({"do": "describe"})

    def get(self, service: str, username: str, patience: Patience | None = None) -> Secret | None:
        """The password. Raises `StoreError`."""
        question = {"do": "get", "service": service, "username": username}
        password = self._ask(question, patience).get("password")
        return Secret(password) if isinstance(password, str) else None

    def find(self, service: str, username: str | None) -> str | None:
        """The user name of what is stored for a service; of any where none is given."""
        found = self._ask({"do": "find", "service": service, "username": username})
        name = found.get("username")
        return name if isinstance(name, str) else None

    def set(
        self, service: str, username: str, password: Secret, patience: Patience | None = None
    ) -> None:
        """Store a password. Raises `StoreError`, and `OutcomeUnknown` where no answer came."""
        self._change({"do": "set", "service": service, "username": username}, patience, password)

    def delete(self, service: str, username: str, patience: Patience | None = None) -> None:
        """Delete it. Raises as `set`, and `NotDeleted`."""
        self._change({"do": "delete", "service": service, "username": username}, patience)

    def _change(
        self,
        question: Mapping[str, str | None],
        patience: Patience | None,
        password: Secret | None = None,
    ) -> None:
        """Ask for a change: unanswered, nobody knows whether it was made."""
        try:
            self._ask(question, patience, password)
        except StoreTimeout as error:
            late = error.message
        else:
            return
        raise OutcomeUnknown(
            f"{late}, so nobody can say whether it was changed", "Look again before relying on it"
        )

    def _ask(
        self,
        question: Mapping[str, str | None],
        patience: Patience | None = None,
        password: Secret | None = None,
    ) -> Mapping[str, Any]:
        if self._failure is not None:
            raise self._failure
        if self._process is None:
            self._start()
            self._answer(_START_LIMIT, None, "did not start")
        is_asked = self._write(question, password)
        answer = self._answer(self._limit, patience, "did not answer") if is_asked else None
        if answer is None:
            raise self._broken(_ended())
        kind = answer.get("error")
        if kind is None:
            return answer
        if kind == "not-deleted":
            raise NotDeleted
        raise _error_of(str(kind), str(answer.get("class")), self._environment)

    def _start(self) -> None:
        folders = [folder for folder in sys.path if os.path.isabs(folder)]
        try:
            self._process = subprocess.Popen(  # noqa: S603  this Python, no shell
                [sys.executable, "-c", START, *folders],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=dict(self._environment.variables),
                cwd=self._environment.cwd,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError):
            raise self._broken(
                StoreUnreadable(
                    "Python cannot be started to ask its keyring", "Install authui anew"
                )
            ) from None
        self._end_children = children_of(self._process)
        self._reader = Thread(target=_read, args=(self._process, self._lines), daemon=True)
        self._reader.start()

    def _write(self, question: Mapping[str, str | None], password: Secret | None) -> bool:
        assert self._process is not None  # noqa: S101  it was started before
        stdin = self._process.stdin
        more = {} if password is None else {"password": password.reveal()}
        data = json.dumps({**question, **more}).encode("ascii") + b"\n"
        try:
            if stdin is not None:
                stdin.write(data)
                stdin.flush()
        except OSError:
            return False
        return True

    def _answer(self, limit: float, patience: Patience | None, what: str) -> Mapping[str, Any]:
        """The next line. With patience it may take as long as a window stays open."""
        start = time.monotonic()
        end = start + (limit if patience is None else max(limit, patience.limit))
        try:
            while True:
                with suppress(Empty):
                    return self._parsed(self._lines.get(timeout=_SLICE))
                now = time.monotonic()
                if now >= end or (patience is not None and patience.is_cancelled):
                    raise self._broken(_late(what, now - start))
                if patience is not None and now - start > limit and not patience.is_waiting:
                    patience.begin()
        finally:
            if patience is not None and patience.is_waiting:
                patience.end()

    def _parsed(self, line: bytes) -> Mapping[str, Any]:
        value: object = None
        with suppress(ValueError, RecursionError):
            value = json.loads(line)
        if not isinstance(value, dict):
            raise self._broken(_ended())
        return value

    def _broken(self, error: StoreError) -> StoreError:
        self._failure = error
        self.close()
        return error


def _read(process: subprocess.Popen[bytes], lines: Queue[bytes]) -> None:
    """Keep what the process says, line by line; an empty one is its end."""
    with suppress(OSError, ValueError):
        if process.stdout is not None:
            with process.stdout as stdout:
                while line := stdout.readline(_MOST):
                    lines.put(line)
    lines.put(b"")


def _late(what: str, seconds: float) -> StoreTimeout:
    return StoreTimeout(
        f"Python's keyring {what} within {max(seconds, 1):.0f} s",
        "A window of it may be waiting for an answer; keyring get SERVICE USER shows what it does",
    )


def _ended() -> StoreUnreadable:
    return StoreUnreadable(
        "Python's keyring ended in the middle of a question",
        "keyring get SERVICE USER shows what it does",
    )


def _error_of(kind: str, name: str, environment: Environment) -> StoreError:
    if kind == "none":
        return no_backend()
    if kind == "locked":
        return StoreLocked("Python's keyring is locked", "Unlock it: authui unlock")
    hint = "keyring get SERVICE USER shows what it says"
    if environment.variables.get("PYTHON_KEYRING_BACKEND") is not None:
        hint += "; PYTHON_KEYRING_BACKEND names the backend"
    return StoreUnreadable(f"Python's keyring failed with {printable(name)}", hint)


def no_backend() -> StoreAbsent:
    """That keyring finds nowhere to keep anything."""
    return StoreAbsent(
        "Python's keyring finds no place here to keep passwords in",
        "A desktop session has a Secret Service; without one use a netrc file",
    )
