"""What is wrong or unsafe, and what mends it."""

from __future__ import annotations

from textual.screen import Screen

from authui.model.entry import StoreId
from authui.services.audit.auditing import Audit
from authui.ui.writes import Writes


class AuditScreen(Screen[tuple[StoreId, str] | None]):
    """Ends with the entry to go to, if there is one."""

    def __init__(self, audit: Audit, writes: Writes) -> None:
        super().__init__()
        self._audit = audit
        self._writes = writes
