"""Where a secret comes from: a prompt that shows nothing, or standard input.

Nothing read here is in a message, and no exception that leaves keeps it as its context.
"""

from __future__ import annotations

import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, NoReturn

from authui.cli.report import Report, is_terminal
from authui.model.errors import BadInput
from authui.model.secret import Secret
from authui.model.text import printable

LIMIT: Final = 1 << 20
"""Bytes of standard input that are read; no credential is nearly as long."""

_LINE_LIMIT: Final = {"darwin": 1023, "win32": LIMIT}.get(sys.platform, 4095)
"""Bytes of a line that a terminal passes on; it drops the rest without a word."""

_FROM_FILE: Final = (
    "in cmd from a file: < FILE" if sys.platform == "win32" else "from a file: < FILE"
)
_FROM_INPUT: Final = f"Write it to standard input instead, such as {_FROM_FILE}"

_UTF_8_MARK: Final = b"\xef\xbb\xbf"


def read_secret(report: Report, what: str) -> Secret:
    """The secret that is asked for as `what`, or standard input as a whole where nobody sits there.

    Raises `BadInput` where there is none, or it is no text.
    """
    if is_terminal(sys.stdin):
        return _prompt(report, what)
    return _standard_input()


def read_json() -> Secret:
    """Standard input as a whole. Raises `BadInput` where it is a terminal, which would show it."""
    if is_terminal(sys.stdin):
        raise BadInput(
            "--json-stdin reads no terminal, since that would show what is typed",
            f"Write the JSON to standard input, such as {_FROM_FILE}",
        )
    # The mark says how the text is encoded, which is no part of it; PowerShell may write one.
    return _standard_input(but=_UTF_8_MARK)


def _standard_input(but: bytes = b"") -> Secret:
    data = b""
    problem: str | None = None
    try:
        if sys.stdin is not None:
            data = sys.stdin.buffer.read(LIMIT + 1)
    except OSError as error:
        problem = error.strerror
    if problem is not None or sys.stdin is None:
        raise BadInput(
            f"Standard input cannot be read: {problem or 'it is closed'}",
            "Write the secret to it, or call authui on a terminal",
        )
    if len(data) > LIMIT:
        raise BadInput("Standard input is too long for a secret", "Write the secret alone to it")
    if _is_utf16(data):
        raise BadInput(
            "Standard input is no UTF-8 text but UTF-16",
            "Write the secret to it as UTF-8; PowerShell does after "
            "$OutputEncoding = [Text.UTF8Encoding]::new()",
        )
    try:
        return Secret(data.removeprefix(but).decode("utf-8"))
    except UnicodeDecodeError:
        pass  # which holds what was read
    raise BadInput("Standard input is no UTF-8 text", "Write the secret to it as UTF-8")


def _is_utf16(data: bytes) -> bool:
    """Whether it begins as such a text does: with its mark, or with a letter of two bytes."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(data) > 1 and data[:2].count(0) == 1)


def _prompt(report: Report, what: str) -> Secret:
    import getpass

    problem = "No secret was given"
    value: str | None = None
    try:
        with _undisturbed(), warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            value = getpass.getpass(f"{printable(what)}: ")
    except KeyboardInterrupt:
        report.line_end()
        raise
    except EOFError:
        report.line_end()
    except UnicodeDecodeError:
        problem = "What was typed is no text in the encoding of this terminal"
    except (getpass.GetPassWarning, OSError):
        problem = "This terminal cannot hide what is typed"
    if value is not None and sys.platform == "win32":
        from authui.cli.typed import as_text

        value = as_text(value)
    if value is None:
        raise BadInput(problem, _FROM_INPUT)
    if len(value.encode("utf-8", "replace")) >= _LINE_LIMIT:
        raise BadInput("It is longer than a terminal passes on, and may have been cut", _FROM_INPUT)
    if value == "\x16":
        raise BadInput(
            "Ctrl+V does not paste here: it gave a control character",
            "Paste as this terminal does, often Ctrl+Shift+V, or write it to standard input",
        )
    return Secret(value)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No signal leaves a terminal that shows nothing, or shows the rest of a secret.

    A process that is suspended here would go on with the terminal's echo turned on.
    """
    wanted: dict[str, Any] = {"SIGTSTP": signal.SIG_IGN, "SIGTERM": _end, "SIGHUP": _end}
    former = {
        number: signal.signal(number, handler)
        for name, handler in wanted.items()
        if (number := getattr(signal, name, None)) is not None
    }
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise SystemExit(128 + number)
