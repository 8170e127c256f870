"""The calls of Windows as the program makes them, beside calls of the tests' own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authui.stores.keychain.windows_api import NOT_FOUND, Record, Refusal, open_api
from tests.support.credential_manager import Kept, everything, look, put

FULL = Record("ü\U0001f600.rattler", b"\0\xffodd", "user", "comment", "alias", 1, 2)


def test_every_field_arrives_and_comes_back() -> None:
    api = open_api()
    api.write(FULL)
    assert everything() == [
        Kept(FULL.target, FULL.blob, FULL.user, FULL.comment, FULL.alias, FULL.type, FULL.persist)
    ]
    assert api.read(FULL.target, 1) == FULL
    assert api.enumerate() == (FULL,)
    api.delete(FULL.target, 1)
    assert everything() == []


def test_what_is_missing_stays_missing() -> None:
    bare = replace(FULL, blob=b"", user=None, comment=None, alias=None)
    open_api().write(bare)
    assert look(FULL.target) == Kept(FULL.target, b"", None, None, None, 1, 2)
    assert open_api().read(FULL.target, 1) == bare


def test_types_are_told_apart() -> None:
    put(Kept("t", b"ab", "DOMAIN\\person", kind=2))
    api = open_api()
    assert api.read("t", 2).type == 2
    with pytest.raises(Refusal):
        api.read("t", 1)
    with pytest.raises(Refusal):
        api.delete("t", 1)
    assert [record.type for record in api.enumerate()] == [2]
    api.delete("t", 2)
    assert api.enumerate() == ()


def test_what_is_not_there_is_said_with_the_number_and_words_of_windows() -> None:
    api = open_api()
    assert api.enumerate() == ()
    for call in (lambda: api.read("none", 1), lambda: api.delete("none", 1)):
        with pytest.raises(Refusal) as caught:
            call()
        assert caught.value.number == NOT_FOUND
        assert caught.value.text
    with pytest.raises(Refusal) as caught:
        api.write(replace(FULL, type=77))
    assert caught.value.number == 87


def test_many_items_are_told_one_by_one() -> None:
    api = open_api()
    for number in range(500):
        api.write(Record(f"h{number:03}.rattler", str(number).encode("utf-16-le")))
    found = {record.target: record.blob.decode("utf-16-le") for record in api.enumerate()}
    assert found == {f"h{number:03}.rattler": str(number) for number in range(500)}


def test_no_secret_is_in_what_is_shown() -> None:
    assert "odd" not in repr(FULL)
