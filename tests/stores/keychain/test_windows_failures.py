"""What the store of Windows makes of errors, lies and races; Wine has none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from authui.model.credential import BearerToken, OAuth
from authui.model.entry import Answer, Outcome
from authui.model.errors import (
    Ambiguous,
    AuthuiError,
    ChangedMeanwhile,
    NotStored,
    OutcomeUnknown,
    StoreAbsent,
    StoreDenied,
    StoreError,
    StoreState,
    StoreUnreadable,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.abilities import Misplaced
from authui.stores.base import Stored
from authui.stores.keychain.windows import CredentialManagerStore
from authui.stores.keychain.windows_api import Record
from tests.support.fake_credentials import Call, FakeCredentials, record_of, refused

OLD = encode_text(BearerToken(Secret("old-4711")))
NEW = encode_text(BearerToken(Secret("new-4711")))
THEIRS = '{"BearerToken":"theirs"}'
SEEN = Stored(OLD)


def with_old() -> FakeCredentials:
    return FakeCredentials(record_of("h.test", OLD.reveal()))


def refuse(number: int) -> Callable[[int], None]:
    def hook(_: int) -> None:
        raise refused(number)

    return hook


def text_in(api: FakeCredentials, target: str = "h.test.rattler") -> str | None:
    record = api.kept(target)
    return None if record is None else record.blob.decode("utf-16-le")


class TestReading:
    @pytest.mark.parametrize(
        ("number", "kind", "outcome"),
        [
            (1312, StoreAbsent, Outcome.MISS),
            (5, StoreDenied, Outcome.ERROR),
            (87, StoreUnreadable, Outcome.ERROR),
            (1004, StoreUnreadable, Outcome.ERROR),
            (1722, StoreUnreadable, Outcome.ERROR),
            (4711, StoreUnreadable, Outcome.ERROR),
        ],
    )
    def test_each_error_is_a_state_of_the_store(
        self, number: int, kind: type[StoreError], outcome: Outcome
    ) -> None:
        api = with_old()
        api.before = {"enumerate": refuse(number), "read": refuse(number)}
        listing = api.store().list()
        assert type(listing.failure) is kind
        assert (listing.state, listing.entries) == (kind.state, ())
        assert listing.failure.hint
        answer = api.store().get("h.test")
        assert answer.outcome is outcome
        assert type(answer.failure) is kind
        assert answer.detail == answer.failure.message
        assert type(api.store().refusal()) is kind
        for ask in (
            lambda: api.store().read("h.test"),
            lambda: api.store().read_many(["h.test"]),
            lambda: api.store().misplaced(),
        ):
            with pytest.raises(kind):
                ask()

    def test_the_number_and_the_words_of_windows_are_said(self) -> None:
        api = FakeCredentials()
        api.before["enumerate"] = refuse(1722)
        failure = api.store().list().failure
        assert failure is not None
        assert "error 1722, The RPC server is unavailable" in failure.message

    def test_a_session_without_credentials_is_no_broken_store(self) -> None:
        api = FakeCredentials()
        api.before["enumerate"] = refuse(1312)
        failure = api.store().list().failure
        assert failure is not None
        assert failure.state is StoreState.ABSENT
        assert "ssh" in (failure.hint or "")

    def test_what_was_read_is_kept_until_it_is_to_be_forgotten(self) -> None:
        api = with_old()
        store = api.store()
        assert store.get("h.test").outcome is Outcome.HIT
        assert len(store.list().entries) == 1
        api.drop("h.test.rattler")
        assert store.get("h.test").outcome is Outcome.HIT
        assert len(store.list().entries) == 1
        store.forget()
        assert store.get("h.test") == Answer(Outcome.MISS)
        assert store.list().entries == ()

    @pytest.mark.parametrize("host", ["h.test.rattler\0", "h.test.rattler\0x", "h" * 40_000])
    def test_a_name_that_windows_cannot_have_is_not_taken_for_another(self, host: str) -> None:
        api = with_old()
        store = api.store()
        assert store.get(host) == Answer(Outcome.MISS)
        assert store.read(host) is None
        assert store.read_many([host]) == {host: None}
        with pytest.raises(NotStored):
            store.delete(host)
        assert text_in(api) == OLD.reveal()

    def test_many_are_asked_for_with_one_listing_at_most(self) -> None:
        api = with_old()
        told = api.store().read_many(["h.test", "a.test", "b.test", "c.test"])
        assert told == {"h.test": SEEN, "a.test": None, "b.test": None, "c.test": None}
        assert api.calls.count("enumerate") == 1


class TestWriting:
    @pytest.mark.parametrize("before", [None, SEEN])
    @pytest.mark.parametrize(
        ("number", "kind"),
        [
            (1312, StoreAbsent),
            (5, StoreDenied),
            (87, WriteFailed),
            (1004, WriteFailed),
            (1783, WriteFailed),
            (2202, WriteFailed),
            (1168, NotStored),
            (1722, WriteFailed),
        ],
    )
    def test_a_refused_write_changes_nothing(
        self, before: Stored | None, number: int, kind: type[AuthuiError]
    ) -> None:
        api = FakeCredentials() if before is None else with_old()
        api.before["write"] = refuse(number)
        with pytest.raises(AuthuiError) as caught:
            api.store().write("h.test", NEW, before=before)
        assert type(caught.value) is kind
        assert caught.value.hint
        assert "4711" not in f"{caught.value.message}{caught.value.hint}"
        assert ("longer than Windows takes" in caught.value.message) is (number == 1783)
        assert text_in(api) == (None if before is None else OLD.reveal())

    def test_a_write_that_was_done_and_said_to_be_refused_counts(self) -> None:
        api = with_old()
        api.after["write"] = refuse(1726)
        assert api.store().write("h.test", NEW, before=SEEN) == Stored(NEW)

    def test_a_refusal_after_which_something_else_stands_there_is_unknown(self) -> None:
        api = with_old()

        def meddle(_: int) -> None:
            api.keep(record_of("h.test", THEIRS))
            raise refused(1726)

        api.after["write"] = meddle
        with pytest.raises(OutcomeUnknown):
            api.store().write("h.test", NEW, before=SEEN)

    @pytest.mark.parametrize("before", [None, SEEN])
    def test_a_write_that_windows_only_claims_is_no_write(self, before: Stored | None) -> None:
        api = FakeCredentials() if before is None else with_old()
        api.ignored.add("write")
        with pytest.raises(WriteFailed):
            api.store().write("h.test", NEW, before=before)

    @pytest.mark.parametrize(
        ("call", "change"),
        [
            ("write", lambda store: store.write("h.test", NEW, before=SEEN)),
            ("delete", lambda store: store.delete("h.test", before=SEEN)),
        ],
    )
    def test_what_cannot_be_looked_at_afterwards_is_unknown(
        self, call: Call, change: Callable[[CredentialManagerStore], object]
    ) -> None:
        api = with_old()

        def blind(_: int) -> None:
            api.before["read"] = refuse(1722)

        api.after[call] = blind
        with pytest.raises(OutcomeUnknown):
            change(api.store())

    def test_what_another_wrote_right_after_is_said(self) -> None:
        api = with_old()
        api.after["write"] = lambda _: api.keep(record_of("h.test", THEIRS))
        with pytest.raises(ChangedMeanwhile):
            api.store().write("h.test", NEW, before=SEEN)
        assert text_in(api) == THEIRS

    def test_what_is_no_text_is_not_replaced(self) -> None:
        api = FakeCredentials(Record("h.test.rattler", b"odd"))
        store = api.store()
        assert store.read("h.test") == Stored(None)
        with pytest.raises(WriteFailed, match="would be lost"):
            store.write("h.test", NEW, before=Stored(None))
        with pytest.raises(ChangedMeanwhile):
            store.write("h.test", NEW, before=None)
        store.delete("h.test")
        assert store.list().entries == ()

    def test_the_spelling_and_a_weak_persistence_are_mended_by_the_same_text(self) -> None:
        api = FakeCredentials(Record("H.test.RATTLER", OLD.reveal().encode("utf-16-le"), persist=1))
        api.store().write("h.test", OLD, before=SEEN)
        record = api.kept("h.test.rattler")
        assert record is not None
        assert (record.target, record.persist, record.user) == ("h.test.rattler", 3, "")

    def test_a_weak_persistence_alone_is_mended_too(self) -> None:
        api = FakeCredentials(replace(record_of("h.test", OLD.reveal()), persist=1))
        api.store().write("h.test", OLD, before=SEEN)
        assert api.kept("h.test.rattler") == record_of("h.test", OLD.reveal())

    def test_what_else_an_item_says_is_kept(self) -> None:
        old = Record("h.test.rattler", OLD.reveal().encode("utf-16-le"), "user", "comment", "alias")
        api = FakeCredentials(old)
        api.store().write("h.test", NEW, before=SEEN)
        assert api.kept("h.test.rattler") == replace(old, blob=NEW.reveal().encode("utf-16-le"))

    def test_the_same_text_is_not_written_again(self) -> None:
        api = with_old()
        api.store().write("h.test", OLD, before=SEEN)
        assert "write" not in api.calls


class TestLimits:
    """Bytes of UTF-16; Windows and rattler take 2,560."""

    @pytest.mark.parametrize("odd", ["x", "ü", "\U0001f600"])
    def test_2560_bytes_are_stored_and_one_unit_more_is_not(self, odd: str) -> None:
        overhead = len(encode_text(BearerToken(Secret(odd))).reveal().encode("utf-16-le"))
        fits = encode_text(BearerToken(Secret("x" * ((2560 - overhead) // 2) + odd)))
        over = encode_text(BearerToken(Secret("x" * ((2562 - overhead) // 2) + odd)))
        api = FakeCredentials()
        store = api.store()
        assert store.cannot_keep("h.test", fits) is None
        store.write("h.test", fits, before=None)
        record = api.kept("h.test.rattler")
        assert record is not None
        assert len(record.blob) == 2560
        with pytest.raises(WriteFailed) as caught:
            store.write("n.test", over, before=None)
        assert "2,562 bytes" in caught.value.message
        assert "2,560" in caught.value.message
        assert "unencrypted" in (caught.value.hint or "")
        assert "goes on using" not in caught.value.message
        assert api.kept("n.test.rattler") is None

    def test_the_older_one_is_named_as_what_still_wins(self) -> None:
        api = with_old()
        long = encode_text(OAuth(Secret("x" * 2000), "https://idp.test", "c"))
        store = api.store()
        with pytest.raises(WriteFailed, match="still there, and rattler goes on using it"):
            store.write("h.test", long, before=SEEN)
        assert "write" not in api.calls
        assert text_in(api) == OLD.reveal()
        assert "2,560" in (store.cannot_keep("H.test", long) or "")
        assert "rattler goes on" not in (store.cannot_keep("n.test", long) or "rattler goes on")

    @pytest.mark.parametrize("host", ["h" * 514, "ü" * 257, "h\0", "\ud800"])
    def test_a_name_that_rattler_cannot_ask_for_is_not_stored(self, host: str) -> None:
        api = FakeCredentials()
        assert api.store().cannot_keep(host, NEW)
        with pytest.raises(WriteFailed):
            api.store().write(host, NEW, before=None)
        assert "write" not in api.calls

    def test_half_of_a_surrogate_pair_is_no_text(self) -> None:
        api = FakeCredentials()
        text = Secret('{"BearerToken":"\ud800"}')
        assert api.store().cannot_keep("h.test", text)
        with pytest.raises(WriteFailed):
            api.store().write("h.test", text, before=None)

    def test_many_are_added_with_one_listing(self) -> None:
        other = Record("b.test.rattler", b"", type=2)
        api = FakeCredentials(other)
        told = dict(api.store().add_many([(f"{name}.test", NEW) for name in "abc"]))
        assert isinstance(told.pop("b.test"), ChangedMeanwhile)
        assert told == {"a.test": Stored(NEW), "c.test": Stored(NEW)}
        assert api.calls.count("enumerate") == 1
        assert api.kept("b.test.rattler") is None

    def test_one_that_is_too_long_ends_a_run_of_many(self) -> None:
        api = FakeCredentials()
        texts = [("a.test", NEW), ("b.test", Secret("x" * 1281)), ("c.test", NEW)]
        told = list(api.store().add_many(texts))
        assert [host for host, _ in told] == ["a.test", "b.test"]
        assert isinstance(told[1][1], WriteFailed)


class TestDeleting:
    @pytest.mark.parametrize(
        ("number", "kind"), [(5, StoreDenied), (1312, StoreAbsent), (87, WriteFailed)]
    )
    def test_a_refused_deletion_changes_nothing(self, number: int, kind: type[AuthuiError]) -> None:
        api = with_old()
        api.before["delete"] = refuse(number)
        with pytest.raises(AuthuiError) as caught:
            api.store().delete("h.test")
        assert type(caught.value) is kind
        assert text_in(api) == OLD.reveal()

    def test_a_deletion_that_was_done_and_said_to_be_refused_counts(self) -> None:
        api = with_old()
        api.after["delete"] = refuse(1726)
        api.store().delete("h.test")
        assert text_in(api) is None

    def test_a_deletion_that_windows_only_claims_is_none(self) -> None:
        api = with_old()
        api.ignored.add("delete")
        with pytest.raises(WriteFailed):
            api.store().delete("h.test")

    def test_what_is_gone_at_the_last_moment_was_not_deleted_here(self) -> None:
        api = with_old()
        api.before["delete"] = lambda _: api.drop("h.test.rattler")
        with pytest.raises(NotStored):
            api.store().delete("h.test")

    def test_after_a_failure_of_the_store_no_more_are_tried(self) -> None:
        api = FakeCredentials()
        befores = {f"{name}.test": SEEN for name in "abc"}
        for host in befores:
            api.keep(record_of(host, OLD.reveal()))

        def second(count: int) -> None:
            if count == 2:
                raise refused(5)

        api.before["delete"] = second
        kept = api.store().delete_many(befores)
        assert list(kept) == ["b.test", "c.test"]
        assert all(isinstance(error, StoreDenied) for error in kept.values())
        assert api.calls.count("delete") == 2


class TestOtherTypes:
    """Items that other programs keep under a name of rattler's, such as `cmdkey /add` makes."""

    OTHER = Record("h.test.rattler", b"", "person", type=2)

    def test_rattler_does_not_find_it_and_a_person_can_delete_it(self) -> None:
        api = FakeCredentials(self.OTHER)
        store = api.store()
        assert store.get("h.test") == Answer(Outcome.MISS)
        seen = store.read("h.test")
        assert seen == Stored(None)
        assert store.read_many(["h.test"]) == {"h.test": Stored(None)}
        with pytest.raises(ChangedMeanwhile):
            store.write("h.test", NEW, before=None)
        store.delete("H.test")
        assert api.kept("h.test.rattler", 2) is None

    def test_a_write_stands_beside_it(self) -> None:
        api = FakeCredentials(self.OTHER)
        store = api.store()
        store.write("h.test", NEW, before=store.read("h.test"))
        assert api.kept("h.test.rattler", 2) == self.OTHER
        record = api.kept("h.test.rattler")
        assert record is not None
        assert record.user == "h.test"
        assert store.read("h.test") == Stored(NEW)
        assert store.read("h.test", item="type-2") == Stored(None)
        (entry,) = store.list().entries
        assert entry.kind == "BearerToken"
        store.delete("h.test", before=Stored(NEW))
        assert api.kept("h.test.rattler", 2) == self.OTHER
        store.delete("h.test", item="type-2")
        assert store.list().entries == ()

    def test_of_several_one_has_to_be_named(self) -> None:
        third = Record("h.test.rattler", b"", type=3)
        api = FakeCredentials(self.OTHER, third)
        store = api.store()
        with pytest.raises(Ambiguous) as caught:
            store.delete("h.test")
        assert "type-2, type-3" in (caught.value.hint or "")
        assert isinstance(store.read_many(["h.test"])["h.test"], Ambiguous)
        assert len(store.list().entries) == 1
        store.delete("h.test", item="type-3")
        store.delete("h.test")
        with pytest.raises(NotStored):
            store.delete("h.test")


class TestMisplaced:
    RECORD = Record("rattler", OLD.reveal().encode("utf-16-le"), "h.test")

    def test_it_is_dropped_while_it_is_what_was_seen(self) -> None:
        api = FakeCredentials(self.RECORD)
        (one,) = api.store().misplaced()
        assert one == Misplaced("h.test", "rattler", SEEN)
        assert "4711" not in repr(one)
        api.store().drop_misplaced(one)
        assert api.store().misplaced() == ()
        with pytest.raises(NotStored):
            api.store().drop_misplaced(one)

    @pytest.mark.parametrize(
        "record",
        [
            Record("rattler", b"other", "h.test"),
            Record("rattler", OLD.reveal().encode("utf-16-le"), "another.test"),
        ],
    )
    def test_what_has_changed_stays(self, record: Record) -> None:
        api = FakeCredentials(self.RECORD)
        (one,) = api.store().misplaced()
        api.keep(record)
        with pytest.raises(ChangedMeanwhile):
            api.store().drop_misplaced(one)
        assert api.kept("rattler") == record
