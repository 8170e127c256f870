"""The migration as screens and commands use it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from authui.model.entry import StoreId
from authui.services.changes import OpenStores
from authui.services.migration.plan import Choice, MigrationResult, Plan, Progress
from authui.stores.patience import Patience


class Migration:
    """Moves credentials of this run between two stores. Blocking, one call at a time."""

    def __init__(self, open_stores: OpenStores, *, read_only: bool = False) -> None:
        self._open_stores = open_stores
        self._read_only = read_only

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
        Raises `BadInput` where both are the same store or a host is not in the source, `ReadOnly`
        where one of them cannot be written, `StoreError` where one cannot be read (a broken
        source among them), `NoCollection` where the target keeps nothing that lasts.
        """
        raise NotImplementedError

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
        by the thread that works, before each entry. An entry whose store content differs from the
        plan is left alone and reported. Raises `PlanOutdated` where that shows before the first
        write, `ReadOnly` where this run changes nothing.
        """
        raise NotImplementedError

    def reverse(self, result: MigrationResult) -> Plan:
        """The plan that takes a migration back, to be applied like any other."""
        raise NotImplementedError

    def unlock(self, patience: Patience) -> bool:
        """Unlock the keychain, one window; whether anything was locked."""
        raise NotImplementedError
