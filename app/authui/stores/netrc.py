"""A netrc file as rattler reads it: the last store of every client, which no tool of it writes.

A file that rattler cannot read is ignored as a whole, with a warning; it stops no tool.
Source: rattler_networking, `NetRcStorage`.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from authui.model.credential import BasicHTTP
from authui.model.entry import Answer, Entry, Outcome, StoreListing
from authui.model.errors import AuthuiError, StoreAbsent, StoreCorrupt, StoreError, StoreState
from authui.model.secret import Secret
from authui.model.text import lower_first
from authui.model.wire import decode_text, encode_text
from authui.stores.base import Stored, StoreInfo
from authui.stores.environment import Environment
from authui.stores.netrc_grammar import Machine, NetrcSyntaxError, parse_netrc
from authui.stores.patience import Patience
from authui.stores.read_file import may_have_leftovers, read_regular_file

if TYPE_CHECKING:
    from authui.stores.netrc_changing import NetrcChanges

# All else is to uv what it is to rattler, so most files need no second reading.
_IS_TAKEN_OTHERWISE = re.compile(r'["\\#]|macdef|[^\t\n\r -~]')


@dataclass(frozen=True, slots=True)
class _Contents:
    """What was read: the machines that count, or the failure that makes rattler ignore them.

    `is_left` says that the file is not changed, as one of its readers refuses it.
    """

    state: StoreState
    machines: dict[str, Machine]
    failure: StoreError | None = None
    notes: tuple[str, ...] = ()
    repeated: frozenset[str] = frozenset()
    is_left: bool = False


class NetrcStore:
    """The netrc file at `path`, read once, when it is first asked for something."""

    def __init__(self, path: str, info: StoreInfo, environment: Environment | None = None) -> None:
        self._path = path
        self._info = info
        self._environment = environment
        self._contents: _Contents | None = None

    @property
    def info(self) -> StoreInfo:
        """What and where it is. Once the file was read, whether it is one that is not changed."""
        if self._contents is not None and self._contents.is_left:
            return replace(self._info, read_only=True)
        return self._info

    @property
    def blocks(self) -> StoreError | None:
        """None: rattler goes on without a netrc file."""
        return None

    @property
    def notes(self) -> tuple[str, ...]:
        """What one of the readers leaves out of it, or that it has other names (hard links)."""
        notes = self._read().notes
        names = self._links()
        if names < 2:
            return notes
        return (
            *notes,
            f"The file has {names} names (hard links): a change reaches this one only",
        )

    def list(self) -> StoreListing:
        """Every machine in the file's order, and the file's condition."""
        found = self._read()
        return StoreListing(
            found.state,
            tuple(self._entry(name, machine) for name, machine in found.machines.items()),
            found.failure,
        )

    def get(self, host: str) -> Answer:
        """What rattler gets for exactly this key; of a name that stands twice, the last."""
        found = self._read()
        if found.failure is not None:
            return Answer(Outcome.ERROR, detail=found.failure.message, failure=found.failure)
        machine = found.machines.get(host)
        if machine is None:
            return Answer(Outcome.MISS)
        return Answer(Outcome.HIT, _credential(machine))

    def read(self, host: str, *, item: str | None = None) -> Stored | None:
        """What rattler finds under exactly this key now."""
        del item  # a key of a file has no items
        return self._changes.read(host)

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        """Put a user name and a password there, all else as it stands.

        Raises `ReadOnly` for a file that rattler or uv refuses, `WriteFailed` for what no netrc file
        can hold, and as the protocol says.
        """
        del item, patience  # a file asks nobody
        try:
            return self._changes.write(host, text, before=before)
        finally:
            self._contents = None

    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Take the machine out of the file, wherever it stands there."""
        del item, patience
        try:
            self._changes.delete(host, before=before)
        finally:
            self._contents = None

    def refusal(self) -> AuthuiError | None:
        """Why nothing can be changed in it."""
        return self._changes.refusal()

    def cannot_keep(self, host: str, text: Secret) -> str | None:
        """Why a netrc file cannot hold this."""
        return self._changes.cannot_keep(host, text)

    def reworded(self, text: Secret) -> Secret:
        """The user name and the password in rattler's own form."""
        return encode_text(decode_text(text))

    def tidy(self) -> None:
        """Remove what interrupted changes left beside the file."""
        if self._path and may_have_leftovers(self._resolved()):
            from authui.stores.change_file import tidy_beside

            tidy_beside(self._resolved())

    @property
    def _changes(self) -> NetrcChanges:
        from authui.stores.netrc_changing import NetrcChanges  # reading does without

        return NetrcChanges(self._resolved() if self._path else "", self._info)

    def _links(self) -> int:
        """How many names the file has; 0 where there is none."""
        try:
            return os.stat(self._resolved()).st_nlink if self._path else 0
        except (OSError, ValueError):
            return 0

    def _resolved(self) -> str:
        environment = self._environment
        return self._path if environment is None else environment.resolve(self._path)

    def _read(self) -> _Contents:
        if self._contents is None:
            self._contents = self._load()
        return self._contents

    def _load(self) -> _Contents:
        try:
            text = read_regular_file(self._resolved(), null_is_empty=True).decode("utf-8")
            machines = parse_netrc(text)
        except StoreAbsent:
            return _Contents(StoreState.ABSENT, {})
        except StoreError as failure:
            return _Contents(failure.state, {}, failure)
        except UnicodeDecodeError as error:
            return _ignored(_not_utf8(error), "Save it as UTF-8")
        except NetrcSyntaxError as error:
            return _ignored(error.message, error.hint)
        named = {machine.name: machine for machine in machines if machine.name is not None}
        why_not_uv = _refusal_of_uv(text)
        times = Counter(machine.name for machine in machines)
        return _Contents(
            StoreState.OK,
            named,
            notes=tuple(_notes(machines, why_not_uv)),
            repeated=frozenset(name for name in named if times[name] > 1),
            is_left=why_not_uv is not None,
        )

    def _entry(self, name: str, machine: Machine) -> Entry:
        details = []
        if name in self._read().repeated:
            details.append("This machine stands several times in the file: rattler uses the last")
        missing = [
            field
            for field, value in (("login", machine.login), ("password", machine.password))
            if value is None
        ]
        if missing:
            details.append(f"It has no {' and no '.join(missing)}: rattler sends an empty one")
        return Entry(
            name,
            self._info.id,
            kind="BasicHTTP",
            username=machine.login or "",
            detail="; ".join(details) or None,
        )


def _not_utf8(error: UnicodeDecodeError) -> str:
    """Where the first byte stands that is no UTF-8; the column counts characters, from 1."""
    before = error.object[: error.start]
    line = before.count(b"\n") + 1
    column = len(before.rpartition(b"\n")[2].decode("utf-8")) + 1
    return f"It is not UTF-8 (line {line}, column {column})"


def _ignored(message: str, hint: str | None) -> _Contents:
    """A file that rattler leaves out as a whole."""
    failure = StoreCorrupt(f"rattler ignores this file: {message}", hint)
    return _Contents(failure.state, {}, failure, is_left=True)


def _refusal_of_uv(text: str) -> str | None:
    """Why uv ignores a file that rattler reads; None where it reads it too."""
    if not _IS_TAKEN_OTHERWISE.search(text):
        return None
    from authui.stores.pypi.uv_netrc_grammar import UvNetrcSyntaxError, parse_uv_netrc

    try:
        parse_uv_netrc(text)
    except UvNetrcSyntaxError as error:
        return lower_first(error.message)
    return None


def _notes(machines: Iterable[Machine], why_not_uv: str | None) -> Iterator[str]:
    """What rattler leaves out, and that uv leaves out all."""
    if why_not_uv is not None:
        yield (
            f"PyPI requests ignore this file, and authui does not change it: {why_not_uv}; "
            "conda requests use it"
        )
        return
    for machine in machines:
        if machine.name is None:
            yield f"rattler ignores the default entry of line {machine.line}; PyPI requests use it"


def _credential(machine: Machine) -> BasicHTTP:
    return BasicHTTP(machine.login or "", machine.password or Secret(""))
