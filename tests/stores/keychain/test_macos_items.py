"""Items that are no credentials, and names that rattler has none for. Against a fake."""

from __future__ import annotations

import traceback

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import EntryState, Outcome
from authui.model.errors import (
    AuthuiError,
    ChangedMeanwhile,
    NotStored,
    StoreUnreadable,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.base import Stored
from authui.stores.keychain.macos import MacKeychainStore
from authui.stores.keychain.macos_items import Stamp, Visible
from tests.contracts.store_contract import CANARY
from tests.support.fake_security import FakeSecurity

NEW = encode_text(BearerToken(Secret("new")))
BAD = [b"", b"\xff\xfe" + CANARY.encode(), CANARY.encode(), b'{"BearerToken":1}', b"\0", b"null"]


def store_on(mac: FakeSecurity) -> MacKeychainStore:
    return MacKeychainStore(find=mac.find, clock=lambda: mac.now, limit=5.0)


@pytest.mark.parametrize("data", BAD)
def test_what_is_no_credential_is_unreadable_once_read(data: bytes) -> None:
    mac = FakeSecurity()
    mac.put("a.test", data)
    store = store_on(mac)
    (entry,) = store.list().entries
    assert (entry.kind, entry.state) == (None, EntryState.ACTIVE)
    answer = store.get("a.test")
    assert (answer.outcome, answer.credential, answer.failure) == (Outcome.ERROR, None, None)
    assert (answer.detail or "").startswith("rattler ignores it: ")
    (entry,) = store.list().entries
    assert (entry.kind, entry.state) == (None, EntryState.UNREADABLE)
    assert entry.detail == answer.detail
    assert store.peek("a.test") == answer
    assert CANARY not in repr((entry, answer))


@pytest.mark.parametrize("data", BAD)
def test_what_is_no_credential_is_not_overwritten_unseen_and_can_go(data: bytes) -> None:
    mac = FakeSecurity()
    mac.put("a.test", data)
    store = store_on(mac)
    wrong = [None, Stored(Secret("x")), Stored(Secret("") if data else None)]
    for before in wrong:
        with pytest.raises(ChangedMeanwhile) as caught:
            store.write("a.test", NEW, before=before)
        assert CANARY not in "".join(traceback.format_exception(caught.value))
    assert mac.items[b"a.test", b"rattler"].data == data
    before = store.read("a.test")
    assert before is not None
    assert store.write("a.test", NEW, before=before) == Stored(NEW)
    mac.items[b"a.test", b"rattler"].data = data
    store_on(mac).delete("a.test")
    assert mac.items == {}


def test_names_are_compared_byte_by_byte() -> None:
    mac = FakeSecurity()
    names = ["b\u00fccher.test", "bu\u0308cher.test", "A.test", "a.test", "a.test\0", "s3://b/ü%20"]
    for name in names:
        mac.put(name, f'{{"BearerToken":"{names.index(name)}"}}')
    store = store_on(mac)
    assert {entry.host for entry in store.list().entries} == set(names)
    for number, name in enumerate(names):
        assert store.get(name).credential == BearerToken(Secret(str(number)))
    store.delete(names[0])
    assert {account.decode() for account, _ in mac.items} == set(names[1:])


def test_an_item_without_account_is_nobodys_and_can_go() -> None:
    mac = FakeSecurity()
    mac.put("a.test", '{"BearerToken":"t"}')
    mac.put("", '{"BearerToken":"nameless"}')
    store = store_on(mac)
    nameless, named = store.list().entries[1], store.list().entries[0]
    assert named.host == "a.test"
    assert (nameless.host, nameless.state) == ("", EntryState.UNREADABLE)
    assert store.get("").outcome is store.peek("").outcome is Outcome.MISS
    assert store.read("") == Stored(Secret('{"BearerToken":"nameless"}'))
    with pytest.raises(WriteFailed):
        store.write("", NEW, before=store.read(""))
    store.delete("")
    assert set(mac.items) == {(b"a.test", b"rattler")}
    with pytest.raises(NotStored):
        store.delete("")
    assert store.read("") is None


def test_an_account_that_is_no_text_is_shown_without_a_name() -> None:
    mac = FakeSecurity()
    mac.put(b"\xff.test", '{"BearerToken":"t"}')
    (entry,) = store_on(mac).list().entries
    assert (entry.host, entry.state) == (None, EntryState.UNREADABLE)
    assert "UTF-8" in (entry.detail or "")


@pytest.mark.parametrize("host", ["", "\ud800", "a\udcff"])
def test_what_has_no_name_in_utf_8_is_not_kept(host: str) -> None:
    mac = FakeSecurity()
    store = store_on(mac)
    assert store.cannot_keep(host, NEW)
    with pytest.raises(WriteFailed):
        store.write(host, NEW, before=None)
    assert store.read(host) is None
    with pytest.raises(NotStored):
        store.delete(host)
    assert store.cannot_keep("a.test", NEW) is None


def test_a_secret_that_is_no_utf_8_is_not_kept_nor_told() -> None:
    mac = FakeSecurity()
    store = store_on(mac)
    text = Secret(CANARY + "\ud800")
    assert store.cannot_keep("a.test", text)
    with pytest.raises(WriteFailed) as caught:
        store.write("a.test", text, before=None)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    assert mac.items == {}


def test_an_item_that_was_tampered_with_is_no_missing_one() -> None:
    mac = FakeSecurity()
    mac.put("a.test", '{"BearerToken":"t"}').is_broken = True
    store = store_on(mac)
    answer = store.get("a.test")
    assert answer.outcome is Outcome.ERROR
    assert "-25304" in (answer.detail or "")
    with pytest.raises(StoreUnreadable):
        store.read("a.test")
    with pytest.raises(StoreUnreadable):
        store.write("a.test", NEW, before=Stored(Secret('{"BearerToken":"t"}')))
    store.delete("a.test")
    assert mac.items == {}


def test_long_names_and_secrets_are_kept() -> None:
    mac = FakeSecurity()
    store = store_on(mac)
    text = encode_text(BearerToken(Secret("x" * 1_000_000)))
    store.write("h" * 10_000, text, before=None)
    assert store_on(mac).read("h" * 10_000) == Stored(text)


def test_stamps_stand_in_the_name_of_an_item() -> None:
    found = Visible(b"a", "20260101000000Z", "20260102000000Z")
    day = 1_767_312_000.0  # 2026-01-02
    for now, is_sure in [(day + 60, True), (day + 2, True), (day + 1.9, False), (day - 9, False)]:
        stamp = Stamp.of(found, now)
        assert stamp.is_sure is is_sure
        assert Stamp.parse(str(stamp)) == stamp
        assert stamp.proves(found) is is_sure
    sure = Stamp.of(found, day + 60)
    assert not sure.proves(found._replace(modified="20260103000000Z"))
    assert not sure.proves(found._replace(created="20260101000001Z"))
    assert not Stamp.of(found._replace(modified=""), day).is_sure
    assert Stamp.parse(None) is Stamp.parse("") is None


def test_nothing_that_fails_names_a_secret() -> None:
    mac = FakeSecurity()
    mac.put("a.test", f'{{"BearerToken":"{CANARY}"}}')
    store = store_on(mac)
    before = store.read("a.test")
    new = encode_text(BearerToken(Secret("new" + CANARY)))
    for function, code in [
        ("SecKeychainItemModifyAttributesAndData", -25293),
        ("SecKeychainItemModifyAttributesAndData", -1),
        ("SecKeychainItemCopyAttributesAndData", -34018),
    ]:
        mac.failing = {function: code}
        with pytest.raises(AuthuiError) as caught:
            store.write("a.test", new, before=before)
        assert CANARY not in "".join(traceback.format_exception(caught.value))
