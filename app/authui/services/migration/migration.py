"""The migration as screens and commands use it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from authui.model.entry import StoreId
from authui.services.asking import is_unread, known, wait_with
from authui.services.catalog import Listing, list_entries
from authui.services.change import Place
from authui.services.changes import NOT_REVOKED, OpenStores, may_change_nothing
from authui.services.migration.applying import Places, Run
from authui.services.migration.freshness import has_changed
from authui.services.migration.leftovers import Leftover, find
from authui.services.migration.plan import (
    Choice,
    MigrationResult,
    Plan,
    PlanOutdated,
    PlanStep,
    Progress,
    Status,
)
from authui.services.migration.planning import Wanted, make_plan
from authui.services.migration.undoing import reversed_plan
from authui.services.places import nothing_to_unlock, store_named, writable
from authui.stores.abilities import AsksForEach, Lockable
from authui.stores.base import WritableStore
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from authui.stores.patience import Patience

_COPIES = "Copies may live on in backups and snapshots of the disk"


class Migration:
    """Moves credentials of this run between two stores. Blocking, one call at a time."""

    def __init__(
        self,
        open_stores: OpenStores,
        machine: Environment | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        """`machine` is where older tools are looked for; None for the sample stores."""
        self._open_stores = open_stores
        self._machine = machine
        self._read_only = read_only
        self.last: MigrationResult | None = None
        """What the last migration of this run did, until it is undone."""

    @property
    def may_change(self) -> bool:
        """Whether this run changes anything at all."""
        return not self._read_only

    def survey(self) -> Listing:
        """The stores to choose from, and what they hold."""
        return list_entries(self._open_stores().stores)

    def plan(
        self,
        source: StoreId = "file",
        target: StoreId = "keychain",
        hosts: Collection[str] = (),
        *,
        keep_source: bool = False,
        kept: Collection[str] = (),
    ) -> Plan:
        """What would happen, for the named hosts or for all. Writes nothing, opens no window.

        `keep_source` leaves the source's copies where they are; `kept` does so for some hosts.
        Raises `BadInput` where both are the same store or the client asks no such store,
        `NotStored` where a host is not in the source, `ReadOnly` where one of them cannot be
        written, `StoreError` where one cannot be read (a broken source among them), `NoCollection`
        where the target keeps nothing that lasts.
        """
        wanted = Wanted(source, target, frozenset(hosts), keep_source, frozenset(kept))
        return make_plan(self._open_stores(), wanted, self._machine)

    def apply(
        self,
        plan: Plan,
        choices: Mapping[str, Choice] | None = None,
        *,
        default: Choice = Choice.NEITHER,
        patience: Patience | None = None,
        tell: Callable[[Progress], None] | None = None,
    ) -> MigrationResult:
        """Do what the plan says, entry by entry; `patience.cancel()` ends it between two entries.

        `choices` says what to do with each conflict, `default` with the others. `tell` is called
        by the thread that works, before each entry. An entry under which something else stands
        than what was copied is left alone and reported. Raises `PlanOutdated` where that shows
        before the first write, `ReadOnly` where this run changes nothing, and as `plan` does.
        """
        if self._read_only:
            raise may_change_nothing()
        discovery = self._open_stores()
        source = writable(discovery, Place(plan.source.id, ""))
        target = writable(discovery, Place(plan.target.id, ""))
        verifier = writable(self._open_stores(), Place(plan.target.id, ""))
        changed = set(has_changed(plan, source, target))
        if not plan.is_undo and not plan.hosts:
            changed |= _hosts(source) - {step.host for step in plan.steps}
        if changed:
            raise PlanOutdated(self._anew(plan, changed))
        run = Run(plan, Places(source, target, verifier), patience or Patience(), tell)
        results = run.make(choices or {}, default)
        is_done = any(result.status is Status.DONE for result in results)
        result = MigrationResult(
            plan,
            results,
            run.stopped,
            run.is_cancelled,
            find(source.info) if is_done else (),
            tuple(self._afterwards(plan, source)) if is_done else (),
        )
        if result.can_be_undone:
            self.last = None if plan.is_undo else result
        return result

    def reverse(self, result: MigrationResult) -> Plan:
        """The plan that takes a migration back, to be applied like any other."""
        return reversed_plan(result)

    def unlock(self, patience: Patience, hosts: Collection[str] = ()) -> None:
        """Have the keychain asked for what a plan leaves open under these hosts.

        One that can be locked is unlocked, with one window; one that asks for each secret is asked
        for each host. What the person does not allow stays unknown. Raises `ReadOnly` where it
        does neither, `Declined` where a lock stays, `StoreError`.
        """
        store = store_named(self._open_stores(), "keychain")
        asks = isinstance(store, AsksForEach)
        if isinstance(store, Lockable):
            store.unlock(patience)
        elif not asks:
            raise nothing_to_unlock(store)
        if not asks:
            return
        wait_with(patience, (store,))
        for host in hosts:
            if not patience.is_cancelled and is_unread(known(store, host)):
                store.get(host)

    def elsewhere(self, source: StoreId) -> tuple[tuple[StoreId, int], ...]:
        """Other files that hold something, with how many entries each."""
        return tuple(
            (store.info.id, len(store.list().entries))
            for store in self._open_stores().stores
            if source not in store.info.names
            and store.info.id not in ("keychain", "netrc")
            and store.list().entries
        )

    def leftovers(self, source: StoreId) -> tuple[Leftover, ...]:
        """What lies beside a credentials file and may hold secrets."""
        discovery = self._open_stores()
        return find(store_named(discovery, source).info, (s.info for s in discovery.stores))

    def _anew(self, plan: Plan, changed: Collection[str]) -> Plan:
        """The plan for what stands there now; of an undo without what has changed."""
        if plan.is_undo:
            return replace(plan, steps=tuple(_unless(step, changed) for step in plan.steps))
        discovery = self._open_stores()
        hosts = plan.hosts
        if hosts:
            source = writable(discovery, Place(plan.source.id, ""))
            hosts = hosts & _hosts(source)
        wanted = Wanted(plan.source.id, plan.target.id, hosts, plan.keep_all, plan.kept)
        fresh = make_plan(discovery, wanted, self._machine)
        if plan.hosts and not hosts:
            return replace(fresh, steps=(), effects=(), hosts=plan.hosts)
        return fresh

    def _afterwards(self, plan: Plan, source: WritableStore) -> Iterator[str]:
        """What to know once something was moved."""
        if plan.source.encrypted is not False:
            return
        if isinstance(source, JsonFileStore) and not source.standing():
            yield f"{source.info.location} stays there as {{}}, which rattler reads as an empty store"
        yield NOT_REVOKED
        yield _COPIES


def _hosts(store: WritableStore) -> set[str]:
    return {entry.host for entry in store.list().entries if entry.host is not None}


def _unless(step: PlanStep, changed: Collection[str]) -> PlanStep:
    if step.host not in changed:
        return step
    detail = "It has changed since it was moved"
    return replace(step, action="skip", detail=detail, source=None, text=None)
