"""Items that are not as rattler makes them, put there by calls of the tests' own."""

from __future__ import annotations

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import Answer, EntryState, Outcome
from authui.model.errors import ChangedMeanwhile, WriteFailed
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.base import Stored
from authui.stores.keychain.windows import CredentialManagerStore
from authui.stores.keychain.windows_items import key_of
from tests.support.credential_manager import Kept, everything, put

TEXT = '{"BearerToken":"t-4711"}'
UTF_16 = TEXT.encode("utf-16-le")
NEW = encode_text(BearerToken(Secret("new")))

BAD: dict[str, tuple[bytes | None, str]] = {
    "UTF-8": (TEXT.encode(), "UTF-8"),
    "UTF-8 of odd length": ((TEXT + " ").encode(), "UTF-8"),
    "byte order mark": (TEXT.encode("utf-16"), "byte order mark"),
    "big endian": (TEXT.encode("utf-16-be"), "value"),
    "NUL at the end": (UTF_16 + b"\0\0", "NUL"),
    "odd length": (UTF_16 + b"x", "odd"),
    "half of a pair": (UTF_16[:-2] + b"\x00\xd8", "no UTF-16"),
    "nothing": (b"", "empty"),
    "null pointer": (None, "empty"),
    "no credential": ("t-4711".encode("utf-16-le"), "value"),
    "random": (bytes(range(256)), ""),
}


@pytest.mark.parametrize(("blob", "why"), BAD.values(), ids=list(BAD))
def test_a_secret_that_rattler_ignores(blob: bytes | None, why: str) -> None:
    put(Kept("h.test.rattler", blob, "h.test", "c", "a"))
    store = CredentialManagerStore()
    (entry,) = store.list().entries
    assert (entry.host, entry.kind, entry.state) == ("h.test", None, EntryState.UNREADABLE)
    assert (entry.detail or "").startswith("rattler ignores it: ")
    assert why in (entry.detail or "")
    answer = store.get("h.test")
    assert (answer.outcome, answer.credential, answer.failure) == (Outcome.ERROR, None, None)
    assert answer.detail == entry.detail
    assert "4711" not in f"{entry!r}{answer!r}{store.read('h.test')!r}"
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", NEW, before=None)
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", NEW, before=Stored(Secret("something else")))
    assert everything() == [Kept("h.test.rattler", blob or b"", "h.test", "c", "a")]
    store.delete("h.test", before=store.read("h.test"))
    assert everything() == []


@pytest.mark.parametrize("blob", [UTF_16 + b"x", UTF_16[:-2] + b"\x00\xd8"])
def test_what_is_no_text_is_deleted_before_something_else_is_stored(blob: bytes) -> None:
    put(Kept("h.test.rattler", blob, "h.test"))
    store = CredentialManagerStore()
    before = store.read("h.test")
    assert before == Stored(None)
    with pytest.raises(WriteFailed, match="would be lost"):
        store.write("h.test", NEW, before=before)
    assert everything() == [Kept("h.test.rattler", blob, "h.test")]


@pytest.mark.parametrize("blob", [TEXT.encode(), TEXT.encode("utf-16"), b""])
def test_what_is_text_is_replaced_by_whoever_saw_it_and_can_be_put_back(blob: bytes) -> None:
    put(Kept("h.test.rattler", blob, "h.test"))
    store = CredentialManagerStore()
    before = store.read("h.test")
    assert before is not None
    assert before.text is not None
    written = store.write("h.test", NEW, before=before)
    assert store.get("h.test").credential == BearerToken(Secret("new"))
    store.write("h.test", before.text, before=written)
    (kept,) = everything()
    assert (kept.blob or b"") == blob


def test_an_item_of_another_type_is_shown_and_can_be_deleted() -> None:
    put(Kept("h.test.rattler", UTF_16, "DOMAIN\\person", kind=2))
    store = CredentialManagerStore()
    (entry,) = store.list().entries
    assert (entry.host, entry.kind, entry.state) == ("h.test", None, EntryState.UNREADABLE)
    assert "a domain password" in (entry.detail or "")
    assert store.get("h.test") == Answer(Outcome.MISS)
    seen = store.read("h.test")
    assert seen == Stored(None)
    store.write("h.test", NEW, before=seen)
    assert {kept.kind for kept in everything()} == {1, 2}
    store.delete("h.test", before=Stored(NEW))
    assert [kept.kind for kept in everything()] == [2]
    store.delete("h.test")
    assert everything() == []


@pytest.mark.parametrize("target", ["h.test.RATTLER", "h.test.Rattler"])
def test_a_suffix_in_another_letter_case_is_used_and_not_listed_by_rattler(target: str) -> None:
    put(Kept(target, UTF_16, "h.test"))
    store = CredentialManagerStore()
    (entry,) = store.list().entries
    assert (entry.host, entry.kind, entry.state) == ("h.test", "BearerToken", EntryState.ACTIVE)
    assert "does not list it" in (entry.detail or "")
    assert store.get("h.test").outcome is Outcome.HIT
    store.write("h.test", NEW, before=store.read("h.test"))
    assert len(everything()) == 1
    store.delete("h.test")
    assert everything() == []


def test_what_is_none_of_rattlers_is_not_shown() -> None:
    for target in ("h.test", "rattler", "x@rattler", "h.test.rattlers", "h.test.rattler.other"):
        put(Kept(target, UTF_16, "h.test"))
    assert CredentialManagerStore().list().entries == ()


@pytest.mark.parametrize("host", ["[/x]", "a b", "ü", "\U0001f600", "\x1b[2J", "a\nb", "s3://b/x_y", "h" * 230])  # fmt: skip
def test_odd_names_are_shown_read_and_deleted(host: str) -> None:
    put(Kept(f"{host}.rattler", UTF_16, "h.test"))
    store = CredentialManagerStore()
    (entry,) = store.list().entries
    assert (entry.host, entry.kind) == (key_of(host), "BearerToken")
    assert store.get(host).outcome is Outcome.HIT
    store.delete(host, before=store.read(host))
    assert everything() == []
