"""A running app, looked at from every side."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from rich.pretty import pretty_repr
from textual import events
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen

from authui.model.credential import BasicHTTP, BearerToken
from authui.model.entry import Answer, Entry, EntryState, Item, Outcome
from authui.model.errors import StoreLocked
from authui.model.secret import Secret
from authui.stores.memory import MemoryStore
from authui.ui.app import AuthuiApp
from authui.ui.screens.editor import EditorScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.widgets.credential_fields import FieldRow
from tests.leaks.canary import CANARY, SHOWS, in_text
from tests.leaks.test_values import CREDENTIALS
from tests.ui.support import app_on, info, screen_text, wait_until

ITEMS = tuple(Item(one, f"label {one}", "Login", 1, int(one), "rattler") for one in "12")
TWICE = "twice.example"


class Keychain(MemoryStore):
    """A keychain that holds the canary in every kind, and under one name twice.

    `fails` is what its next changes raise.
    """

    def __init__(self, *, is_locked: bool = False) -> None:
        several = Entry(TWICE, "keychain", state=EntryState.AMBIGUOUS, items=ITEMS)
        super().__init__(
            info("keychain"),
            {f"{kind.lower()}.example": one for kind, one in CREDENTIALS.items()},
            special={TWICE: (several, Answer(Outcome.AMBIGUOUS, items=ITEMS))},
            held={"1": BearerToken(Secret(CANARY)), "2": BasicHTTP("u", Secret(CANARY))},
            failure=StoreLocked("It is locked", "Unlock it") if is_locked else None,
        )
        self.fails: Exception | None = None

    def _must_change(self) -> None:
        if self.fails is not None:
            raise self.fails
        super()._must_change()


class Sight:
    """The app with all that may show something. `allowed` is what a person reveals on purpose."""

    def __init__(self, keychain: Keychain) -> None:
        self.keychain = keychain
        self.file = MemoryStore(info("file"), {"file.example": BearerToken(Secret(CANARY))})
        self.app: AuthuiApp = app_on(keychain, self.file)
        self.messages: set[str] = set()
        self.screens: set[type[Screen[Any]]] = set()
        self.pilot: Pilot[None]

    def hook(self, message: Message) -> None:
        # Textual's own event; nothing but its log would show it, which authui turns off.
        if isinstance(message, events.Paste):
            return
        text = f"{message!r} {message}"
        if type(message).__repr__ is not Message.__repr__ or CANARY in text:
            text += pretty_repr(message)
        if CANARY in text:
            self.messages.add(text)

    @property
    def home(self) -> EntriesScreen:
        screen = self.app.screen
        assert isinstance(screen, EntriesScreen)
        return screen

    @property
    def editor(self) -> EditorScreen:
        screen = self.app.screen
        assert isinstance(screen, EditorScreen)
        return screen

    def row(self, name: str) -> FieldRow:
        """A field of the editor that is open."""
        return next(row for row in self.editor.form.fields.rows if row.spec.name == name)

    async def wait_for(self, screen: type[Screen[Any]]) -> None:
        await wait_until(self.pilot, lambda: type(self.app.screen) is screen)
        await wait_until(self.pilot, lambda: self.app.screen.is_mounted)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def go_to(self, host: str) -> None:
        await self.wait_for(EntriesScreen)
        home = self.home

        def entry() -> Entry | None:
            found = home.snapshot.listing.entries if home.snapshot is not None else ()
            return next((one for one in found if one.host == host), None)

        await wait_until(self.pilot, lambda: entry() is not None)
        found = entry()
        assert found is not None
        home.go_to(found)
        await self.pilot.pause()

    async def add(self) -> None:
        await self.press("a")
        await self._editor()

    async def edit(self, host: str) -> None:
        await self.go_to(host)
        await self.press("e")
        await self._editor()

    async def _editor(self) -> None:
        await self.wait_for(EditorScreen)
        await wait_until(self.pilot, lambda: bool(self.app.screen.query("FieldRow OneLine")))

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.pilot.pause(0.05)

    def toast(self) -> str:
        """All toasts of the run that still stand."""
        return "\n".join(str(one.message) for one in self.app._notifications)

    async def look(self) -> None:
        """Fail if the canary is to be seen from anywhere."""
        await self.pilot.pause()
        self.screens |= {type(screen) for screen in self.app.screen_stack}
        assert not self.messages
        texts = list(self._texts())
        if in_text("\n\n".join(text for _, text in texts)):
            assert [where for where, text in texts if in_text(text)] == []

    @property
    def is_revealed(self) -> bool:
        """Whether it stands on the screen."""
        return in_text(screen_text(self.app)) and CANARY in self._picture()

    def _picture(self) -> str:
        svg = self.app.export_screenshot()
        return re.sub("<[^>]*>", "", svg[svg.index("</style>") :]).replace("&#160;", " ")

    def _texts(self) -> Iterator[tuple[str, str]]:
        app = self.app
        yield "the picture", self._picture()
        yield "the lines", screen_text(app)
        yield "the title", f"{app.title} {app.sub_title}"
        yield "the clipboard", f"{app.clipboard} {app._clipboard}"
        for toast in app._notifications:
            yield "a toast", f"{toast.message} {toast.title} {toast!r}"
        for worker in app.workers:
            said = (worker.name, worker.group, worker.description, repr(worker), str(worker))
            yield "a worker", " ".join(said)
        for screen in app.screen_stack:
            yield "a screen's title", f"{screen.title} {screen.sub_title}"
            for node in screen.walk_children(with_self=True):
                yield f"{node}", "\n".join(show(node) for show in SHOWS.values())
                yield f"what {node} is called", f"{node.name} {node.id} {node.classes}"
            for widget in screen.query("*"):
                around = (widget.border_title, widget.border_subtitle, widget.tooltip)
                yield f"around {widget}", " ".join(map(str, around))


@asynccontextmanager
async def sight(
    *, is_locked: bool = False, size: tuple[int, int] = (90, 30)
) -> AsyncIterator[Sight]:
    """The app on such stores, once its first screen stands."""
    one = Sight(Keychain(is_locked=is_locked))
    run = one.app.run_test(size=size, notifications=True, message_hook=one.hook)
    async with run as pilot:
        one.pilot = pilot
        await one.wait_for(EntriesScreen)
        home = one.home
        await wait_until(pilot, lambda: home.snapshot is not None and not home.snapshot.pending)
        yield one
        await one.look()
