"""A machine whose keychain is that of macOS: the real store on a fake of the Security framework.

Everything above the store is as it runs on a Mac; what no other system can show is the fake's (see
`fake_security`).
"""

from __future__ import annotations

import pytest

from authui.stores.base import Store, StoreInfo
from authui.stores.environment import Environment
from authui.stores.keychain.macos import MacKeychainStore
from authui.stores.keychain.macos_memory import Memory
from tests.support.fake_security import FakeSecurity


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> FakeSecurity:
    """The keychain that every store opened from now on reads."""
    security = FakeSecurity()
    memory = Memory()

    def opened(environment: Environment, info: StoreInfo | None = None) -> Store:
        return MacKeychainStore(info, find=security.find, clock=lambda: security.now, memory=memory)

    monkeypatch.setattr("authui.stores.keychain.open_keychain", opened)
    return security
