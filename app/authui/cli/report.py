"""All that leaves the command line: standard output, standard error and the exit status.

Data goes to standard output, messages to standard error, both as UTF-8 whatever the locale says.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TextIO

from authui.model.errors import AuthuiError
from authui.model.text import json_safe, printable

if TYPE_CHECKING:
    from authui.cli.layout import Block


class ExitStatus(IntEnum):
    """What the exit status of the program says. New ones may be added, none changes."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    NOTHING_APPLIES = 3
    FINDINGS = 4
    PARTIAL = 5
    INTERRUPTED = 130


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a change; `error` says what became of it."""

    def __init__(self, error: AuthuiError) -> None:
        super().__init__(error.message)
        self.error = error


_PRECEDENCE = (
    ExitStatus.INTERRUPTED,
    ExitStatus.USAGE,
    ExitStatus.ERROR,
    ExitStatus.FINDINGS,
    ExitStatus.PARTIAL,
    ExitStatus.NOTHING_APPLIES,
)


def first_of(statuses: Iterable[ExitStatus]) -> ExitStatus:
    """The one status to exit with where several hold; `DONE` where none does."""
    held = set(statuses)
    return next((status for status in _PRECEDENCE if status in held), ExitStatus.DONE)


class Report:
    """The two standard streams of one command. With `as_json` data and errors are JSON objects."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json

    @property
    def as_json(self) -> bool:
        """Whether a program reads the output."""
        return self._as_json

    def json(self, value: dict[str, Any]) -> None:
        """One JSON object on standard output, with the version of the contract in front."""
        import json

        indent = 2 if is_terminal(sys.stdout) else None
        text = json.dumps({"version": 1, **value}, ensure_ascii=False, indent=indent)
        _write(sys.stdout, json_safe(text) + "\n")

    def text(self, blocks: Iterable[Block]) -> None:
        """Text for a person on standard output: coloured on a terminal, otherwise plain."""
        if has_colour(sys.stdout):
            from authui.cli.colour import render
        else:
            from authui.cli.layout import render
        _write(sys.stdout, render(blocks))

    def error(self, error: AuthuiError, status: ExitStatus) -> ExitStatus:
        """The error that ends a command, in both forms where JSON is wanted. Returns `status`."""
        self.problem(error.message, error.hint)
        if self._as_json:
            self.json({"error": {"message": error.message, "hint": error.hint}})
        return status

    def problem(self, message: str, hint: str | None = None) -> None:
        """Something that went wrong, and what to do about it, on standard error."""
        self._message("error", message)
        if hint is not None:
            self._message("hint", hint)

    def note(self, message: str) -> None:
        """Something to know, on standard error."""
        self._message("note", message)

    def question(self, text: str) -> None:
        """A question on standard error, the answer to which is typed behind it."""
        _write(sys.stderr, f"{printable(text)} ")

    def progress(self, text: str) -> None:
        """A line on standard error that the next one takes the place of; none but on a terminal."""
        dumb = os.environ.get("TERM") in ("dumb", "unknown")
        if is_terminal(sys.stderr) and not dumb and _takes_escapes(sys.stderr):
            _write(sys.stderr, f"\r{printable(text)}\x1b[K")

    def line_end(self) -> None:
        """The end of a line on standard error that whoever typed there did not end."""
        _write(sys.stderr, "\n")

    def _message(self, word: str, text: str) -> None:
        _write(sys.stderr, f"{word}: {printable(text)}\n")


def has_colour(stream: TextIO | None) -> bool:
    """Whether colour may be written there: a terminal, and nobody asked for none."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in ("dumb", "unknown"):
        return False
    return is_terminal(stream) and _takes_escapes(stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sits at the other end."""
    try:
        if stream is None or not stream.isatty():
            return False
    except ValueError:  # closed
        return False
    if sys.platform != "win32":
        return True
    from authui.cli.console import is_console

    return is_console(stream)


def _takes_escapes(stream: TextIO | None) -> bool:
    """Whether a terminal acts on colours and the like, as all do but old ones of Windows."""
    if sys.platform != "win32":
        return True
    from authui.cli.console import takes_escapes

    return stream is not None and takes_escapes(stream)


def _write(stream: TextIO | None, text: str) -> None:
    """Write text as UTF-8. A reader that went away is no error; a full disk is one."""
    if stream is None:
        return
    try:
        stream.flush()
        stream.buffer.write(text.encode("utf-8", "backslashreplace"))
        stream.buffer.flush()
    except BrokenPipeError:
        _abandon(stream)
    except OSError as error:
        _abandon(stream)
        # Windows says "invalid argument" of a pipe that nobody reads any more.
        if stream is sys.stderr or (sys.platform == "win32" and error.errno == errno.EINVAL):
            return
        raise AuthuiError(
            f"The output could not be written: {error.strerror}",
            "Check the disk or the file that the output goes to",
        ) from None


def flush() -> None:
    """Write out what Python itself left in the buffers, such as the help. Raises nothing."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            _abandon(stream)


def _abandon(stream: TextIO) -> None:
    """Send what is left in the buffer nowhere, or the interpreter complains about it at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass
