"""A netrc file as rattler reads it: the last store of every client, and read only.

A file that rattler cannot read is ignored as a whole, with a warning; it stops no tool.
Source: rattler_networking, `NetRcStorage`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from authui.model.credential import BasicHTTP
from authui.model.entry import Answer, Entry, Outcome, StoreListing
from authui.model.errors import StoreAbsent, StoreCorrupt, StoreError, StoreState
from authui.model.secret import Secret
from authui.stores.base import StoreInfo
from authui.stores.environment import Environment
from authui.stores.netrc_grammar import Machine, NetrcSyntaxError, parse_netrc
from authui.stores.read_file import read_regular_file


@dataclass(frozen=True, slots=True)
class _Contents:
    """What was read: the machines that count, or the failure that makes rattler ignore them."""

    state: StoreState
    machines: dict[str, Machine]
    failure: StoreError | None = None
    notes: tuple[str, ...] = ()
    repeated: frozenset[str] = frozenset()


class NetrcStore:
    """The netrc file at `path`, read once, when it is first asked for something."""

    def __init__(self, path: str, info: StoreInfo, environment: Environment | None = None) -> None:
        self._path = path
        self._info = info
        self._environment = environment
        self._contents: _Contents | None = None

    @property
    def info(self) -> StoreInfo:
        """What and where it is."""
        return self._info

    @property
    def blocks(self) -> StoreError | None:
        """None: rattler goes on without a netrc file."""
        return None

    @property
    def notes(self) -> tuple[str, ...]:
        """What rattler leaves out of this file."""
        return self._read().notes

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

    def place_of(self, host: str) -> str | None:
        """The line of the machine that counts; None where rattler reads none of that name."""
        machine = self._read().machines.get(host)
        return None if machine is None else f"line {machine.line}"

    def _read(self) -> _Contents:
        if self._contents is None:
            self._contents = self._load()
        return self._contents

    def _load(self) -> _Contents:
        environment = self._environment
        path = self._path if environment is None else environment.resolve(self._path)
        try:
            text = read_regular_file(path, null_is_empty=True).decode("utf-8")
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
        times = Counter(machine.name for machine in machines)
        return _Contents(
            StoreState.OK,
            named,
            notes=tuple(
                f"rattler ignores the default entry of line {machine.line}; PyPI requests use it"
                for machine in machines
                if machine.name is None
            ),
            repeated=frozenset(name for name in named if times[name] > 1),
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
    return _Contents(failure.state, {}, failure)


def _credential(machine: Machine) -> BasicHTTP:
    return BasicHTTP(machine.login or "", machine.password or Secret(""))
