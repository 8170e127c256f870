"""What the items of Windows mean to rattler: rules that need no Windows."""

from __future__ import annotations

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import EntryState, Outcome
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.keychain.windows_api import SESSION, Record
from authui.stores.keychain.windows_items import (
    answer_of,
    entries_of,
    host_of,
    is_name,
    misplaced_host,
    stored,
    target_of,
)
from tests.support.fake_credentials import record_of

TEXT = '{"BearerToken":"t-4711"}'
UTF_16 = TEXT.encode("utf-16-le")


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("h.test.rattler", "h.test"),
        ("*.h.test.rattler", "*.h.test"),
        ("s3://bucket/a.b.rattler", "s3://bucket/a.b"),
        ("rattler.rattler", "rattler"),
        (".rattler", ""),
        ("h.test.RATTLER", "h.test"),
        ("H.test.Rattler", "H.test"),
        ("h.test.rattler.rattler", "h.test.rattler"),
        ("rattler", None),
        ("h.test@rattler", None),
        ("h.test.rattlers", None),
        ("h.test.rattler ", None),
        ("xrattler", None),
        ("", None),
    ],
)
def test_a_target_names_a_host(target: str, host: str | None) -> None:
    assert host_of(target) == host
    if host is not None and target.endswith("rattler"):
        assert target_of(host) == target


@pytest.mark.parametrize(
    ("host", "is_asked"),
    [
        ("h.test", True),
        ("", True),
        ("h" * 513, True),
        ("h" * 514, False),
        ("ü" * 256, True),
        ("ü" * 257, False),
        ("\U0001f600" * 128, True),
        ("\U0001f600" * 129, False),
        ("h\0", False),
        ("\ud800", False),
    ],
)
def test_rattler_asks_for_names_up_to_513_bytes(host: str, is_asked: bool) -> None:
    assert is_name(host) is is_asked


@pytest.mark.parametrize(
    ("blob", "why"),
    [
        (TEXT.encode(), "it is UTF-8 text, and rattler takes only UTF-16"),
        ((TEXT + " ").encode(), "it is UTF-8 text, and rattler takes only UTF-16"),
        (TEXT.encode("utf-8-sig"), "it is UTF-8 text, and rattler takes only UTF-16"),
        (UTF_16 + b"\n", "its length is odd, so it is no UTF-16 text"),
        (UTF_16[:-1], "its length is odd, so it is no UTF-16 text"),
        (TEXT.encode("utf-16"), "it begins with a byte order mark"),
        (UTF_16 + b"\0\0", "it ends with a NUL character"),
        (b"", "it is empty"),
        (UTF_16[:2] + b"\x00\xd8" + UTF_16[4:], "it is no UTF-16 text"),
    ],
)
def test_what_rattler_ignores_has_its_reason(blob: bytes, why: str) -> None:
    record = Record("h.test.rattler", blob)
    answer = answer_of(record)
    assert (answer.outcome, answer.detail) == (Outcome.ERROR, f"rattler ignores it: {why}")
    (entry,) = entries_of([record])
    assert (entry.host, entry.kind, entry.state) == ("h.test", None, EntryState.UNREADABLE)
    assert entry.detail == answer.detail
    assert "4711" not in repr(answer) + repr(entry) + repr(record)


@pytest.mark.parametrize("text", [TEXT[:-1], TEXT + "}", '{"Bearer":"t-4711"}', "t-4711", "≻敂牡"])
def test_text_that_is_no_credential_is_unreadable(text: str) -> None:
    record = record_of("h.test", text)
    assert stored(record) == Stored(Secret(text))
    answer = answer_of(record)
    assert answer.outcome is Outcome.ERROR
    assert (answer.detail or "").startswith("rattler ignores it: ")
    (entry,) = entries_of([record])
    assert (entry.state, entry.detail) == (EntryState.UNREADABLE, answer.detail)
    assert "4711" not in repr(answer) + repr(entry) + repr(stored(record))


@pytest.mark.parametrize("text", [TEXT, f" {TEXT}\n\t", TEXT.replace(":", " :\r\n ")])
def test_white_space_does_not_matter(text: str) -> None:
    assert answer_of(record_of("h.test", text)).credential == BearerToken(Secret("t-4711"))


def test_texts_that_windows_does_not_have_do_not_matter() -> None:
    record = Record("h.test.rattler", UTF_16, user=None, comment=None, alias=None)
    (entry,) = entries_of([record])
    assert (entry.state, entry.kind, entry.detail) == (EntryState.ACTIVE, "BearerToken", None)


@pytest.mark.parametrize(
    ("host", "key"),
    [("H.Test", "h.test"), ("*.TEST", "*.test"), ("s3://Bucket/P", "s3://Bucket/P"),
     ("S3://Bucket", "S3://Bucket")],
)  # fmt: skip
def test_an_entry_has_the_key_that_rattler_asks_for(host: str, key: str) -> None:
    (entry,) = entries_of([Record(f"{host}.rattler", UTF_16)])
    assert entry.host == key


def test_what_is_odd_about_an_item_that_rattler_uses_is_said() -> None:
    records = [
        Record("a.test.RATTLER", UTF_16),
        Record("B.test.rattler", UTF_16),
        Record("c.test.rattler", UTF_16, persist=SESSION),
        Record("d\n.test.rattler", UTF_16),
        Record("e.test.rattler", UTF_16),
        Record("E.test.rattler", b"", type=2),
    ]
    said = {entry.host: entry.detail or "" for entry in entries_of(records)}
    assert all(entry.state is EntryState.ACTIVE for entry in entries_of(records))
    assert set(said) == {"a.test", "b.test", "c.test", "d\n.test", "e.test"}
    assert "does not list it, for its target ends in .RATTLER" in said["a.test"]
    assert "It is named B.test: Windows takes upper and lower case for the same" in said["b.test"]
    assert "gone after the logoff" in said["c.test"]
    assert "line break" in said["d\n.test"]
    assert "a domain password of this name, which rattler does not see" in said["e.test"]


def test_a_name_that_rattler_never_asks_for_is_unreadable() -> None:
    for host in ("h" * 600, "\ud800"):
        (entry,) = entries_of([Record(f"{host}.rattler", UTF_16)])
        assert (entry.host, entry.state) == (host, EntryState.UNREADABLE)
        assert "never asks for" in (entry.detail or "")


@pytest.mark.parametrize(
    ("kind", "words"),
    [(2, "a domain password"), (4, "a domain password that is visible"), (77, "item of type 77")],
)
def test_an_item_of_another_type_is_none_of_rattlers(kind: int, words: str) -> None:
    record = Record("h.test.rattler", UTF_16, type=kind)
    (entry,) = entries_of([record])
    assert (entry.host, entry.kind, entry.state) == ("h.test", None, EntryState.UNREADABLE)
    assert words in (entry.detail or "")
    assert stored(record) == Stored(None)
    assert stored(record).item == f"type-{kind}"


@pytest.mark.parametrize(
    ("record", "host"),
    [
        (Record("rattler", UTF_16, "h.test"), "h.test"),
        (Record("h.test@rattler", UTF_16, "h.test"), "h.test"),
        (Record("h.test@rattler", UTF_16, None), "h.test"),
        (Record("h.test@Rattler", UTF_16, "H.test"), "H.test"),
        (Record("rattler", UTF_16, None), None),
        (Record("rattler", UTF_16, ""), None),
        (Record("@rattler", UTF_16, ""), None),
        (Record("rattler", UTF_16, "h.test", type=2), None),
        (Record("h.test.rattler", UTF_16, "h.test"), None),
        (Record("h.test@other", UTF_16, "h.test"), None),
    ],
)
def test_what_python_keyring_stored_is_known_by_its_target(
    record: Record, host: str | None
) -> None:
    assert misplaced_host(record) == host
