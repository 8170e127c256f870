"""What lies beside a credentials file and may still hold its secrets."""

from __future__ import annotations

from authui.stores.leftover_files import Leftover

__all__ = ["Leftover"]
