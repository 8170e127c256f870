"""A screen of entries whose keys change them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, runtime_checkable

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from authui.model.entry import Entry, EntryState, StoreId
from authui.services.asking import is_unread
from authui.services.catalog import is_locked
from authui.ui.one_change import OneChange
from authui.ui.session import Snapshot
from authui.ui.writes import Writes

if TYPE_CHECKING:
    from authui.services.audit.auditing import Audit
    from authui.services.changes import Changes
    from authui.services.migration.migration import Migration
    from authui.services.pypi_changes import PypiChanges
    from authui.stores.pypi.sources import PypiSources
    from authui.ui.editing import Editing

_LETTERS = ("add", "edit", "delete", "undo", "unlock", "read", "copy_secret", "migrate", "audit")
_ON_ENTRY = ("edit", "delete", "copy_secret")


@runtime_checkable
class Notices(Protocol):
    """A screen with a form that should know when its entry changes."""

    async def notice(self) -> None:
        """Look whether it has changed."""
        ...


class Services(NamedTuple):
    """Makes what the screens work with, when they first need it."""

    changes: Callable[[], Changes]
    migration: Callable[[], Migration]
    audit: Callable[[], Audit]
    pypi: Callable[[PypiSources], PypiChanges]


class ChangingScreen(Screen[None]):
    """Has the keys, and knows which of them can do something now; `Editing` does it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add", tooltip="Add a credential", id="entries.add"),
        Binding("e", "edit", "Edit", tooltip="Edit the entry", id="entries.edit"),
        Binding("d", "delete", "Delete", tooltip="Delete the entry", id="entries.delete"),
        Binding(
            "delete", "delete", "Delete", show=False, tooltip="Delete the entry", id="entries.del"
        ),
        Binding(
            "m",
            "migrate",
            "Migrate",
            tooltip="Move credentials from a file to the keychain, or back",
            id="entries.migrate",
        ),
        Binding("v", "audit", "Audit", tooltip="What is wrong or unsafe", id="entries.audit"),
        Binding("u", "undo", "Undo", tooltip="Take the last change back", id="entries.undo"),
        Binding("o", "unlock", "Unlock", tooltip="Unlock the keychain", id="entries.unlock"),
        Binding(
            "x",
            "read",
            "Read",
            tooltip="Read the entry: the system asks you first",
            id="entries.read",
        ),
        Binding(
            "Y",
            "copy_secret",
            "Copy secret",
            show=False,
            tooltip="Copy the secret, after a question",
            id="entries.copy-secret",
        ),
    ]

    def __init__(self, services: Services, writes: Writes) -> None:
        super().__init__()
        self._services = services
        self._writes = writes
        self._made: Editing | None = None
        self._change = OneChange(self, self.reload)

    @property
    def _editing(self) -> Editing:
        if self._made is None:  # nobody changes anything before the first picture
            from authui.ui.editing import Editing

            self._made = Editing(self, self._services.changes(), self._writes)
        return self._made

    def on_unmount(self) -> None:
        """Let go of what the last change replaced."""
        if self._made is not None:
            self._made.last.drop()

    @property
    def snapshot(self) -> Snapshot | None:
        """What is known by now; None before anything is."""
        raise NotImplementedError

    @property
    def highlighted(self) -> Entry | None:
        """The entry that the keys are for."""
        raise NotImplementedError

    def unanswered_host(self) -> str:
        """The host that a new credential is most likely for; empty where none is known."""
        raise NotImplementedError

    def reload(self, *, go_to: tuple[StoreId, str] | None = None) -> None:
        """Look for the stores anew and read them, then go to an entry."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what works now: no letters while one types, nothing without an entry."""
        del parameters
        if action in _LETTERS and isinstance(self.focused, Input):
            return False
        if action not in _LETTERS or not self.is_mounted:
            return True
        snapshot = self.snapshot
        if action == "undo":
            return self._made is not None and self._made.last.what is not None
        if action == "unlock":
            return snapshot is not None and is_locked(snapshot.listing)
        entry = self.highlighted
        if action == "read":
            return entry is not None and is_unread(entry)
        if action in _ON_ENTRY and (entry is None or snapshot is None):
            return None
        if action == "delete" and entry is not None and snapshot is not None:
            return None if snapshot.infos[entry.store].read_only else True
        return True

    def action_add(self) -> None:
        """Add a credential."""
        self._change.begin(self._editing.add())

    def action_edit(self) -> None:
        """Edit the highlighted entry."""
        if (entry := self.highlighted) is not None:
            self._change.begin(self._editing.edit(entry))

    def action_delete(self) -> None:
        """Delete the highlighted entry."""
        if (entry := self.highlighted) is not None:
            self._change.begin(self._editing.delete(entry))

    def action_migrate(self) -> None:
        """Plan a migration."""
        from authui.ui.screens.migration import MigrationScreen

        self.app.push_screen(MigrationScreen(self._services.migration(), self._writes), self._back)

    def action_audit(self) -> None:
        """Audit what is stored."""
        from authui.ui.screens.audit import AuditScreen

        stores = 0 if self.snapshot is None else len(self.snapshot.order)
        audit = self._services.audit()
        self.app.push_screen(AuditScreen(audit, self._writes, stores=stores), self._back)

    def _back(self, go_to: tuple[StoreId, str] | None) -> None:
        """Show what became of the stores meanwhile."""
        self.reload(go_to=go_to)

    def action_undo(self) -> None:
        """Take the last change back."""
        self._change.begin(self._editing.undo())

    def action_unlock(self) -> None:
        """Unlock the keychain."""
        self._change.begin(self._editing.unlock())

    def action_read(self) -> None:
        """Read the highlighted entry, which the system asks about."""
        if (entry := self.highlighted) is not None:
            self._change.begin(self._editing.look(entry))

    def action_copy_secret(self) -> None:
        """Copy the secret of the highlighted entry."""
        if (entry := self.highlighted) is not None:
            self._change.begin(self._editing.copy_secret(entry))

    def resolve(self) -> bool:
        """Have the items of an ambiguous entry chosen from; whether the entry is one."""
        entry = self.highlighted
        if entry is None or entry.state is not EntryState.AMBIGUOUS:
            return False
        self._change.begin(self._editing.resolve(entry))
        return True

    def notice_changes(self) -> None:
        """Have an open form look whether its entry is still what it was."""
        for screen in self.app.screen_stack:
            if isinstance(screen, Notices):
                self.run_worker(screen.notice(), name="notice", group="notice", exclusive=True)
