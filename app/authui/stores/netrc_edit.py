"""Changing one machine of a netrc file, with everything else left as it stands.

The change is made at the tokens of that machine alone, and is then read by both grammars that pixi
uses: rattler's for conda requests, uv's for PyPI. It counts only where each of them that could read
the file before reads exactly the wished machine and, of all others, what it read before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from authui.model.errors import NotStored, ReadOnly
from authui.model.secret import Secret
from authui.model.text import mask_url, printable
from authui.stores.netrc_grammar import NetrcSyntaxError, parse_netrc
from authui.stores.pypi.uv_netrc_grammar import (
    DEFAULT,
    Span,
    UvMachine,
    UvNetrcSyntaxError,
    parse_uv_netrc,
)

_Name = TypeVar("_Name", str, str | None)

# What both grammars take for the same text without quotes: no white space of either, nothing that
# uv unquotes or unescapes, and nothing of no width or with an effect on a terminal.
UNPLAIN = re.compile(r'[\s\x00-\x20\x7f-\xa0"\\]')
"""What no name and no value may hold."""


_ROLES = {
    "login": ("login", "user", "login value"),
    "password": ("password", "password value"),
}
"""The tokens that say each of the two."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands for a machine: the user name and the password."""

    login: str
    password: Secret


@dataclass(frozen=True, slots=True)
class Reading:
    """What the two grammars make of a text; None where one of them refuses it, and why.

    The name None is rattler's `default`, which it does not use; uv's has the name `default`.
    `times` is how often rattler reads each name, of which the last counts.
    """

    rattler: dict[str | None, Pair] | None
    uv: dict[str, Pair] | None
    rattler_refusal: NetrcSyntaxError | None = None
    uv_refusal: UvNetrcSyntaxError | None = None
    times: Mapping[str | None, int] = field(default_factory=dict)


def read(text: str) -> Reading:
    """A text by both grammars. Raises nothing."""
    rattler: dict[str | None, Pair] | None = None
    uv: dict[str, Pair] | None = None
    rattler_refusal = uv_refusal = None
    times: Mapping[str | None, int] = {}
    try:
        machines = parse_netrc(text)
        rattler = {one.name: Pair(one.login or "", one.password or Secret("")) for one in machines}
        times = Counter(one.name for one in machines)
    except NetrcSyntaxError as error:
        rattler_refusal = error
    try:
        uv = {one.name: Pair(one.login, one.password) for one in parse_uv_netrc(text)}
    except UvNetrcSyntaxError as error:
        uv_refusal = error
    return Reading(rattler, uv, rattler_refusal, uv_refusal, times)


def cannot_hold(login: str, password: Secret) -> str | None:
    """Why a netrc file cannot hold these so that both grammars read them, as a clause; else None."""
    for what, value in (("user name", Secret(login)), ("password", password)):
        if UNPLAIN.search(value.reveal()):
            return (
                f"the {what} holds white space, a quote, a backslash or a control character, which "
                "netrc readers take apart in different ways"
            )
    return None


def with_machine(text: str, name: str, login: str, password: Secret) -> str:
    """The text with this user name and password for a machine, in its place or at the end.

    An empty one is left out, which both grammars read as empty. Raises `ReadOnly` where uv's
    grammar, by which the places are found, refuses the text, and where no such change reads the
    same by both grammars.
    """
    machines = _machines(text)
    wanted = Pair(login, password)
    last = next((one for one in reversed(machines) if one.name == name), None)
    made = (
        _appended(text, name, wanted, machines)
        if last is None
        else iter((_replaced(text, last, wanted),))
    )
    for candidate in made:
        if _is_right(text, candidate, name, wanted):
            return candidate
    raise _refused(name)


def without_machine(text: str, name: str) -> str:
    """The text without the machine, wherever it stands. Raises as above, and `NotStored`."""
    mine = [one for one in _machines(text) if one.name == name]
    if not mine and name in (read(text).rattler or {}):
        raise _refused(name)  # one that rattler alone reads, such as a name in quotes
    if not mine:
        raise NotStored(
            f"{printable(mask_url(name))} is not in the netrc file",
            "Look again: another program may have taken it away",
        )
    made = _without(text, mine)
    if _is_right(text, made, name, None):
        return made
    raise _refused(name)


def _machines(text: str) -> tuple[UvMachine, ...]:
    try:
        return parse_uv_netrc(text)
    except UvNetrcSyntaxError as error:
        raise ReadOnly(
            f"The netrc file is left as it is: uv cannot read it: {error.message}", error.hint
        ) from None


def _refused(name: str) -> ReadOnly:
    return ReadOnly(
        f"The machine {printable(mask_url(name))} cannot be changed so that pixi's two netrc "
        "readers agree on the file",
        "Edit the file itself: leave out quotes, comments and macros around this machine",
    )


def _is_right(before: str, after: str, name: str, wanted: Pair | None) -> bool:
    """Whether each grammar reads the wished machine, and of the others what it read before."""
    old, new = read(before), read(after)
    if old.uv is None or new.uv != _expected(old.uv, name, wanted):
        return False
    if old.rattler is None:
        return True  # it ignored the file before, for a reason that is not this machine's
    key: str | None = None if name == DEFAULT and None in old.rattler else name
    return new.rattler == _expected(old.rattler, key, wanted)


def _expected(old: dict[_Name, Pair], name: _Name, wanted: Pair | None) -> dict[_Name, Pair]:
    others = {key: pair for key, pair in old.items() if key != name}
    return others if wanted is None else {**others, name: wanted}


def _replaced(text: str, machine: UvMachine, wanted: Pair) -> str:
    """The machine with its values exchanged; what is missing is put behind its name."""
    edits: list[tuple[int, int, str]] = []
    gone: list[Span] = []
    behind = max(span.end for span in machine.spans if span.role in ("name", DEFAULT))
    for name, value in (("password", wanted.password.reveal()), ("login", wanted.login)):
        roles = _ROLES[name]
        values = [span for span in machine.spans if span.role == roles[-1]]
        if not value:
            gone += [span for span in machine.spans if span.role in roles]
        elif values:
            edits.append((values[-1].start, values[-1].end, value))
        else:
            edits.append((behind, behind, f" {name} {value}"))
    # What goes lies apart from what is exchanged: from the end on, no place moves before its turn.
    changes: list[tuple[int, int, str | None]] = [*edits, *((s.start, s.end, None) for s in gone)]
    for start, end, new in sorted(changes, key=lambda one: one[0], reverse=True):
        text = _cut(text, start, end) if new is None else text[:start] + new + text[end:]
    return text


def _appended(text: str, name: str, wanted: Pair, machines: tuple[UvMachine, ...]) -> Iterator[str]:
    """A new line for the machine: before `default`, which readers expect last, else at the end."""
    end = "\r\n" if "\r\n" in text else "\n"
    line = f"machine {name}"
    for field_name, value in (("login", wanted.login), ("password", wanted.password.reveal())):
        line += f" {field_name} {value}" if value else ""
    line += end
    default = next((one for one in machines if one.name == DEFAULT), None)
    if default is not None:
        at = default.spans[0].start
        if at == 0 or text[at - 1] == "\n":
            yield text[:at] + line + text[at:]
    gap = "" if not text or text.endswith("\n") else end
    yield text + gap + line
    yield text + gap + end + line  # an empty line ends a macro


def _without(text: str, machines: Iterable[UvMachine]) -> str:
    """The text without the tokens, and without the lines that held nothing else."""
    spans = (span for one in machines for span in one.spans)
    for span in sorted(spans, key=lambda span: span.start, reverse=True):
        text = _cut(text, span.start, span.end)
    return text


def _cut(text: str, start: int, end: int) -> str:
    """The text without one token: with its line where it stood alone, else with one gap beside."""
    before, after = text[:start], text[end:]
    line_start = before.rfind("\n") + 1
    newline = after.find("\n")
    rest = after if newline < 0 else after[:newline]
    if before[line_start:].strip(" \t"):
        return before.rstrip(" \t") + after
    if rest.strip(" \t\r"):
        return before + after.lstrip(" \t")
    return before[:line_start] + ("" if newline < 0 else after[newline + 1 :])
