"""The `keyring` program, found and run as uv does.

Sources: uv 0.11.15, `uv_auth::KeyringProvider`; Rust's `std::process::Command` for where it looks.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from authui.model.secret import Secret
from authui.stores.environment import Environment

if TYPE_CHECKING:
    from authui.stores.child_process import Heard

TIME_LIMIT: Final = 5.0
"""Seconds that the program has for each answer. uv itself waits for ever."""

MOST_OUTPUT: Final = 65_536
"""Bytes of an answer that are taken. uv itself takes any number."""

Told: TypeAlias = Literal["hit", "miss", "no-text", "no-program", "timeout", "too-long"]
"""What came of a question; with the last two it is not known what uv would get."""

# Unicode's White_Space, which uv cuts off the end; Python's own set is a little larger.
_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
_BACKEND = re.compile(r"[A-Za-z_][\w.]* ?[\w. ]*(?:\(priority: [-\d.]+\))?")


@dataclass(frozen=True, slots=True)
class KeyringAnswer:
    """What the program said to one question. `status` is its exit status where it ended."""

    told: Told
    password: Secret | None = field(default=None, repr=False)
    status: int | None = None


def find_keyring(environment: Environment) -> str | None:
    """The `keyring` that uv would run; None where there is none.

    Unix: the first executable of that name on the `PATH`, whose empty parts are the current
    directory. Windows: `keyring.exe` in the folders of the system, then on the `PATH`, and in the
    current directory only where the `PATH` names it; Rust's library looks beside pixi itself
    before, which is not known here.
    """
    name = "keyring.exe" if environment.platform == "win32" else "keyring"
    for folder in _folders(environment):
        path = environment.resolve(environment.join(folder, name) if folder else name)
        with suppress(OSError, ValueError):
            if stat.S_ISREG(os.stat(path).st_mode) and os.access(path, os.X_OK):
                return path
    return None


class KeyringProgram:
    """The program that uv would run here. It gets the environment as it is, and no terminal."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.path = find_keyring(environment)

    def get(self, service: str, username: str) -> KeyringAnswer:
        """What `keyring get SERVICE USER` says, without the white space at its end.

        A service or user that begins with a hyphen is passed as it is, as uv does. Blocks for at
        most `TIME_LIMIT` seconds; raises nothing.
        """
        heard = self._run("get", service, username)
        if heard is None:
            return KeyringAnswer("no-program")
        if heard.status is None:
            return KeyringAnswer("too-long" if len(heard.output) >= MOST_OUTPUT else "timeout")
        if heard.status != 0:
            return KeyringAnswer("miss", status=heard.status)
        try:
            text = heard.output.decode("utf-8")
        except UnicodeDecodeError:
            return KeyringAnswer("no-text", status=0)
        return KeyringAnswer("hit", Secret(text.rstrip(_SPACE)), 0)

    def backends(self) -> tuple[str, ...] | None:
        """Its backends as it names them, sorted: its own order is chance. None if it does not tell.

        Blocks for at most `TIME_LIMIT` seconds; raises nothing.
        """
        heard = self._run("--list-backends")
        if heard is None or heard.status != 0:
            return None
        lines = heard.output.decode("utf-8", "replace").splitlines()
        return tuple(sorted(line.strip() for line in lines if _BACKEND.fullmatch(line.strip())))

    def _run(self, *words: str) -> Heard | None:
        from authui.stores.child_process import listen_to

        if self.path is None:
            return None
        return listen_to(
            ["keyring", *words],
            executable=self.path,
            variables=self._environment.variables,
            limit=TIME_LIMIT,
            most_output=MOST_OUTPUT,
            cwd=self._environment.cwd,
        )


def _folders(environment: Environment) -> list[str]:
    """Where Rust's library and the system look, in their order."""
    variables = environment.variables
    if environment.platform != "win32":
        # Without a PATH the C library has one of its own.
        return variables.get("PATH", "/bin:/usr/bin").split(":")
    system = variables.get("SYSTEMROOT", "C:\\Windows")
    listed = [folder.replace('"', "") for folder in variables.get("PATH", "").split(";")]
    return [environment.join(system, "System32"), system, *(f for f in listed if f)]
