"""Tests that run in a Windows Python: `make test-windows`. Elsewhere none of them is collected."""

from __future__ import annotations

import sys

collect_ignore_glob = [] if sys.platform == "win32" else ["*"]
