"""The netrc grammar of uv, which differs from rattler's.

It knows quotes, escapes, comments, `user` and `default`, and its comments work only where no line
break stands before them since the token before: so a comment after an empty line is an error.
Source: uv, crate `uv-netrc`, `lex.rs` and `netrc.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from authui.model.errors import AuthuiError
from authui.model.secret import Secret

DEFAULT = "default"
"""The name of the machine that answers for every other host."""

_SPACE = "\n\t\r "
_NEXT = ("", "machine", "default", "macdef")
_FIELDS = ("login", "user", "account", "password")


@dataclass(frozen=True, slots=True)
class Span:
    """A token's place in the text, with its quotes.

    `role` is a keyword, `name`, or the value of a keyword, such as `login value`.
    """

    start: int
    end: int
    role: str


@dataclass(frozen=True, slots=True)
class UvMachine:
    """A machine as uv reads it. What the file does not say is empty. `line` counts from 1.

    `spans` are its tokens in the order of the text.
    """

    name: str
    login: str
    password: Secret
    line: int
    spans: tuple[Span, ...] = field(default=(), repr=False, compare=False)


class UvNetrcSyntaxError(AuthuiError):
    """The place at which uv gives up, so that it ignores the whole file. `line` counts from 1."""

    def __init__(self, message: str, hint: str, line: int) -> None:
        super().__init__(f"{message} (line {line})", hint)
        self.line = line


def parse_uv_netrc(text: str) -> tuple[UvMachine, ...]:
    """All machines in the file's order; of a name that stands several times the last counts.

    Raises `UvNetrcSyntaxError`, which repeats nothing of the file.
    """
    lexer = _Lexer(text)
    machines: list[UvMachine] = []
    while True:
        before = lexer.line
        word = lexer.token()
        if not word:
            return tuple(machines)
        if word.startswith("#"):
            if lexer.line == before and word == "#":
                lexer.rest_of_line()
            continue
        if word == "macdef":
            _skip_macro(lexer)
            continue
        if word not in ("machine", DEFAULT):
            raise _unknown(lexer, after_comment=bool(machines))
        line = lexer.token_line
        spans = [lexer.span(word)]
        name = DEFAULT
        if word == "machine":
            name = lexer.token()
            spans.append(lexer.span("name"))
        if not name:
            raise UvNetrcSyntaxError(
                "A machine has no name", "Write the host behind the word machine", lexer.line
            )
        machines.append(_machine(lexer, name, line, spans))


def find(machines: tuple[UvMachine, ...], host: str, username: str | None) -> UvMachine | None:
    """The machine that uv takes for a host: of that name, else `default`; the user must match."""
    by_name = {machine.name: machine for machine in machines}
    machine = by_name.get(host) or by_name.get(DEFAULT)
    if machine is None or (username is not None and username != machine.login):
        return None
    return machine


def _machine(lexer: _Lexer, name: str, line: int, spans: list[Span]) -> UvMachine:
    values = dict.fromkeys(("login", "account", "password"), "")
    while True:
        before = lexer.line
        word = lexer.token()
        if word.startswith("#"):
            if lexer.line == before:
                lexer.rest_of_line()
        elif word in _NEXT:
            lexer.push_back(word)
            password = Secret(values["password"])
            return UvMachine(name, values["login"], password, line, tuple(spans))
        elif word in _FIELDS:
            field_name = "login" if word == "user" else word
            spans.append(lexer.span(word))
            values[field_name] = lexer.token()
            spans.append(lexer.span(f"{field_name} value"))
        else:
            raise _unknown(lexer, after_comment=True)


def _skip_macro(lexer: _Lexer) -> None:
    lexer.token()
    while lexer.rest_of_line().strip():
        pass


def _unknown(lexer: _Lexer, *, after_comment: bool) -> UvNetrcSyntaxError:
    return UvNetrcSyntaxError(
        "A word is none that a netrc file knows",
        "Look for a password with a space in it, or a comment: uv reads one only right below what "
        "comes before, without an empty line between"
        if after_comment
        else "Look for a comment: uv reads one before the first machine only as # and a space on "
        "the first line",
        lexer.token_line,
    )


class _Lexer:
    """Splits the text into tokens. `line` counts the line breaks that have been read, from 1."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._back: str | None = None
        self._start = self._end = 0
        self.line = 1
        self.token_line = 1

    def span(self, role: str) -> Span:
        """Where the last token stands."""
        return Span(self._start, self._end, role)

    def _read(self) -> str:
        """The next character, nothing at the end."""
        character = self._text[self._at : self._at + 1]
        self._at += 1
        if character == "\n":
            self.line += 1
        return character

    def rest_of_line(self) -> str:
        """What stands before the next line break, which is read too."""
        start = self._at
        while (character := self._read()) and character != "\n":
            pass
        return self._text[start : self._at - 1]

    def push_back(self, token: str) -> None:
        """Give a token back to be read once more."""
        self._back = token

    def token(self) -> str:
        """The next token without its quotes and escapes; nothing at the end, or for `""`."""
        if self._back is not None:
            token, self._back = self._back, None
            return token
        while (first := self._read()) and first in _SPACE:
            pass
        self.token_line = self.line
        self._start = self._at - 1
        if first == '"':
            token = self._quoted()
            self._end = min(self._at, len(self._text))
            return token
        token = ""
        while first and first not in _SPACE:
            token += self._escaped() if first == "\\" else first
            first = self._read()
        self._end = self._at - 1
        return token

    def _quoted(self) -> str:
        token = ""
        while (character := self._read()) and character != '"':
            token += self._escaped() if character == "\\" else character
        return token

    def _escaped(self) -> str:
        return self._read() or " "
