"""Changes as a person makes them, on a stand-in for the calls of Windows."""

from __future__ import annotations

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import EntryState
from authui.model.errors import AlreadyStored
from authui.model.secret import Secret
from authui.services.catalog import list_entries
from authui.services.change import Place
from authui.services.changes import Changes
from authui.stores.discover import Discovery
from authui.stores.keychain.windows_api import Record
from tests.support.fake_credentials import FakeCredentials, record_of

TOKEN = BearerToken(Secret("new"))
OLD = record_of("H.test", '{"BearerToken":"old"}')


def changes_on(api: FakeCredentials) -> Changes:
    return Changes(lambda: Discovery("rattler", (api.store(),), None, ()))


def test_an_item_of_another_type_is_deleted_as_it_is_listed() -> None:
    api = FakeCredentials(Record("h.test.rattler", b"", "D\\u", type=2))
    (entry,) = list_entries((api.store(),)).entries
    assert (entry.host, entry.state, entry.items) == ("h.test", EntryState.UNREADABLE, ())
    change = changes_on(api).remove(Place("keychain", "h.test"))
    assert change.inverse == ()
    assert list_entries((api.store(),)).entries == ()


def test_something_is_stored_beside_it_by_whoever_edits_that_entry() -> None:
    other = Record("h.test.rattler", b"", "D\\u", type=2)
    api = FakeCredentials(other)
    changes = changes_on(api)
    place = Place("keychain", "h.test")
    with pytest.raises(AlreadyStored):
        changes.put(place, TOKEN, before=None)
    changes.put(place, TOKEN, before=changes.find(place))
    assert api.store().get("h.test").credential == TOKEN
    assert api.kept("h.test.rattler", 2) == other


def test_another_letter_case_is_no_new_pattern() -> None:
    api = FakeCredentials(OLD)
    changes = changes_on(api)
    with pytest.raises(AlreadyStored):
        changes.relocate(Place("keychain", "H.test"), Place("keychain", "h.test"))
    with pytest.raises(AlreadyStored):
        changes.put(Place("keychain", "h.test"), TOKEN, before=None)
    assert api.kept("h.test.rattler") == OLD


@pytest.mark.parametrize("blob", [OLD.blob, b'{"BearerToken":"utf8"}', b"\xff\xfet\0", b""])
def test_what_was_text_comes_back_byte_for_byte(blob: bytes) -> None:
    api = FakeCredentials(Record("h.test.rattler", blob, "h.test", "", ""))
    changes = changes_on(api)
    change = changes.remove(Place("keychain", "h.test"))
    assert api.kept("h.test.rattler") is None
    changes.undo(change.inverse)
    assert api.kept("h.test.rattler") == Record("h.test.rattler", blob, "h.test", "", "")


def test_what_was_no_text_does_not_come_back_and_nothing_says_it_would() -> None:
    api = FakeCredentials(Record("h.test.rattler", b"odd"))
    change = changes_on(api).remove(Place("keychain", "h.test"))
    assert change.inverse == ()
    assert api.kept("h.test.rattler") is None
