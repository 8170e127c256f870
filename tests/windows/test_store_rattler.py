"""Items that are not as rattler makes them: what real rattler and the store make of each."""

from __future__ import annotations

import pytest

from authui.model.entry import Outcome
from authui.stores.keychain.windows import CredentialManagerStore
from tests.support.credential_manager import Kept, put
from tests.windows.judge import WindowsJudge
from tests.windows.test_store_bad_items import BAD, TEXT, UTF_16

pytestmark = pytest.mark.rattler

SENT: dict[str, Kept] = {
    "as rattler makes it": Kept("h.test.rattler", UTF_16, "h.test"),
    "another user name": Kept("h.test.rattler", UTF_16, "zzz"),
    "no texts": Kept("h.test.rattler", UTF_16, None, None, None),
    "suffix in upper case": Kept("h.test.RATTLER", UTF_16, "h.test"),
    "host in upper case": Kept("H.TEST.rattler", UTF_16, "h.test"),
    "all in upper case": Kept("H.TEST.RATTLER", UTF_16, "h.test"),
    "wildcard in upper case": Kept("*.TEST.rattler", UTF_16, "h.test"),
    "white space": Kept("h.test.rattler", f" {TEXT}\r\n".encode("utf-16-le"), "h.test"),
    "for this session": Kept("h.test.rattler", UTF_16, "h.test", persist=1),
}
NOT_SENT: dict[str, Kept] = {
    "another type": Kept("h.test.rattler", UTF_16, "DOMAIN\\h", kind=2),
    "no suffix": Kept("h.test", UTF_16, "h.test"),
    "of Python's keyring": Kept("rattler", UTF_16, "h.test", "Stored using python-keyring", None),
    "an older one of its": Kept("h.test@rattler", UTF_16, "h.test", None, None),
    **{name: Kept("h.test.rattler", blob, "h.test") for name, (blob, _) in BAD.items()},
}


@pytest.mark.parametrize("name", [*SENT, *NOT_SENT])
def test_rattler_sends_what_the_store_gives(name: str, judge: WindowsJudge) -> None:
    put((SENT | NOT_SENT)[name])
    store = CredentialManagerStore()
    keys = ("h.test", "*.h.test", "*.test")
    assert any(store.get(key).outcome is Outcome.HIT for key in keys) == (name in SENT)
    sent = judge.ask("http://h.test/channel")
    assert sent.error is None
    assert sent.authorization == ("Bearer t-4711" if name in SENT else None)
