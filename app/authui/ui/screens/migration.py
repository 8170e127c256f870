"""Moving credentials from one store to another: the plan, and the move."""

from __future__ import annotations

from textual.screen import Screen

from authui.model.entry import StoreId
from authui.services.migration.migration import Migration
from authui.ui.writes import Writes


class MigrationScreen(Screen[tuple[StoreId, str] | None]):
    """Ends with the entry to go to, if there is one."""

    def __init__(self, migration: Migration, writes: Writes) -> None:
        super().__init__()
        self._migration = migration
        self._writes = writes
