"""The program on a terminal with one thing wrong: `python -m tests.ui.terminal_child SCENARIO`.

Everything but the stores, and what a scenario breaks, is the program as it is.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import NoReturn

from authui.cli import main as command_line
from authui.cli import sources
from authui.model.credential import BearerToken
from authui.model.entry import Answer, StoreId, StoreListing
from authui.model.secret import Secret
from authui.stores.base import Stored, StoreInfo
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.stores.patience import Patience

CANARY = "canary-4711-canary"
"""What no output may contain."""

HANG = 6.0
"""Seconds for which a call of the hanging store takes; the program must not wait for it."""

WRITING = 2.0
"""Seconds for which a deletion of the slow store takes; the program must wait for it."""


class _Hanging(MemoryStore):
    def list(self) -> StoreListing:
        time.sleep(HANG)
        return super().list()

    def get(self, host: str) -> Answer:
        time.sleep(HANG)
        return super().get(host)


class _Drawn(Exception):
    """An exception that draws itself, which Textual would print as it is."""

    def __rich__(self) -> str:
        return CANARY


def _fail() -> NoReturn:
    token = CANARY
    raise ValueError(f"with {token}")


class _Failing(MemoryStore):
    def list(self) -> StoreListing:
        _fail()

    def get(self, host: str) -> Answer:
        del host
        _fail()


class _Slow(MemoryStore):
    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        del patience
        assert sys.__stderr__ is not None
        sys.__stderr__.write("deleting now")
        sys.__stderr__.flush()
        time.sleep(WRITING)
        super().delete(host, before=before, item=item)
        Path(os.environ["AUTHUI_TEST_WITNESS"]).write_text("deleted")


def _store(kind: type[MemoryStore], store: StoreId) -> MemoryStore:
    info = StoreInfo(store, (store,), store, f"/home/demo/{store}", "default", encrypted=False)
    return kind(info, {"a.example": BearerToken(Secret(CANARY))})


def _break_handler() -> None:
    from authui.ui.screens.entries import EntriesScreen

    def action_help(self: EntriesScreen) -> None:
        del self
        _fail()

    EntriesScreen.action_help = action_help  # type: ignore[method-assign]


def _break_handler_drawn() -> None:
    from authui.ui.screens.entries import EntriesScreen

    def action_help(self: EntriesScreen) -> None:
        del self
        raise _Drawn

    EntriesScreen.action_help = action_help  # type: ignore[method-assign]


def _break_drawing() -> None:
    from authui.ui.cells import Row
    from authui.ui.widgets.entry_rows import EntryRows

    def row(self: EntryRows, number: int) -> Row:
        del self, number
        _fail()

    EntryRows.row = row  # type: ignore[method-assign]


def _break_pane() -> None:
    from authui.ui.widgets.entries_body import EntriesBody

    def tell(self: EntriesBody) -> None:
        del self
        _fail()

    EntriesBody.tell = tell  # type: ignore[method-assign]


def _break_worker() -> None:
    from authui.ui.answered import Answered
    from authui.ui.session import Session

    async def lookup(
        self: Session, text: str, *, for_index: bool = False, run_keyring: bool = False
    ) -> Answered:
        del self, text, for_index, run_keyring
        _fail()

    Session.lookup = lookup  # type: ignore[method-assign]


def run(scenario: str) -> int:
    """The exit status."""
    stores = [_store(MemoryStore, "file")]
    match scenario:
        case "hanging":
            stores.insert(0, _store(_Hanging, "keychain"))
        case "writing":
            stores = [_store(_Slow, "file")]
        case "thread":
            stores.insert(0, _store(_Failing, "keychain"))
        case "handler":
            _break_handler()
        case "drawn":
            _break_handler_drawn()
        case "drawing":
            _break_drawing()
        case "pane":
            _break_pane()
        case "worker":
            _break_worker()
        case _:
            assert scenario == "plain"
    found = Discovery("pixi", tuple(stores), None, ())
    sources.open_stores = lambda options, *, hosts=(): found
    return command_line.main([])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
