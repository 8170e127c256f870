"""What Python's keyring, the real one, keeps for the service `rattler`, and rattler never finds."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backends.Windows import WinVaultKeyring

from authui.model.credential import BearerToken
from authui.model.entry import Outcome
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.abilities import Misplaced
from authui.stores.base import Stored
from authui.stores.keychain.windows import CredentialManagerStore

FIRST = encode_text(BearerToken(Secret("first-4711")))
SECOND = encode_text(BearerToken(Secret("second")))


@pytest.fixture(autouse=True)
def _own() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(WinVaultKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def store_two() -> None:
    keyring.set_password("rattler", "a.test", FIRST.reveal())
    keyring.set_password("rattler", "*.b.test", SECOND.reveal())


def test_it_is_found_under_the_name_it_was_meant_for() -> None:
    store_two()
    store = CredentialManagerStore()
    assert store.list().entries == ()
    assert store.get("a.test").outcome is Outcome.MISS
    found = {one.host: one for one in store.misplaced()}
    assert found == {
        "a.test": Misplaced("a.test", "a.test@rattler", Stored(FIRST)),
        "*.b.test": Misplaced("*.b.test", "rattler", Stored(SECOND)),
    }
    assert "4711" not in repr(found)


def test_it_is_converted_by_a_write_and_a_drop() -> None:
    store_two()
    store = CredentialManagerStore()
    for one in store.misplaced():
        assert one.stored.text is not None
        store.write(one.host, one.stored.text, before=None)
        store.drop_misplaced(one)
    assert store.misplaced() == ()
    assert keyring.get_password("rattler", "a.test") is None
    assert store.get("a.test").credential == BearerToken(Secret("first-4711"))
    assert {entry.host for entry in store.list().entries} == {"a.test", "*.b.test"}


def test_a_password_that_is_no_credential_is_told_as_it_is() -> None:
    keyring.set_password("rattler", "a.test", "just a password")
    (one,) = CredentialManagerStore().misplaced()
    assert one == Misplaced("a.test", "rattler", Stored(Secret("just a password")))


def test_what_keyring_keeps_for_others_is_left_alone() -> None:
    keyring.set_password("other", "rattler", "p")
    keyring.set_password("rattler2", "a.test", "p")
    store = CredentialManagerStore()
    assert store.misplaced() == ()
    assert store.list().entries == ()
