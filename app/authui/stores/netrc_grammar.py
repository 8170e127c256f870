"""The netrc grammar that rattler understands, which is narrower than what other programs accept.

There are no comments, no quotes and no escapes, and one word it does not know makes rattler ignore
the whole file. Source: crate netrc-rs 0.1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from authui.model.errors import AuthuiError
from authui.model.secret import Secret

# Unicode's White_Space: what Rust takes for white space; Python's own set is a little larger.
_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_TOKEN = re.compile(f"[^{_SPACE}]+")
_NOT_SPACE = re.compile(f"[^{_SPACE}]")

_FIELDS = ("login", "password", "account")
_FOREIGN = {
    "user": "rattler knows `login`, not `user`",
    "port": "rattler knows no `port`",
    "protocol": "rattler knows no `protocol`",
}


class NetrcSyntaxError(AuthuiError):
    """A netrc file that rattler ignores as a whole; `line` and `column` count from 1."""

    def __init__(self, message: str, hint: str, line: int, column: int) -> None:
        super().__init__(f"{message} (line {line}, column {column})", hint)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Machine:
    """One `machine` of a netrc file, or its `default`, which has no name.

    A field that is not there is None. `line` counts from 1.
    """

    name: str | None
    line: int
    login: str | None = None
    password: Secret | None = None


class _Reader:
    """The text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._counted = 0
        self._line = 1

    def tokens(self) -> Iterator[tuple[str, int]]:
        """Each token and where it starts; reading goes on behind the values taken meanwhile."""
        while (match := _TOKEN.search(self.text, self.at)) is not None:
            self.at = match.end()
            yield match[0], match.start()

    def value(self, keyword: str, start: int) -> str:
        """The token after a keyword, whatever it looks like."""
        match = _TOKEN.search(self.text, self.at)
        if match is None:
            raise self.error(
                f"The file ends after `{keyword}`, where a value must follow",
                "Complete the last entry",
                start,
            )
        self.at = match.end()
        return match[0]

    def skip_macro(self) -> None:
        """Pass over the body of a macro, as far as netrc-rs does.

        It counts a line's bytes but moves by characters, so a body that is not ASCII swallows text
        behind it, and one with CRLF leaves a character per line.
        """
        text = self.text
        first = _NOT_SPACE.search(text, self.at)
        start = at = len(text) if first is None else first.start()
        while start < len(text):
            end = text.find("\n", start)
            # Only a carriage return in front of a line feed belongs to the line's end.
            line = text[start:] if end < 0 else text[start:end].removesuffix("\r")
            at += len(line.encode("utf-8")) + 1
            if not line or end < 0:
                break
            start = end + 1
        self.at = min(at, len(text))

    def line_of(self, at: int) -> int:
        """The line of a place, from 1. Places are asked for in the order of the text."""
        self._line += self.text.count("\n", self._counted, at)
        self._counted = at
        return self._line

    def error(self, message: str, hint: str, at: int) -> NetrcSyntaxError:
        """A syntax error at this place."""
        column = at - self.text.rfind("\n", 0, at)
        return NetrcSyntaxError(message, hint, self.line_of(at), column)


def parse_netrc(text: str) -> tuple[Machine, ...]:
    """The machines of a netrc file in its order, `default` among them.

    Raises `NetrcSyntaxError` where rattler ignores the file.
    """
    reader = _Reader(text)
    machines: list[Machine] = []
    fields: list[dict[str, str]] = []
    seen = dict.fromkeys(_FIELDS, 0)
    for word, start in reader.tokens():
        if word == "machine":
            machines.append(Machine(reader.value(word, start), reader.line_of(start)))
            fields.append({})
        elif word == "default":
            machines.append(Machine(None, reader.line_of(start)))
            fields.append({})
        elif word in _FIELDS:
            value = reader.value(word, start)
            seen[word] += 1
            if seen[word] > len(machines):
                raise _misplaced(reader, word, start, machines)
            fields[-1][word] = value
        elif word == "macdef":
            reader.value(word, start)
            reader.skip_macro()
        else:
            raise _unknown(reader, word, start)
    return tuple(_filled(machine, found) for machine, found in zip(machines, fields, strict=True))


def _filled(machine: Machine, fields: dict[str, str]) -> Machine:
    password = fields.get("password")
    return Machine(
        machine.name,
        machine.line,
        fields.get("login"),
        None if password is None else Secret(password),
    )


def _misplaced(
    reader: _Reader, token: str, start: int, machines: list[Machine]
) -> NetrcSyntaxError:
    if not machines:
        return reader.error(
            f"`{token}` stands before any `machine`", "Put a `machine NAME` in front of it", start
        )
    return reader.error(
        f"There are more `{token}` than machines up to here", f"Keep one `{token}` a machine", start
    )


def _unknown(reader: _Reader, token: str, start: int) -> NetrcSyntaxError:
    """The error for a word that is no keyword. The word may be a password, so it is not named."""
    if start == 0 and token.startswith("\ufeff"):
        return reader.error(
            "The file begins with a byte order mark", "Save the file as UTF-8 without one", start
        )
    if token.startswith("#"):
        return reader.error(
            "rattler understands no comments",
            "Remove the comment, or name a file without comments in NETRC",
            start,
        )
    if token in _FOREIGN:
        return reader.error(_FOREIGN[token], "Remove it, or name another file in NETRC", start)
    if token.lower() in ("machine", "default", "macdef", *_FIELDS):
        return reader.error(
            f"`{token}` is not written in lower case", f"Write `{token.lower()}`", start
        )
    return reader.error(
        "A word that is no keyword",
        "A value with spaces or quotes does that: rattler knows no quotes",
        start,
    )
