"""Stores that take their time, and waiting for what the screen shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Event, Lock

from textual.pilot import Pilot
from textual.widgets import Static

from authui.model.credential import BearerToken, Credential
from authui.model.entry import Answer, StoreId, StoreListing
from authui.model.errors import StoreError
from authui.model.secret import Secret
from authui.stores.base import Store, StoreInfo
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.ui.app import AuthuiApp
from authui.ui.cells import Row
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.url_tester import UrlTester

GUARD = 20.0
"""Seconds after which something that takes a moment is taken for hung."""


async def wait_until(
    pilot: Pilot[None],
    predicate: Callable[[], bool],
    timeout: float = GUARD,  # noqa: ASYNC109  the predicate is asked again and again
) -> None:
    """Let the app run until the predicate holds; fail when it does not in time."""
    end = time.monotonic() + timeout
    while not predicate():
        assert time.monotonic() < end, f"still not so after {timeout:g} s"
        await pilot.pause(0.01)
    await pilot.pause()


def info(store: StoreId, *, encrypted: bool | None = None) -> StoreInfo:
    return StoreInfo(
        store,
        (store,),
        store,
        f"/home/demo/{store}",
        "default",
        encrypted=store == "keychain" if encrypted is None else encrypted,
        read_only=store == "netrc",
    )


def token(text: str = "t") -> BearerToken:
    return BearerToken(Secret(text))


class GatedStore(MemoryStore):
    """Answers once its gate is open, and knows how many asked it at once.

    `asked` are the keys, in the order in which they came.
    """

    def __init__(
        self,
        store: StoreInfo,
        credentials: Mapping[str, Credential],
        *,
        failure: StoreError | None = None,
        blocks: bool = False,
    ) -> None:
        super().__init__(store, credentials, failure=failure, blocks=blocks)
        self.listing_gate = Event()
        self.lookup_gate = Event()
        self.was_asked = Event()
        self.asked: list[str] = []
        self.most_at_once = 0
        self._inside = 0
        self._count = Lock()

    @property
    def is_busy(self) -> bool:
        return self._inside > 0

    def open(self) -> GatedStore:
        self.listing_gate.set()
        self.lookup_gate.set()
        return self

    def list(self) -> StoreListing:
        with self._Inside(self):
            assert self.listing_gate.wait(GUARD)
            return super().list()

    def get(self, host: str) -> Answer:
        with self._Inside(self):
            self.asked.append(host)
            self.was_asked.set()
            assert self.lookup_gate.wait(GUARD)
            return super().get(host)

    class _Inside:
        def __init__(self, store: GatedStore) -> None:
            self._store = store

        def __enter__(self) -> None:
            with self._store._count:
                self._store._inside += 1
                self._store.most_at_once = max(self._store.most_at_once, self._store._inside)

        def __exit__(self, *error: object) -> None:
            with self._store._count:
                self._store._inside -= 1


def discovery(*stores: Store, notes: tuple[str, ...] = ()) -> Discovery:
    return Discovery("pixi", stores, None, notes)


def app_on(*stores: Store, notes: tuple[str, ...] = ()) -> AuthuiApp:
    return AuthuiApp(lambda: discovery(*stores, notes=notes))


def rows(app: AuthuiApp) -> list[list[str]]:
    """The cells as text."""
    table = app.screen.query_one(EntryRows)
    return [_cells(table.row(n)) for n in range(len(table.entries))]


def _cells(row: Row) -> list[str]:
    store = f"{row.store} plaintext" if row.is_plaintext else row.store
    return [row.host, row.kind, store, f"{row.state.symbol} {row.state.words}"]


def shown(app: AuthuiApp, selector: str) -> str:
    """What a line of text says at the moment."""
    widget = app.screen.query_one(selector)
    if isinstance(widget, Folded):
        return str(widget.render())
    assert isinstance(widget, Static)
    return str(widget.visual)


def sentence(app: AuthuiApp) -> str:
    """The verdict."""
    return app.screen.query_one(UrlTester).verdict.sentence


def screen_text(app: AuthuiApp) -> str:
    """Everything that stands on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)
