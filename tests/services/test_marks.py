"""What an answer makes of the entries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authui.model.entry import Entry
from authui.services.catalog import list_entries
from authui.services.lookup import lookup
from authui.services.marks import Marks
from authui.services.words import StateWords, state_words
from authui.stores.base import Store
from tests.services.test_lookup import BEARER, NOW, S3, info, memory

STATE = StateWords("active", "good", "●")


def marked(url: str, *stores: Store) -> list[tuple[str | None, str, str]]:
    marks = Marks(lookup(url, stores, client="rattler", now=NOW))
    entries = list_entries(stores).entries
    return [
        (e.host, e.store, marks.words(e, state_words(e, info(e.store), brief=True)).words)
        for e in entries
    ]


def test_each_entry_says_why_it_lost() -> None:
    stores = (
        memory("keychain", {"*.b.test": BEARER}, ambiguous="a.b.test"),
        memory("file", {"*.b.test": BEARER, "*.test": BEARER, "c.test": BEARER, "d:1": BEARER}),
    )
    assert marked("https://a.b.test/", *stores) == [
        ("*.b.test", "keychain", "used"),
        ("*.b.test", "file", "loses to keychain"),
        ("*.test", "file", "less specific"),
        ("a.b.test", "keychain", "ambiguous (0)"),
        ("c.test", "file", "other host"),
        ("d:1", "file", "never matches"),
    ]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://u:p@a.test/", "not asked"),
        ("s3://a.test/", "stops the request"),
        ("https://other.test/", "other host"),
    ],
)
def test_an_answer_without_the_entry(url: str, words: str) -> None:
    assert marked(url, memory("file", {"a.test": BEARER})) == [("a.test", "file", words)]


def test_what_is_found_may_still_not_be_sent() -> None:
    assert marked("https://a.test/", memory("file", {"a.test": S3})) == [
        ("a.test", "file", "found, not sent")
    ]


def test_an_entry_that_is_gone_meanwhile_was_not_found() -> None:
    marks = Marks(lookup("https://a.test/", [memory("file")], client="rattler", now=NOW))
    entry = Entry("a.test", "file")
    assert marks.concerns(entry)
    assert marks.words(entry, STATE).words == "not found"
    assert marks.words(replace(entry, host=None), STATE) == STATE
