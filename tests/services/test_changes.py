"""Changes of what is stored, on stores in memory that can be made to fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from authui.model.credential import BasicHTTP, BearerToken, Credential, UnknownField
from authui.model.entry import Answer, Entry, EntryState, Item, Outcome, StoreId
from authui.model.errors import (
    AlreadyStored,
    Ambiguous,
    AuthuiError,
    BadInput,
    ChangedMeanwhile,
    ChangeError,
    NotStored,
    OutcomeUnknown,
    ReadOnly,
    StoreLocked,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.text import upper_first
from authui.model.wire import encode_text
from authui.services.change import Place, Step
from authui.services.changes import NOT_REVOKED, Changes
from authui.services.words import store_words
from authui.stores.base import Store, Stored
from authui.stores.discover import Discovery
from authui.stores.environment import Environment
from authui.stores.memory import MemoryStore
from authui.stores.netrc import NetrcStore
from authui.stores.patience import Patience
from tests.contracts.test_stores import FILE, NETRC

NAMED = store_words("keychain")
KEYCHAIN = replace(FILE, id="keychain", names=("keychain",), name="Secret Service", encrypted=True)


def token(text: str = "t") -> BearerToken:
    return BearerToken(Secret(text))


class Failing(MemoryStore):
    """Fails in one of its methods, as often as it is asked; `after` lets it do its work first."""

    fails: dict[str, AuthuiError]
    after: Callable[[str], None] = staticmethod(lambda _: None)

    def __init__(self, *given: object, **settings: object) -> None:
        super().__init__(*given, **settings)  # type: ignore[arg-type]
        self.fails = {}

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        if "write" in self.fails:
            raise self.fails["write"]
        stored = super().write(host, text, before=before, item=item, patience=patience)
        self.after("write")
        return stored

    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        if "delete" in self.fails:
            raise self.fails["delete"]
        super().delete(host, before=before, item=item, patience=patience)


def keychain(**held: Credential) -> Failing:
    return Failing(KEYCHAIN, {host.replace("_", "."): c for host, c in held.items()})


def file(**held: Credential) -> Failing:
    return Failing(FILE, {host.replace("_", "."): c for host, c in held.items()})


def changes(*stores: Store, read_only: bool = False) -> Changes:
    return Changes(lambda: Discovery("pixi", stores, None, ()), read_only=read_only)


def held(store: MemoryStore) -> dict[str, Credential | None]:
    return {e.host or "": store.get(e.host or "").credential for e in store.list().entries}


AT = Place("keychain", "h.test")


def test_adding_says_where_it_went_and_what_is_sent() -> None:
    store = keychain()
    change = changes(store, file()).put(AT, token("abc"), before=None)
    assert held(store) == {"h.test": token("abc")}
    assert (change.place, change.location, change.created) == (AT, "x", True)
    assert change.effect.shadowed_by is None
    (sentence,) = change.effect.sentences
    assert sentence == (
        f"https://h.test/channel: h.test from {NAMED}: Authorization: Bearer •••••• (bearer token)"
    )


def test_adding_where_something_stands_is_refused() -> None:
    store = keychain(h_test=token("old"))
    with pytest.raises(AlreadyStored, match="holds something for"):
        changes(store).put(AT, token("new"), before=None)
    assert held(store) == {"h.test": token("old")}


def test_replacing_needs_what_was_seen() -> None:
    store = keychain(h_test=token("old"))
    service = changes(store)
    seen = service.read(AT)
    service.put(AT, token("theirs"), before=seen)
    with pytest.raises(ChangedMeanwhile):
        service.put(AT, token("mine"), before=seen)
    assert held(store) == {"h.test": token("theirs")}


def test_reading_what_is_not_there() -> None:
    with pytest.raises(NotStored, match=f"{upper_first(NAMED)} holds nothing for") as caught:
        changes(keychain()).read(AT)
    assert caught.value.hint
    assert changes(keychain()).find(AT) is None


def test_a_copy_that_shadows_is_told() -> None:
    stores = keychain(h_test=token("first")), file()
    change = changes(*stores).put(Place("file", "h.test"), token("second"), before=None)
    assert change.effect.shadowed_by == "keychain"
    assert change.effect.sentences[0] == (
        f"It is not sent: {NAMED} holds the same pattern and is asked first"
    )


def test_an_exact_pattern_elsewhere_is_told_where_a_wildcard_is_stored() -> None:
    stores = keychain(), file(a_h_test=token("exact"))
    change = changes(*stores).put(Place("keychain", "*.h.test"), token(), before=None)
    assert "https://a.h.test/channel: a.h.test from the credentials file answers it" in (
        change.effect.sentences
    )


class TestRelocation:
    def test_a_rename_keeps_the_text_as_it_stands(self) -> None:
        odd = BasicHTTP("u", Secret("p"), (UnknownField("new", Secret("[1, 2]")),))
        store = keychain(h_test=odd)
        change = changes(store).relocate(AT, Place("keychain", "n.test"))
        assert held(store) == {"n.test": odd}
        assert change.created

    def test_a_move_to_another_store(self) -> None:
        source, target = file(h_test=token("x")), keychain()
        changes(target, source).relocate(Place("file", "h.test"), AT)
        assert held(source) == {}
        assert held(target) == {"h.test": token("x")}

    def test_with_another_value(self) -> None:
        store = keychain(h_test=token("old"))
        service = changes(store)
        seen = service.read(AT)
        new = Place("keychain", "n.test")
        service.relocate(AT, new, before=seen, credential=token("new"))
        assert held(store) == {"n.test": token("new")}

    def test_nothing_is_put_over_what_stands_there(self) -> None:
        source, target = file(h_test=token("mine")), keychain(h_test=token("theirs"))
        with pytest.raises(AlreadyStored):
            changes(target, source).relocate(Place("file", "h.test"), AT)
        assert held(source) == {"h.test": token("mine")}
        assert held(target) == {"h.test": token("theirs")}

    def test_to_where_it_is(self) -> None:
        with pytest.raises(BadInput, match="Both places are the same"):
            changes(keychain(h_test=token())).relocate(AT, AT)

    def test_to_where_it_is_under_another_name_of_the_store(self) -> None:
        both = Failing(replace(FILE, names=("auth-file", "file"), id="auth-file"), {"h": token()})
        with pytest.raises(BadInput, match="Both places are the same"):
            changes(both).relocate(Place("file", "h"), Place("auth-file", "h"))
        assert held(both) == {"h": token()}

    def test_what_changed_meanwhile_stays(self) -> None:
        store = keychain(h_test=token("refreshed"))
        with pytest.raises(ChangedMeanwhile):
            changes(store).relocate(
                AT, Place("keychain", "n.test"), before=Stored(encode_text(token("seen")))
            )
        assert held(store) == {"h.test": token("refreshed")}

    def test_a_refresh_between_copy_and_deletion_wins_over_the_copy(self) -> None:
        source, target = file(h_test=token("old")), keychain()

        def refresh(_: str) -> None:
            now = source.read("h.test")
            MemoryStore.write(source, "h.test", encode_text(token("fresh")), before=now)

        target.after = refresh
        with pytest.raises(ChangedMeanwhile):
            changes(target, source).relocate(Place("file", "h.test"), AT)
        assert held(source) == {"h.test": token("fresh")}
        assert held(target) == {}

    def test_if_the_target_fails_the_source_stays(self) -> None:
        source, target = file(h_test=token()), keychain()
        target.fails["write"] = WriteFailed("no room")
        with pytest.raises(WriteFailed):
            changes(target, source).relocate(Place("file", "h.test"), AT)
        assert held(source) == {"h.test": token()}

    def test_if_the_old_one_cannot_go_the_new_one_goes(self) -> None:
        source, target = file(h_test=token()), keychain()
        source.fails["delete"] = WriteFailed("read-only disk")
        with pytest.raises(WriteFailed, match="read-only disk"):
            changes(target, source).relocate(Place("file", "h.test"), AT)
        assert held(source) == {"h.test": token()}
        assert held(target) == {}

    def test_if_neither_can_go_both_are_named(self) -> None:
        source, target = file(h_test=token()), keychain()
        source.fails["delete"] = target.fails["delete"] = WriteFailed("read-only disk")
        with pytest.raises(OutcomeUnknown, match="stands at both places: read-only disk") as caught:
            changes(target, source).relocate(Place("file", "h.test"), AT)
        assert caught.value.hint == (
            f"Delete one of them: h.test in the credentials file or h.test in {NAMED}"
        )
        assert held(source) == held(target) == {"h.test": token()}

    def test_what_cannot_be_read_stays(self) -> None:
        store = unreadable()
        with pytest.raises(ChangeError, match="cannot be read, so it stays there"):
            changes(store).relocate(AT, Place("keychain", "n.test"))
        assert [entry.host for entry in store.list().entries] == ["h.test"]


def unreadable() -> MemoryStore:
    entry = Entry("h.test", "keychain", state=EntryState.UNREADABLE)
    return MemoryStore(KEYCHAIN, {}, special={"h.test": (entry, Answer(Outcome.ERROR))})


def twice() -> MemoryStore:
    items = tuple(Item(n, f"label {n}", "Login", None, None, None) for n in ("1", "2"))
    entry = Entry("h.test", "keychain", state=EntryState.AMBIGUOUS, items=items)
    answer = Answer(Outcome.AMBIGUOUS, items=items)
    held = {"1": token("one"), "2": token("two")}
    return MemoryStore(KEYCHAIN, {}, special={"h.test": (entry, answer)}, held=held)


class TestRemoval:
    def test_says_what_answers_then(self) -> None:
        store = keychain(h_test=token("k"))
        change = changes(store, file(h_test=token("f"))).remove(AT)
        assert held(store) == {}
        assert change.notes == (NOT_REVOKED,)
        assert change.effect.sentences == (
            "https://h.test/channel: h.test from the credentials file answers it",
        )

    def test_also_of_what_cannot_be_read(self) -> None:
        store = unreadable()
        change = changes(store).remove(AT)
        assert store.list().entries == ()
        assert change.inverse == ()

    def test_of_nothing(self) -> None:
        with pytest.raises(NotStored):
            changes(keychain()).remove(AT)

    def test_of_one_of_several_items(self) -> None:
        store = twice()
        with pytest.raises(Ambiguous):
            changes(store).remove(AT)
        assert changes(store).remove(replace(AT, item="1")).inverse == ()
        assert held(store) == {"h.test": token("two")}

    def test_everywhere(self) -> None:
        stores = keychain(h_test=token("k")), file(h_test=token("f"), n_test=token("n"))
        done = changes(*stores).remove_everywhere("h.test")
        assert [(r.place.store, r.is_done) for r in done.results] == [
            ("keychain", True),
            ("file", True),
        ]
        assert [held(store) for store in stores] == [{}, {"n.test": token("n")}]
        assert len(done.inverse) == 2

    def test_everywhere_goes_on_after_a_failure_and_names_who_did_not_answer(self) -> None:
        bad = file(h_test=token("f"))
        bad.fails["delete"] = WriteFailed("read-only disk")
        locked = MemoryStore(
            replace(FILE, id="auth-file", names=("auth-file",)), {}, failure=StoreLocked("locked")
        )
        done = changes(locked, bad, keychain(h_test=token())).remove_everywhere("h.test")
        assert [(r.place.store, r.error and r.error.message) for r in done.results] == [
            ("auth-file", "locked"),
            ("file", "read-only disk"),
            ("keychain", None),
        ]

    def test_everywhere_takes_each_item(self) -> None:
        store = twice()
        done = changes(store).remove_everywhere("h.test")
        assert [r.place.item for r in done.results] == ["1", "2"]
        assert store.list().entries == ()
        assert done.inverse == ()

    def test_everywhere_of_nothing(self) -> None:
        done = changes(keychain(), file()).remove_everywhere("h.test")
        assert (done.results, done.notes) == ((), ())

    def test_a_netrc_file_that_one_reader_refuses_is_left(self, environment: Environment) -> None:
        home = environment.home() or ""
        path = f"{home}/.netrc"
        with open(path, "w", encoding="utf-8") as written:
            written.write('machine h.test login u password p\nmachine b login u password "a"b\n')
        netrc = NetrcStore(path, replace(NETRC, location=path))
        (result,) = changes(keychain(), netrc).remove_everywhere("h.test").results
        assert isinstance(result.error, ReadOnly)
        assert "uv, which pixi uses for PyPI, cannot read it" in result.error.message
        assert "(line 2)" in result.error.message
        with open(path, encoding="utf-8") as kept:
            assert kept.read().startswith("machine h.test")


def test_keeping_one_item_deletes_the_others() -> None:
    store = twice()
    change = changes(store).keep("h.test", "2")
    assert held(store) == {"h.test": token("two")}
    assert "Authorization: Bearer" in change.effect.sentences[0]


def test_keeping_an_item_that_has_gone_deletes_nothing() -> None:
    store = twice()
    with pytest.raises(ChangedMeanwhile):
        changes(store).keep("h.test", "3")
    assert len(changes(store).items("h.test")) == 2


class TestUndo:
    def test_of_each_change(self) -> None:
        store, other = keychain(h_test=token("old")), file()
        service = changes(store, other)
        start = held(store), held(other)

        def put_new() -> tuple[Step, ...]:
            return service.put(Place("file", "n.test"), token(), before=None).inverse

        def replaced() -> tuple[Step, ...]:
            return service.put(AT, token("new"), before=service.read(AT)).inverse

        def renamed() -> tuple[Step, ...]:
            return service.relocate(AT, Place("keychain", "n.test")).inverse

        def moved() -> tuple[Step, ...]:
            return service.relocate(AT, Place("file", "h.test")).inverse

        def removed() -> tuple[Step, ...]:
            return service.remove(AT).inverse

        for make in (put_new, replaced, renamed, moved, removed):
            inverse = make()
            assert (held(store), held(other)) != start, make
            service.undo(inverse)
            assert (held(store), held(other)) == start, make

    def test_says_that_a_keychain_deletion_makes_a_new_item(self) -> None:
        service = changes(keychain(h_test=token()), file(h_test=token()))
        assert service.undo(service.remove(AT).inverse).notes
        in_file = service.remove(Place("file", "h.test")).inverse
        assert service.undo(in_file).notes == ()

    def test_only_while_the_store_holds_what_was_written(self) -> None:
        store = keychain(h_test=token("old"))
        service = changes(store)
        inverse = service.put(AT, token("new"), before=service.read(AT)).inverse
        service.put(AT, token("theirs"), before=service.read(AT))
        with pytest.raises(ChangedMeanwhile, match="has changed since, so nothing is put back"):
            service.undo(inverse)
        assert held(store) == {"h.test": token("theirs")}

    def test_a_part_that_changed_stops_all_of_it(self) -> None:
        store = keychain(h_test=token("old"))
        service = changes(store)
        inverse = service.relocate(AT, Place("keychain", "n.test")).inverse
        service.remove(Place("keychain", "n.test"))
        with pytest.raises(ChangedMeanwhile):
            service.undo(inverse)
        assert held(store) == {}


@pytest.mark.parametrize("store", ["override-file", "auth-file", "netrc"])
def test_a_store_that_the_client_does_not_ask(store: StoreId) -> None:
    with pytest.raises(BadInput, match=f"pixi asks no {store} here"):
        changes(keychain(), file()).put(Place(store, "h.test"), token(), before=None)


def test_a_run_that_may_change_nothing() -> None:
    store = keychain(h_test=token())
    service = changes(store, read_only=True)
    seen = service.read(AT)
    for attempt in (
        lambda: service.put(AT, token("new"), before=seen),
        lambda: service.relocate(AT, Place("keychain", "n.test")),
        lambda: service.remove(AT),
        lambda: service.remove_everywhere("h.test"),
        lambda: service.keep("h.test", "1"),
        lambda: service.undo((Step(AT, None, seen),)),
    ):
        with pytest.raises(ReadOnly, match="--read-only"):
            attempt()
    assert held(store) == {"h.test": token()}


def test_unlocking() -> None:
    store = MemoryStore(KEYCHAIN, {"h.test": token()}, failure=StoreLocked("It is locked"))
    service = changes(store)
    assert service.unlock(Patience())
    assert not service.unlock(Patience())
    assert service.read(AT) == Stored(encode_text(token()))


def test_a_keychain_without_a_lock() -> None:
    from authui.stores.keychain import open_keychain

    with pytest.raises(ReadOnly, match="nothing to unlock in the Windows Credential Manager"):
        changes(open_keychain(Environment({}, "/", "win32"))).unlock(Patience())
