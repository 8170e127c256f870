"""A parser of command lines that never repeats what was typed."""

from __future__ import annotations

import argparse
import os
import re
from typing import Any, NoReturn

from authui.model.errors import BadInput

_VALUE_BEARING = re.compile(
    r"(?P<said>(?:argument (?P<name>[^:]*): )?(?:invalid choice|ignored explicit argument))"
    r"[^(]*(?:\(choose from (?P<choices>[^()]*)\)$)?",
    re.DOTALL,
)


class _Help(argparse.RawDescriptionHelpFormatter):
    """The help, as wide as the terminal. Finding that out by itself, argparse loads compressors."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns)
        except (OSError, ValueError):
            columns = 80
        super().__init__(prog, width=max(columns - 2, 40))


class QuietParser(argparse.ArgumentParser):
    """A parser that raises `BadInput`, and whose messages repeat no value: it may be a secret."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Help, **settings)

    def error(self, message: str) -> NoReturn:
        """Raise `BadInput` with the message, less any value."""
        raise BadInput(_without_values(message), f"{self.prog} --help tells how it is called")


def _without_values(message: str) -> str:
    """An argparse message without what was typed, since that may be a URL with a password."""
    if message.startswith("unrecognized arguments: "):
        words = message.removeprefix("unrecognized arguments: ").split()
        names = [w.partition("=")[0] for w in words if re.match(r"--[a-z][a-z-]*(=|$)", w)]
        if names:
            return "Unknown option: " + ", ".join(names)
        return "Unknown option" if words[:1] and words[0][0] == "-" else "Too many arguments"
    found = _VALUE_BEARING.match(message)
    if found is None:
        return message[:1].upper() + message[1:]
    name = "an option" if found["name"] is None else found["name"]
    said = "There is no such command" if name == "COMMAND" else f"This is no value for {name}"
    # Newer versions of argparse put no quotes around the choices.
    choices = (found["choices"] or "").replace("'", "")
    return f"{said}: choose from {choices}" if choices else said
