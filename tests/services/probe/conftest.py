"""No proxy or certificates of whoever runs the tests, and no secret in any log."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from tests.services.probe.support import CANARY


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def nothing_logged() -> Iterator[None]:
    """A handler of its own: pytest's is emptied before a fixture ends."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    assert CANARY not in said.getvalue()
