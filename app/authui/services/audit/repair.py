"""Repairing a credentials file that rattler refuses: entry by entry, with nothing dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from time import time
from typing import TypeAlias

from authui.model.errors import (
    BadInput,
    ChangedMeanwhile,
    ChangeError,
    DecodeError,
    OutcomeUnknown,
    StoreError,
)
from authui.model.repair import BadEntry, Repair, rebuild, take_apart
from authui.model.secret import Secret
from authui.model.set_aside import set_aside_text
from authui.model.text import mask_url, printable
from authui.model.wire import WireEntry, decode_file, value_of
from authui.services.words import count
from authui.stores.json_file import JsonFileStore
from authui.stores.side_file import SideFile, create_side_file, free_side_path, take_back


class Choice(Enum):
    """What becomes of a bad entry, where it is not edited."""

    FIX = "fix"
    SET_ASIDE = "set aside"


@dataclass(frozen=True, slots=True)
class Edited:
    """The value that a person gives a bad entry: rattler's JSON for one credential."""

    text: Secret


Decision: TypeAlias = Choice | Edited


@dataclass(frozen=True, slots=True)
class RepairPlan:
    """What can be done about a file, as one reading found it.

    `bad` are the entries to decide about, by their index. `side_path` is where those go that are
    set aside; nothing is there yet.
    """

    path: str
    side_path: str
    repair: Repair
    store: JsonFileStore = field(repr=False, compare=False)
    seen: bytes = field(repr=False)

    @property
    def good(self) -> int:
        """How many entries stay as they stand."""
        return len(self.repair.good)

    @property
    def bad(self) -> tuple[BadEntry, ...]:
        """The others."""
        return self.repair.bad

    def defaults(self) -> dict[int, Decision]:
        """Fix what has one meaning only, set the rest aside."""
        return {
            index: Choice.SET_ASIDE if entry.proposal is None else Choice.FIX
            for index, entry in enumerate(self.bad)
        }

    def preview(self, choices: Mapping[int, Decision] | None = None) -> tuple[str, ...]:
        """What a repair will do, entry by entry, without a full stop and without a secret."""
        choices = self.defaults() if choices is None else choices
        kept = count(self.good, "entry stays", "entries stay")
        lines = [f"{kept} byte for byte in {printable(self.path)}"]
        for index, entry in enumerate(self.bad):
            lines.append(f"{title(entry)}: {_what(entry, choices[index])}")
        if any(choice is Choice.SET_ASIDE for choice in choices.values()):
            lines.append(
                f"What is set aside goes to {printable(self.side_path)}, which only you can read"
            )
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did. `side_path` is None where nothing was set aside."""

    path: str
    good: int
    mended: int
    set_aside: int
    side_path: str | None

    def words(self) -> tuple[str, ...]:
        """The same in sentences."""
        total = self.good + self.mended
        lines = [
            f"{printable(self.path)} holds {count(total, 'entry', 'entries')} and is read again"
        ]
        if self.mended:
            lines.append(f"{count(self.mended, 'entry', 'entries')} mended")
        if self.side_path is not None:
            lines.append(f"{self.set_aside} set aside in {printable(self.side_path)}")
        return tuple(lines)


def plan_repair(store: JsonFileStore, now: float | None = None) -> RepairPlan:
    """The plan for a file that rattler refuses. Raises `StoreError` where it cannot be read.

    `now` is in seconds since 1970. Raises `BadInput` where rattler accepts the file.
    """
    data = store.raw()
    path = store.info.location
    try:
        decode_file(data)
    except DecodeError:
        refused = True
    else:
        refused = False
    if not refused:
        raise BadInput(f"rattler accepts {printable(path)}", "There is nothing to repair")
    side = free_side_path(path, time() if now is None else now)
    return RepairPlan(path, side, take_apart(data), store, data)


def apply_repair(plan: RepairPlan, choices: Mapping[int, Decision]) -> Repaired:
    """Do it: what is set aside is safe on the disk before the file is replaced in one step.

    `choices` has one decision for each bad entry; whoever calls has asked whether this run may
    change anything. Raises `BadInput` and `DecodeError` for a decision that cannot be followed,
    `ChangedMeanwhile` where the file is not what the plan was made from, `WriteFailed`,
    `StoreError`: then the file is untouched. `OutcomeUnknown` where nobody knows.
    """
    values = {
        index: value
        for index, entry in enumerate(plan.bad)
        if (value := _value(entry, _decision(choices, index))) is not None
    }
    aside = [index for index in range(len(plan.bad)) if index not in values]
    text = set_aside_text(plan.repair, aside, plan.path, plan.seen) if aside else None
    step = _Replacement(plan, rebuild(plan.repair, values), text)
    try:
        plan.store.rewrite(step.edit, step.holds)
    except (ChangeError, StoreError):
        if step.made is not None:
            take_back(step.made)
        raise
    except OutcomeUnknown as unknown:
        if step.made is None:
            raise
        where = f"what was set aside is in {printable(plan.side_path)}"
        raise OutcomeUnknown(f"{unknown.message}; {where}", unknown.hint) from None
    side_path = None if step.made is None else plan.side_path
    return Repaired(plan.path, plan.good, len(values), len(aside), side_path)


class _Replacement:
    """The two halves of the change: what the file gets, and whether it has it."""

    def __init__(self, plan: RepairPlan, new: bytes, aside: bytes | None) -> None:
        self._plan = plan
        self._new = new
        self._wanted = _pairs(decode_file(new))
        self._aside = aside
        self._replaced = False
        self.made: SideFile | None = None

    def edit(self, data: bytes | None) -> bytes | None:
        """The new bytes, after what is set aside is safe on the disk."""
        path = printable(self._plan.path)
        if self._replaced:
            raise OutcomeUnknown(
                f"{path} was repaired, and another program has written it since",
                "Look at it again before relying on it",
            )
        if data != self._plan.seen:
            raise ChangedMeanwhile(
                f"{path} has changed since the repair was planned", "Look at the repair again"
            )
        if self._aside is not None and self.made is None:
            self.made = create_side_file(self._plan.side_path, self._aside)
        return self._new

    def holds(self, data: bytes | None) -> bool:
        """Whether every entry is there; asked where another program has written after us."""
        self._replaced = True  # from here on only the side file has what was set aside
        try:
            found = () if data is None else decode_file(data)
        except DecodeError:
            return False
        return all(pair in _pairs(found) for pair in self._wanted)


def _decision(choices: Mapping[int, Decision], index: int) -> Decision:
    try:
        return choices[index]
    except KeyError:
        raise BadInput("The repair lacks a decision about an entry", "Decide about each") from None


def _value(entry: BadEntry, decision: Decision) -> Secret | None:
    """What will stand in the file for a bad entry; None where it is set aside."""
    if decision is Choice.SET_ASIDE:
        return None
    if isinstance(decision, Edited):
        if entry.host is None:
            raise BadInput(
                "This part of the file has no host, so it cannot be edited as an entry",
                "Set it aside, then add it under its host",
            )
        return value_of(decision.text)
    if entry.proposal is None:
        raise BadInput(f"{title(entry)}: it has no fix of one meaning", "Edit it or set it aside")
    return entry.proposal


def _pairs(entries: tuple[WireEntry, ...]) -> list[tuple[str, Secret]]:
    return [(entry.host, entry.text) for entry in entries]


def title(entry: BadEntry) -> str:
    """The host of a bad entry and what is wrong with it."""
    if entry.host is None:
        return f"Something without a host: {entry.reason}"
    host = f'host "{printable(mask_url(entry.host))}"'
    return entry.reason if entry.reason.startswith("host ") else f"{host}: {entry.reason}"


def _what(entry: BadEntry, choice: Decision) -> str:
    if isinstance(choice, Edited):
        return "will hold what you gave"
    if choice is Choice.SET_ASIDE:
        return "will be set aside"
    return "will " + " and ".join(mend.value for mend in entry.mends)
