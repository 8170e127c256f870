"""What every store that can be changed must do. Its tests subclass this contract."""

from __future__ import annotations

import traceback
from collections.abc import Mapping

import pytest

from authui.model.credential import BearerToken, Credential
from authui.model.entry import Outcome
from authui.model.errors import AuthuiError, ChangedMeanwhile, NotStored
from authui.model.secret import Secret
from authui.model.wire import decode_text, encode_text
from authui.services.migration.batch import add_many, delete_many, read_many
from authui.stores.base import Stored, WritableStore
from tests.contracts.store_contract import ALL_KINDS, CANARY


class WritableStoreContract:
    """The contract. `make_writable` builds a store that holds these credentials and nothing else;
    `reopen` gives a second store on the same place, which has read nothing yet. `credentials` and
    `folds_case` are as in the contract of every store; `new` are what replaces them, for a store
    that does not keep every kind."""

    credentials: Mapping[str, Credential] = ALL_KINDS
    folds_case = False
    new: tuple[Credential, Credential] = (
        BearerToken(Secret("new" + CANARY)),
        ALL_KINDS["oauth.test"],
    )

    def make_writable(self, credentials: Mapping[str, Credential]) -> WritableStore:
        raise NotImplementedError

    def reopen(self, store: WritableStore) -> WritableStore:
        raise NotImplementedError

    def held(self, store: WritableStore) -> dict[str, Credential]:
        again = self.reopen(store)
        found = {}
        for entry in again.list().entries:
            assert entry.host is not None
            stored = again.read(entry.host)
            assert stored is not None
            assert stored.text is not None
            found[entry.host] = decode_text(stored.text)
        return found

    def test_what_is_written_is_there_for_whoever_looks(self) -> None:
        store = self.make_writable({})
        for host, credential in self.credentials.items():
            assert store.read(host) is None
            stored = store.write(host, encode_text(credential), before=None)
            assert stored == Stored(encode_text(credential))
            assert store.get(host).credential == credential
        assert self.held(store) == dict(self.credentials)

    def test_each_kind_is_replaced_and_nothing_else_changes(self) -> None:
        store = self.make_writable(self.credentials)
        new = encode_text(self.new[0])
        for host in self.credentials:
            before = store.read(host)
            assert before == Stored(encode_text(self.credentials[host]))
            store.write(host, new, before=before)
            others = {other: c for other, c in self.credentials.items() if other != host}
            held = self.held(store)
            assert held.pop(host) == self.new[0]
            assert held == others
            store.write(host, encode_text(self.credentials[host]), before=store.read(host))
        assert self.held(store) == dict(self.credentials)

    def test_each_is_deleted_and_nothing_else_changes(self) -> None:
        store = self.make_writable(self.credentials)
        left = dict(self.credentials)
        for host in self.credentials:
            store.delete(host, before=store.read(host))
            del left[host]
            assert store.get(host).outcome is Outcome.MISS
            assert self.held(store) == left

    def test_a_change_is_seen_by_the_store_that_made_it(self) -> None:
        store = self.make_writable({"h.test": self.credentials["h.test"]})
        assert len(store.list().entries) == 1
        store.write("new.test", encode_text(self.new[0]), before=None)
        assert {entry.host for entry in store.list().entries} == {"h.test", "new.test"}
        store.delete("h.test")
        assert {entry.host for entry in store.list().entries} == {"new.test"}

    def test_a_key_is_taken_exactly(self) -> None:
        store = self.make_writable({"h.test": self.credentials["h.test"]})
        for host in ("H.test", "*.h.test", "h.test.", "h.tes", "h.test:80"):
            if self.folds_case and host == "H.test":
                assert store.read(host) == store.read("h.test")
                continue
            assert store.read(host) is None
            with pytest.raises(NotStored):
                store.delete(host)
        assert self.held(store) == {"h.test": self.credentials["h.test"]}

    def test_what_is_not_there_any_more_is_not_replaced(self) -> None:
        store = self.make_writable({"h.test": self.credentials["h.test"]})
        before = store.read("h.test")
        self.reopen(store).delete("h.test")
        with pytest.raises(ChangedMeanwhile):
            store.write("h.test", encode_text(self.new[0]), before=before)
        with pytest.raises((ChangedMeanwhile, NotStored)):
            store.delete("h.test", before=before)
        assert self.held(store) == {}

    def test_what_another_wrote_is_not_overwritten(self) -> None:
        store = self.make_writable({"h.test": self.credentials["h.test"]})
        before = store.read("h.test")
        other = self.reopen(store)
        theirs = encode_text(self.new[1])
        other.write("h.test", theirs, before=other.read("h.test"))
        other.write("n.test", theirs, before=None)
        mine = encode_text(self.new[0])
        for host, seen in (("h.test", before), ("n.test", None)):
            with pytest.raises(ChangedMeanwhile):
                store.write(host, mine, before=seen)
        with pytest.raises(ChangedMeanwhile):
            store.delete("h.test", before=before)
        expected = {
            "h.test": self.new[1],
            "n.test": self.new[1],
        }
        assert self.held(store) == expected

    def test_the_same_text_again_is_no_failure(self) -> None:
        store = self.make_writable({"h.test": self.credentials["h.test"]})
        before = store.read("h.test")
        store.write("h.test", encode_text(self.credentials["h.test"]), before=before)
        assert self.held(store) == {"h.test": self.credentials["h.test"]}

    def test_what_goes_wrong_shows_no_secret(self) -> None:
        store = self.make_writable(self.credentials)
        wrong = Stored(Secret(CANARY + CANARY))
        for host in self.credentials:
            for attempt in (
                lambda h=host: store.write(h, Secret(CANARY), before=wrong),
                lambda h=host: store.delete(h, before=wrong),
            ):
                with pytest.raises(AuthuiError) as caught:
                    attempt()
                error = caught.value
                shown = [error.message, error.hint or "", repr(error), repr(wrong), repr(store)]
                shown += traceback.format_exception(error)
                assert CANARY not in "".join(shown)

    def test_many_are_read_as_one_by_one(self) -> None:
        store = self.make_writable(self.credentials)
        hosts = [*self.credentials, "nobody.example"]
        assert read_many(store, hosts) == {host: store.read(host) for host in hosts}
        assert read_many(store, []) == {}

    def test_many_are_added_where_nothing_stands(self) -> None:
        first, *others = self.credentials
        store = self.make_writable({first: self.credentials[first]})
        texts = [(host, encode_text(one)) for host, one in self.credentials.items()]
        told = dict(add_many(store, texts, None))
        assert isinstance(told.pop(first), ChangedMeanwhile)
        assert told == {host: Stored(encode_text(self.credentials[host])) for host in others}
        assert self.held(store) == dict(self.credentials)

    def test_many_are_deleted_where_they_still_stand(self) -> None:
        store = self.make_writable(self.credentials)
        first, *others = self.credentials
        befores = {host: Stored(encode_text(self.credentials[host])) for host in others}
        befores[first] = Stored(Secret('{"BearerToken":"another"}'))
        befores["nobody.example"] = Stored(Secret('{"BearerToken":"none"}'))
        kept = delete_many(store, befores, None)
        assert set(kept) == {first, "nobody.example"}
        assert all(CANARY not in error.message for error in kept.values())
        assert self.held(store) == {first: self.credentials[first]}
