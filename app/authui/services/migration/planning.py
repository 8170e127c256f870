"""Making the plan: what is to become of each entry, found without a window and without a write."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from authui.model.credential import Credential, Kind, OAuth, expiry_of, username_of
from authui.model.entry import Entry, EntryState, StoreId
from authui.model.errors import (
    Ambiguous,
    AuthuiError,
    BadInput,
    NotStored,
    StoreLocked,
    StoreState,
)
from authui.model.text import mask_url, upper_first
from authui.services.asking import is_unread, will_ask
from authui.services.catalog import Listing, list_entries
from authui.services.change import Place
from authui.services.migration.batch import read_many
from authui.services.migration.conditions import (
    must_be_readable,
    must_give,
    must_take,
    of_store,
)
from authui.services.migration.notes import entry_warnings, plan_notes
from authui.services.migration.plan import Copy, Plan, PlanStep, Side
from authui.services.migration.winners import Holdings, effects
from authui.services.places import credential_of, writable
from authui.services.tool_limits import cannot_read
from authui.services.words import store_words
from authui.stores.abilities import Particular, Told
from authui.stores.base import Stored, WritableStore
from authui.stores.discover import Discovery
from authui.stores.environment import Environment
from authui.stores.tools import Tool, find_tools


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: the stores, the hosts (none for all), and what is to stay."""

    source: StoreId
    target: StoreId
    hosts: frozenset[str] = frozenset()
    keep_all: bool = False
    kept: frozenset[str] = frozenset()


def make_plan(discovery: Discovery, wanted: Wanted, machine: Environment | None = None) -> Plan:
    """The plan for what was asked for. Raises `BadInput`, `ReadOnly` and `StoreError`.

    `machine` is where older tools are looked for that would not find what is moved.
    """
    source = writable(discovery, Place(wanted.source, ""))
    target = writable(discovery, Place(wanted.target, ""))
    if source.info.id == target.info.id:
        raise BadInput(
            f"{wanted.source} and {wanted.target} are the same store"
            + (" under two names" if wanted.source != wanted.target else ""),
            "Name two stores: authui stores shows them",
        )
    listing = list_entries(discovery.stores)
    must_be_readable(of_store(listing, source), is_source=True)
    must_be_readable(of_store(listing, target), is_source=False)
    must_give(source)
    must_take(target)
    return _Planning(discovery, listing, source, target, wanted, machine=machine).make()


class _Planning:
    """One plan in the making."""

    def __init__(
        self,
        discovery: Discovery,
        listing: Listing,
        source: WritableStore,
        target: WritableStore,
        wanted: Wanted,
        *,
        machine: Environment | None,
    ) -> None:
        self._discovery = discovery
        self._listing = listing
        self._source = source
        self._target = target
        self._wanted = wanted
        self._machine = machine
        self._to = store_words(target.info)
        self._from = store_words(source.info)

    def make(self) -> Plan:
        entries = self._entries()
        hosts = [entry.host for entry in entries if entry.host is not None]
        here = read_many(self._source, [e.host for e in entries if e.host and not is_unread(e)])
        there = self._there(hosts)
        steps = [self._step(e, here, there) for e in entries if e.host is not None]
        holdings = self._holdings(here, there)
        steps = [self._unless_it_changes(step, holdings) for step in steps]
        after = holdings.after(dict(self._changes(steps)))
        wanted = self._wanted
        return Plan(
            self._source.info,
            self._target.info,
            tuple(steps),
            effects(holdings, after),
            plan_notes(self._listing, self._source.info, self._target.info, steps, self._tools),
            wanted.hosts,
            wanted.keep_all,
            wanted.kept,
            unread=tuple(r.info.id for r in self._listing.stores if not r.state.is_answer),
        )

    @cached_property
    def _tools(self) -> tuple[Tool, ...]:
        """The tools of this machine; they are started only where it matters."""
        return () if self._machine is None else find_tools(self._machine)

    def _unread_there(self, kind: Kind) -> str | None:
        """Which tool of this machine would stop at a file that holds this kind, as a sentence."""
        if self._target.info.id == "keychain" or kind not in ("OAuth", "S3Credentials"):
            return None
        said = (cannot_read(tool, kind, in_keychain=False) for tool in self._tools)
        return next((why for why in said if why is not None), None)

    def _entries(self) -> list[Entry]:
        """The source's entries that are meant, each host once. Raises `NotStored`."""
        found = {
            entry.host: entry
            for entry in self._listing.entries
            if entry.store == self._source.info.id and entry.host is not None
        }
        missing = sorted(self._wanted.hosts - found.keys())
        if missing:
            names = ", ".join(map(mask_url, missing))
            raise NotStored(
                f"{upper_first(self._from)} holds nothing for {names}",
                "authui list shows what is stored, and where",
            )
        return [
            e for host, e in found.items() if not self._wanted.hosts or host in self._wanted.hosts
        ]

    def _there(self, hosts: Collection[str]) -> Mapping[str, Told]:
        """What the target holds under these keys, as far as that can be told without a window."""
        report = of_store(self._listing, self._target)
        if report.state is StoreState.LOCKED:
            error = report.failure or StoreLocked("It is locked", "Unlock it first")
            return dict.fromkeys(hosts, error)
        listed = {e.host: e for e in self._listing.entries if e.store == self._target.info.id}
        asked = [host for host in hosts if host in listed and not _asks(listed[host])]
        told = read_many(self._target, asked)
        asking = StoreLocked(f"{upper_first(self._to)} asks before it shows it", None)
        for host in hosts:
            if host in listed and host not in told:
                told[host] = asking
        return {host: told.get(host) for host in hosts}

    def _step(self, entry: Entry, here: Mapping[str, Told], there: Mapping[str, Told]) -> PlanStep:
        host = entry.host or ""
        source, target = here.get(host), there[host]
        copy = _copy(source, entry)
        if is_unread(entry):
            return PlanStep(host, "unknown", copy, detail=will_ask(self._source.info))
        if not isinstance(source, Stored) or source.text is None or copy.kind is None:
            return PlanStep(host, "skip", copy, detail=_why_unread(source, entry))
        text = source.text
        unfit = (
            self._target.cannot_keep(host, text) if isinstance(self._target, Particular) else None
        )
        if unfit is not None:
            stays = "; the older one there stays" if isinstance(target, Stored) else ""
            return PlanStep(
                host, "skip", copy, detail=f"{upper_first(self._to)} cannot keep it: {unfit}{stays}"
            )
        stops = self._unread_there(copy.kind)
        if stops is not None:
            return PlanStep(host, "skip", copy, detail=stops)
        if source.copies > 1:
            again = f"It stands {source.copies} times in the file: keep one of them first"
            return PlanStep(host, "skip", copy, detail=again)
        keeps = self._wanted.keep_all or host in self._wanted.kept
        step = PlanStep(
            host, "move", copy, None, None, entry_warnings(entry),
            keeps, None, source, None, text, text if keeps else None,
        )  # fmt: skip
        if target is None:
            return step
        if isinstance(target, StoreLocked):
            return replace(
                step, action="unknown", detail=f"{target.message}: what it holds is not known"
            )
        if isinstance(target, AuthuiError):
            return replace(step, action="skip", detail=_why_not(target))
        if target.text is None:
            detail = f"What {self._to} holds for it is no text: delete that first"
            return replace(step, action="skip", detail=detail)
        return self._beside(step, target)

    def _beside(self, step: PlanStep, target: Stored) -> PlanStep:
        """The step where the target holds something under the key."""
        step = replace(step, there=_copy(target, None), target=target)
        if step.source is not None and credential_of(target) == credential_of(step.source):
            if step.keeps_source:
                return replace(
                    step, action="skip", detail="Both hold the same, and both are to stay"
                )
            detail = f"{upper_first(self._to)} holds the same already"
            return replace(step, action="remove-duplicate", detail=detail, text=target.text)
        if not target.text:  # what KDE's wallet leaves where it ended before it had written
            return replace(
                step, detail=f"{upper_first(self._to)} holds an empty item: it is filled"
            )
        newer = _newer(step.source, target)
        detail = f"{upper_first(self._to)} holds something else"
        if newer is not None:
            where = self._from if newer == "source" else self._to
            detail += f"; the token in {where} is the newer one"
        return replace(step, action="conflict", detail=detail, newer=newer, text=None, leaves=None)

    def _holdings(self, here: Mapping[str, Told], there: Mapping[str, Told]) -> Holdings:
        texts: dict[StoreId, dict[str, Stored]] = {
            store.info.id: {h: told for h, told in found.items() if isinstance(told, Stored)}
            for store, found in ((self._source, here), (self._target, there))
        }
        return Holdings(self._discovery, self._listing, texts)

    def _unless_it_changes(self, step: PlanStep, holdings: Holdings) -> PlanStep:
        """The step, or a skip where another credential would be sent under its key afterwards."""
        if step.action not in ("move", "remove-duplicate"):
            return step
        before = holdings.under(step.host)
        after = holdings.after(dict(self._changes([step]))).under(step.host)
        if before is None or after is None or before.credential == after.credential:
            return step
        detail = (
            f"Afterwards {store_words(after.store)} would answer for it, with another credential: "
            "decide about that copy first"
        )
        return replace(step, action="skip", detail=detail)

    def _changes(
        self, steps: Collection[PlanStep]
    ) -> Iterator[tuple[tuple[StoreId, str], Credential | None]]:
        """What the steps do to each store."""
        for step in steps:
            if step.action not in ("move", "remove-duplicate") or step.text is None:
                continue
            yield (self._target.info.id, step.host), credential_of(Stored(step.text))
            left = None if step.leaves is None else credential_of(Stored(step.leaves))
            yield (self._source.info.id, step.host), left


def _copy(told: Told, entry: Entry | None) -> Copy:
    credential = credential_of(told) if isinstance(told, Stored) else None
    detail = None if entry is None else entry.detail
    if credential is None:
        return Copy(None, detail=detail, is_unread=entry is not None and is_unread(entry))
    return Copy(credential.kind, username_of(credential), expiry_of(credential), detail)


def _asks(entry: Entry) -> bool:
    """Whether reading it would open a window."""
    return entry.state is EntryState.LOCKED or is_unread(entry)


def _why_unread(source: Told, entry: Entry) -> str:
    if isinstance(source, AuthuiError):
        return _why_not(source)
    if source is None:
        return "It has gone meanwhile"
    return entry.detail or "rattler cannot read what is stored there"


def _why_not(error: AuthuiError) -> str:
    if isinstance(error, Ambiguous):
        return f"{error.message}: keep one of them first (authui remove, or r on the screen)"
    return error.message


def _newer(source: Stored | None, target: Stored) -> Side | None:
    """Which of two OAuth tokens was given out later, if their expiry tells."""
    here = None if source is None else credential_of(source)
    there = credential_of(target)
    if not isinstance(here, OAuth) or not isinstance(there, OAuth):
        return None
    if here.expires_at is None or there.expires_at is None or here.expires_at == there.expires_at:
        return None
    return "source" if here.expires_at > there.expires_at else "target"
