"""What the keys of the first screen change: the way from an entry to a question, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from authui.model.entry import Entry, EntryState
from authui.model.errors import AuthuiError
from authui.model.pattern import advise
from authui.model.pattern import shown as shown_pattern
from authui.services.change import Change, Place
from authui.services.changes import Changes
from authui.services.duplicates import candidates
from authui.services.effects import answers_after_removal
from authui.services.places import credential_of
from authui.services.undo import LastChange
from authui.services.words import KIND_WORDS, host_words, store_words
from authui.stores.base import Stored
from authui.stores.patience import Patience
from authui.ui.blocking import run_blocking
from authui.ui.editor_words import saved
from authui.ui.toasts import refuse, tell
from authui.ui.tones import Paragraph, paragraph
from authui.ui.words import shown
from authui.ui.writes import Writes

if TYPE_CHECKING:
    from authui.ui.app import AuthuiApp
    from authui.ui.screens.changing import ChangingScreen


class Editing:
    """The changes that a person makes, each with what is asked before and said after it."""

    def __init__(self, screen: ChangingScreen, changes: Changes, writes: Writes) -> None:
        self._screen = screen
        self._changes = changes
        self._writes = writes
        self.last = LastChange()

    @property
    def _app(self) -> AuthuiApp:
        return cast("AuthuiApp", self._screen.app)

    async def add(self) -> None:
        """Add a credential, for the URL above if nothing answers that."""
        from authui.ui.screens.editor import EditorScreen

        snapshot = self._screen.snapshot
        if snapshot is None:
            return
        host = self._screen.unanswered_host()
        editor = EditorScreen(self._changes, self._writes, snapshot, host=host)
        change = await self._app.push_screen_wait(editor)
        if change is not None:
            self._made(change, f"adding {shown_pattern(change.place.host)}")

    async def edit(self, entry: Entry) -> None:
        """Edit an entry, or do what has to be done before that is possible."""
        from authui.ui.screens.editor import EditorScreen
        from authui.ui.storing import Opened

        snapshot = self._screen.snapshot
        if entry.state is EntryState.AMBIGUOUS:
            await self.resolve(entry)
            return
        place = self._place(entry)
        if place is None or snapshot is None:
            return
        if not advise(place.host).may_force:
            tell(
                self._screen,
                "This host holds what may be a secret, which the form would show: delete the entry, "
                "and add the credential for the host alone",
                severity="warning",
            )
            return
        stored = await self._read(place)
        if stored is None:
            return
        editor = EditorScreen(self._changes, self._writes, snapshot, Opened(place, stored))
        change = await self._app.push_screen_wait(editor)
        if change is not None:
            self._made(change, f"the change of {shown_pattern(place.host)}")

    async def delete(self, entry: Entry) -> None:
        """Delete one copy, once the person knows what answers afterwards."""
        from authui.ui.screens.confirm import ConfirmScreen

        snapshot = self._screen.snapshot
        if entry.state is EntryState.AMBIGUOUS:
            await self.resolve(entry)
            return
        place = self._place(entry)
        if place is None or snapshot is None:
            return
        host = shown(host_words(entry))
        info = snapshot.infos[entry.store]
        told = [
            Paragraph((("plain", "From "), ("strong", store_words(info)))),
            paragraph(shown(info.location), "quiet", indent=2),
            Paragraph(),
            paragraph("Afterwards", "strong"),
        ]
        told += [
            paragraph(shown(one), indent=2, hang=2)
            for one in answers_after_removal(
                snapshot.listing, place.host, [place.store], snapshot.client, snapshot.pixi
            )
        ]
        told.append(paragraph("Deleting does not revoke it: its issuer does that", "quiet"))
        if not await self._app.push_screen_wait(
            ConfirmScreen(f"Delete {host}?", told, yes="Delete")
        ):
            return
        change = await self._make(
            f"Deleting {host}", lambda patience: self._changes.remove(place, patience=patience)
        )
        if change is None:
            return
        self.last.remember(f"the deletion of {host}", change.inverse)
        more = None if change.inverse else "This deletion cannot be undone"
        first = change.effect.sentences[:1]
        tell(self._screen, f"Deleted {host} from {store_words(entry.store)}", *first, more)
        self._screen.reload()

    async def resolve(self, entry: Entry) -> None:
        """Have one of several keychain items chosen, and delete the others."""
        from authui.ui.screens.confirm import ConfirmScreen
        from authui.ui.screens.duplicates import DuplicatesScreen

        if entry.host is None:
            tell(
                self._screen,
                "The keychain hides the name of these items: unlock it first",
                severity="warning",
            )
            return
        host, name = entry.host, shown(host_words(entry))
        try:
            found = candidates(await run_blocking(self._changes.items, host))
        except AuthuiError as error:
            refuse(self._screen, error)
            return
        kept = await self._app.push_screen_wait(DuplicatesScreen(name, found))
        if kept is None:
            return
        others = [one.number for one in found if one is not kept]
        told = (
            paragraph(f"Item {kept.number} stays, {_numbers(others)} deleted from the keychain."),
            paragraph("This cannot be undone, and does not revoke what they hold.", "warning"),
        )
        question = ConfirmScreen(f"Keep item {kept.number}?", told, yes="Keep it")
        if not await self._app.push_screen_wait(question):
            return
        item = kept.item.id
        change = await self._make(
            f"Deleting items of {name}",
            lambda patience: self._changes.keep(host, item, patience=patience),
        )
        if change is None:
            return
        self._made(change, "", words=f"Kept one item for {name}")

    async def undo(self) -> None:
        """Take the last change back, if the stores still hold what it left."""
        what = self.last.what
        steps = self.last.take()
        if what is None or not steps:
            return
        change = await self._make(
            "Taking back the last change",
            lambda patience: self._changes.undo(steps, patience=patience),
        )
        if change is None:
            return
        self._made(change, "", words=f"Took back {what}")

    async def unlock(self) -> None:
        """Have the keychain ask for its password."""
        try:
            was_locked = await self._writes.make(
                self._app, "Unlocking the keychain", self._changes.unlock
            )
        except AuthuiError as error:
            refuse(self._screen, error)
        else:
            tell(
                self._screen,
                "The keychain is unlocked" if was_locked else "The keychain was not locked",
            )
        self._screen.reload()

    async def look(self, entry: Entry) -> None:
        """Read an entry whose store asks the person first, and show what it is."""
        place = self._place(entry)
        stored = None if place is None else await self._read(place)
        if stored is None:
            return
        credential = credential_of(stored)
        what = "no credential that rattler can use"
        if credential is not None:
            what = KIND_WORDS[credential.kind]
        tell(self._screen, f"Read {shown(host_words(entry))}: {what}")
        self._screen.reload(go_to=(entry.store, entry.host or ""))

    async def copy_secret(self, entry: Entry) -> None:
        """Copy what authenticates, once the person has said so."""
        from authui.ui.copying import copy_secret

        place = self._place(entry)
        if place is None:
            return
        stored = await self._read(place)
        if stored is None:
            return
        credential = credential_of(stored)
        if credential is None:
            tell(self._screen, "What is stored there cannot be read", severity="warning")
            return
        await copy_secret(self._app, shown(host_words(entry)), credential)

    async def _read(self, place: Place) -> Stored | None:
        """What stands there now; None where that had to be refused."""
        name = shown(shown_pattern(place.host))
        try:
            return await self._writes.make(
                self._app,
                f"Reading {name}",
                lambda patience: self._changes.read(place, patience=patience),
            )
        except AuthuiError as error:
            refuse(self._screen, error)
            return None

    async def _make(self, what: str, function: Callable[[Patience], Change]) -> Change | None:
        """A change, `what` being said while it lasts; None where it failed, which is said too."""
        try:
            return await self._writes.make(self._app, what, function)
        except AuthuiError as error:
            refuse(self._screen, error)
            self._screen.reload()
            return None

    def _place(self, entry: Entry) -> Place | None:
        if entry.host is None:
            tell(
                self._screen,
                "The keychain hides the name of this entry: unlock it first (o)",
                severity="warning",
            )
            return None
        if entry.state is EntryState.LOCKED:
            tell(self._screen, "It is locked: press o to unlock the keychain", severity="warning")
            return None
        return Place(entry.store, entry.host)

    def _made(self, change: Change, what: str, *, words: str | None = None) -> None:
        """Say what happened, go to the entry, and keep what takes it back."""
        self.last.remember(what, change.inverse)
        if words is None:
            tell(self._screen, *saved(change).split("\n"))
        else:
            more = (*change.effect.sentences[:1], *change.notes)
            tell(self._screen, words, *more)
        self._screen.reload(go_to=(change.place.store, change.place.host))


def _numbers(others: list[int]) -> str:
    """Items that are about to go: "items 1 and 3 are"."""
    if len(others) == 1:
        return f"item {others[0]} is"
    return f"items {', '.join(map(str, others[:-1]))} and {others[-1]} are"
