"""What the store of Windows writes, byte for byte as rattler does, and what it leaves as it was.

The bytes are looked at by calls of the tests' own. Source of the layout: what real rattler wrote
under Wine.
"""

from __future__ import annotations

import pytest

from authui.model.credential import BasicHTTP, BearerToken, Credential
from authui.model.entry import Outcome
from authui.model.errors import ChangedMeanwhile, NotStored, WriteFailed
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.base import Stored
from authui.stores.keychain.windows import CredentialManagerStore
from tests.contracts.store_contract import SHORT_KINDS
from tests.support.credential_manager import Kept, everything, look, put

TOKEN = encode_text(BearerToken(Secret("t")))
NEW = encode_text(BearerToken(Secret("new")))
UTF_16 = TOKEN.reveal().encode("utf-16-le")


@pytest.mark.parametrize(("host", "credential"), SHORT_KINDS.items(), ids=list(SHORT_KINDS))
def test_a_new_item_is_as_rattler_makes_it(host: str, credential: Credential) -> None:
    text = encode_text(credential)
    CredentialManagerStore().write(host, text, before=None)
    blob = text.reveal().encode("utf-16-le")
    assert everything() == [Kept(f"{host}.rattler", blob, host, "", "", kind=1, persist=3)]


def test_what_real_rattler_wrote_is_written_the_same() -> None:
    """The item that py-rattler 0.28 left, by its fields."""
    wrote = b'{"BearerToken":"t"}'
    CredentialManagerStore().write("*.localhost", TOKEN, before=None)
    kept = look("*.localhost.rattler")
    assert kept is not None
    assert kept.blob == bytes(byte for one in wrote for byte in (one, 0))
    assert kept == Kept("*.localhost.rattler", kept.blob, "*.localhost", "", "", 1, 3)


def test_an_item_that_is_there_keeps_all_but_its_secret_and_persistence() -> None:
    put(Kept("h.test.rattler", UTF_16, "zzz", "my comment", "al", persist=2))
    store = CredentialManagerStore()
    store.write("h.test", NEW, before=store.read("h.test"))
    blob = NEW.reveal().encode("utf-16-le")
    assert everything() == [
        Kept("h.test.rattler", blob, "zzz", "my comment", "al", kind=1, persist=3)
    ]


def test_texts_that_are_missing_become_empty_as_with_rattler() -> None:
    put(Kept("h.test.rattler", UTF_16, None, None, None))
    before = look("h.test.rattler")
    assert before is not None
    assert (before.user, before.comment, before.alias) == (None, None, None)
    store = CredentialManagerStore()
    assert store.get("h.test").credential == BearerToken(Secret("t"))
    store.write("h.test", NEW, before=Stored(TOKEN))
    kept = look("h.test.rattler")
    assert kept is not None
    assert (kept.user, kept.comment, kept.alias) == ("", "", "")


@pytest.mark.parametrize(
    "comment",
    [
        "keyring-rs v2.3.3 for service 'rattler', user 'h.test'",
        "keyring v3.6.3",
        "ü\U0001f600" * 80,
    ],
)
def test_comments_of_older_versions_stay(comment: str) -> None:
    put(Kept("h.test.rattler", UTF_16, "h.test", comment))
    store = CredentialManagerStore()
    store.write("h.test", NEW, before=Stored(TOKEN))
    kept = look("h.test.rattler")
    assert kept is not None
    assert kept.comment == comment


def test_a_deletion_takes_one_item_and_no_other() -> None:
    others = [
        Kept("h.test", UTF_16, "h.test"),
        Kept("h.test.other", UTF_16, "h.test"),
        Kept("h.test@rattler", UTF_16, "h.test"),
        Kept("rattler", UTF_16, "h.test"),
        Kept("x.h.test.rattler", UTF_16, "h.test"),
    ]
    for kept in [*others, Kept("h.test.rattler", UTF_16, "h.test")]:
        put(kept)
    CredentialManagerStore().delete("h.test", before=Stored(TOKEN))
    assert everything() == sorted(others, key=lambda kept: kept.target or "")
    assert [entry.host for entry in CredentialManagerStore().list().entries] == ["x.h.test"]


@pytest.mark.parametrize("host", ["h.test.rattler\0", "h.test.rattler\0x"])
def test_a_name_with_a_nul_is_not_taken_for_its_beginning(host: str) -> None:
    put(Kept("h.test.rattler", UTF_16, "h.test"))
    store = CredentialManagerStore()
    assert store.get(host).outcome is Outcome.MISS
    assert store.read(host) is None
    with pytest.raises(NotStored):
        store.delete(host)
    assert len(everything()) == 1


class TestLetterCase:
    """Windows takes upper and lower case for the same, in what it keeps and what is asked for."""

    def test_rattlers_item_is_found_in_any_case(self) -> None:
        put(Kept("H.test.rattler", UTF_16))
        store = CredentialManagerStore()
        assert store.get("h.test").credential == BearerToken(Secret("t"))
        assert store.read("h.TEST") == Stored(TOKEN)
        assert store.read_many(["h.test"]) == {"h.test": Stored(TOKEN)}
        (entry,) = store.list().entries
        assert entry.host == "h.test"

    def test_a_write_meets_what_stands_there_in_another_case(self) -> None:
        put(Kept("H.test.rattler", UTF_16, "H.test", "c"))
        store = CredentialManagerStore()
        with pytest.raises(ChangedMeanwhile):
            store.write("h.test", NEW, before=None)
        assert [type(told) for _, told in store.add_many([("h.test", NEW)])] == [ChangedMeanwhile]
        store.write("h.test", NEW, before=Stored(TOKEN))
        (kept,) = everything()
        assert kept.user == "H.test"
        assert kept.comment == "c"
        assert store.get("H.TEST").credential == BearerToken(Secret("new"))

    def test_two_keys_of_one_run_that_differ_in_case_are_one_item(self) -> None:
        store = CredentialManagerStore()
        told = dict(store.add_many([("H.test", TOKEN), ("h.test", NEW), ("i.test", NEW)]))
        assert told["H.test"] == Stored(TOKEN)
        assert isinstance(told["h.test"], ChangedMeanwhile)
        assert told["i.test"] == Stored(NEW)
        assert store.read("h.test") == Stored(TOKEN)

    def test_a_deletion_does_too(self) -> None:
        put(Kept("H.test.RATTLER", UTF_16))
        CredentialManagerStore().delete("h.test")
        assert everything() == []
        with pytest.raises(NotStored):
            CredentialManagerStore().delete("h.test")


class TestLimit:
    """Wine has none, so what keeps it here is the store."""

    def text(self, size: int) -> Secret:
        overhead = len(encode_text(BearerToken(Secret(""))).reveal())
        return encode_text(BearerToken(Secret("x" * (size // 2 - overhead))))

    def test_exactly_2560_bytes_are_stored(self) -> None:
        text = self.text(2560)
        CredentialManagerStore().write("h.test", text, before=None)
        kept = look("h.test.rattler")
        assert kept is not None
        assert len(kept.blob or b"") == 2560
        assert CredentialManagerStore().read("h.test") == Stored(text)

    def test_one_unit_more_is_refused_and_the_older_one_stays(self) -> None:
        put(Kept("h.test.rattler", UTF_16, "h.test"))
        store = CredentialManagerStore()
        for before in (store.read("h.test"), None):
            with pytest.raises(WriteFailed, match="2,562 bytes"):
                store.write("h.test", self.text(2562), before=before)
        with pytest.raises(WriteFailed, match="2,562 bytes"):
            store.write("n.test", self.text(2562), before=None)
        assert everything() == [Kept("h.test.rattler", UTF_16, "h.test")]

    def test_a_longer_one_that_windows_holds_all_the_same_is_read(self) -> None:
        credential = BasicHTTP("u", Secret("x" * 5000))
        put(Kept("h.test.rattler", encode_text(credential).reveal().encode("utf-16-le")))
        store = CredentialManagerStore()
        assert store.get("h.test").credential == credential
        store.delete("h.test", before=store.read("h.test"))
        assert everything() == []
