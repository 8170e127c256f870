"""Tests that run in a Windows Python under Wine: `make test-windows`.

Anywhere else none of them is collected: they empty Credential Manager, and on a Windows of somebody
that would be theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support import credential_manager
from tests.windows import profile

if TYPE_CHECKING:
    from tests.windows.judge import WindowsJudge

collect_ignore_glob = [] if profile.is_ours() else ["*"]


@pytest.fixture(autouse=True)
def _no_credentials() -> None:
    credential_manager.empty()


@pytest.fixture(scope="session")
def judge() -> Iterator[WindowsJudge]:
    """Real rattler."""
    from tests.windows.judge import WindowsJudge

    with WindowsJudge() as judge:
        yield judge
