"""Copying a text: to the system's clipboard, else by asking the terminal to copy it.

The system's clipboard is filled by a program of that system, which reads the text from its standard
input: the text is in no argument, no variable and no message. Over SSH only a display that reaches
this machine is the person's own; macOS's and Windows's clipboard is then somebody else's screen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from typing import Any

from textual.app import App

from authui.stores.environment import Environment
from authui.ui.blocking import run_blocking

LIMIT = 2.0
"""Seconds after which a program that copies is ended, and counts as failed."""


class Copied(Enum):
    """Which way a text went."""

    NATIVE = "native"
    """The system's clipboard took it."""
    TERMINAL = "terminal"
    """The terminal was asked to (OSC 52), and does not say whether it did."""


async def copy(app: App[Any], text: str) -> Copied:
    """Copy the text. What UTF-8 cannot hold becomes `?`; the app keeps what the terminal gets."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    if await run_blocking(copy_native, text, Environment.current()):
        return Copied.NATIVE
    app.copy_to_clipboard(text)
    return Copied.TERMINAL


def copy_native(text: str, environment: Environment) -> bool:
    """Copy the text to the system's clipboard; False where nothing could. Blocks up to `LIMIT`."""
    path = environment.variables.get("PATH", "")
    for name, *options in _programs(environment):
        program = shutil.which(name, path=path)
        # One that lies in the current directory is not the system's.
        if program is not None and os.path.isabs(program):
            return _feed([program, *options], _encoded(text, name), environment)
    return False


def clear_native(text: str, environment: Environment) -> bool:
    """Empty the system's clipboard if it still holds this text; whether it was emptied.

    False too where no program reads the clipboard. Blocks up to three times `LIMIT`.
    """
    if sys.platform == "win32":
        if not any(_programs(environment)):
            return False
        from authui.ui.windows_clipboard import empty_if_it_holds

        return empty_if_it_holds(text.encode("utf-8", "replace").decode("utf-8"))
    path = environment.variables.get("PATH", "")
    for name, *options in _readers(environment):
        program = shutil.which(name, path=path)
        if program is None or not os.path.isabs(program):
            continue
        held = _output([program, *options], environment)
        if held is None or held.rstrip(b"\r\n") != text.encode("utf-8", "replace"):
            return False
        return copy_native("", environment)
    return False


def _readers(environment: Environment) -> Iterator[tuple[str, ...]]:
    """What tells here what the clipboard holds, with its options."""
    variables = environment.variables
    remote = bool(variables.get("SSH_CONNECTION") or variables.get("SSH_TTY"))
    if environment.platform == "darwin":
        if not remote:
            yield ("pbpaste",)
        return
    if environment.platform == "win32":
        return
    if variables.get("WAYLAND_DISPLAY"):
        yield "wl-paste", "--no-newline"
    if variables.get("DISPLAY"):
        yield "xclip", "-selection", "clipboard", "-o"
        yield "xsel", "--clipboard", "--output"


def _programs(environment: Environment) -> Iterator[tuple[str, ...]]:
    """What could copy here, with its options, the best first."""
    variables = environment.variables
    remote = bool(variables.get("SSH_CONNECTION") or variables.get("SSH_TTY"))
    if environment.platform in ("darwin", "win32"):
        if not remote:
            yield ("pbcopy",) if environment.platform == "darwin" else ("clip.exe",)
        return
    if variables.get("WAYLAND_DISPLAY"):
        # Named, the type is not guessed from the text.
        yield "wl-copy", "--type", "text/plain"
    if variables.get("DISPLAY"):
        yield "xclip", "-selection", "clipboard"
        yield "xsel", "--clipboard", "--input"
    if variables.get("WSL_DISTRO_NAME") and not remote:
        yield ("clip.exe",)


def _encoded(text: str, name: str) -> bytes:
    if name == "clip.exe":  # knows no other form of Unicode, and this one by its byte order mark
        return f"\ufeff{text}".encode("utf-16-le", "replace")
    return text.encode("utf-8", "replace")


def _variables(environment: Environment) -> dict[str, str]:
    variables = dict(environment.variables)
    if environment.platform == "darwin":  # pbcopy and pbpaste take this for the text's encoding
        variables["LC_ALL"] = "en_US.UTF-8"
    if runtime := variables.get("XDG_RUNTIME_DIR"):
        variables["TMPDIR"] = runtime  # wl-copy keeps what it was given in a file: not on the disk
    return variables


def _output(command: list[str], environment: Environment) -> bytes | None:
    try:
        done = subprocess.run(  # noqa: S603  found on the person's own PATH
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_variables(environment),
            timeout=LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _feed(command: list[str], data: bytes, environment: Environment) -> bool:
    try:
        # Programs for X and Wayland stay to hand out the text: they keep what they were given as
        # output, and must outlive this terminal.
        done = subprocess.run(  # noqa: S603  found on the person's own PATH, no text in it
            command,
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_variables(environment),
            timeout=LIMIT,
            check=False,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
