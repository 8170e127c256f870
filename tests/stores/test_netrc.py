from __future__ import annotations

import os
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP
from authui.model.entry import Outcome, StoreListing
from authui.model.errors import StoreState
from authui.stores.base import StoreInfo
from authui.stores.netrc import NetrcStore
from authui.stores.netrc_grammar import NetrcSyntaxError, parse_netrc

CANARY = "canary-4711"
INFO = StoreInfo("netrc", ("netrc",), "netrc", "~/.netrc", "default", encrypted=False)


def store(home: Path, content: str | bytes) -> NetrcStore:
    path = home / ".netrc"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return NetrcStore(str(path), INFO)


def pair(found: NetrcStore, host: str) -> tuple[str, str] | None:
    credential = found.get(host).credential
    if credential is None:
        return None
    assert isinstance(credential, BasicHTTP)
    return credential.username, credential.password.reveal()


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("machine h login u password p", ("u", "p")),
        ("machine\nh\nlogin\nu\npassword\np", ("u", "p")),
        ("machine h password p", ("", "p")),
        ("machine h login u", ("u", "")),
        ("machine h", ("", "")),
        ("machine h account x password p login u", ("u", "p")),
        ('machine h login "u" password "p"', ('"u"', '"p"')),
        ("machine h login u password #p", ("u", "#p")),
        ("machine h login login password machine", ("login", "machine")),
        ("machine h login u password p machine h login v password q", ("v", "q")),
        ("machine h\u00a0login\u2003u password p", ("u", "p")),
        ("machine h login a\x1fb password p", ("a\x1fb", "p")),
        ("macdef m\nbody\n\nmachine h login u password p", ("u", "p")),
        ("macdef m\nb\r\n\r\nxmachine h login u password p", None),
        ("macdef m\n☃\n\n12machine h login u password p", ("u", "p")),
        ("macdef m\n\n \nx\n\nmachine h login u password p", ("u", "p")),
        ("macdef m\nx\n \ny\n\nmachine h login u password p", ("u", "p")),
        ("machine h login u password p macdef m", ("u", "p")),
        # The last line keeps a carriage return that no line feed follows, which counts.
        ("machine h login u password p\nmacdef m\nx\r\nx\r\nabc\r", ("u", "p")),
        ("machine h login u password p\nmacdef m\nx\r\nx\r\nabc", None),
        ("machine h login u password p\u3000", ("u", "p")),
        ("machine h login u password p\u200b", ("u", "p\u200b")),
        ("machine h login u password p\0", ("u", "p\0")),
        ("machine a machine h login u login v password p", ("v", "p")),
        ("default login d password dp", None),
        ("machine other login u password p", None),
        ("", None),
    ],
)
def test_what_is_sent(own_home: Path, text: str, sent: tuple[str, str] | None) -> None:
    assert pair(store(own_home, text), "h") == sent


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("# a comment\nmachine h", 1, 1),
        ("machine h\n  login u # why", 2, 11),
        ("machine h user u password p", 1, 11),
        ("machine h login u port 80", 1, 19),
        ('machine h password "p q"', 1, 23),
        ("login u", 1, 1),
        ("machine h login u login v", 1, 19),
        ("machine h login u password", 1, 19),
        ("machine h\nmachine", 2, 1),
        ("Machine h", 1, 1),
        ("machine h LOGIN u", 1, 11),
        ("\ufeffmachine h", 1, 1),
        ("macdef", 1, 1),
        ("machine a\nmachine b\r\n\n  macdef m\nx\n\n\u3000oops", 7, 2),
    ],
)
def test_what_makes_rattler_ignore_the_file(
    own_home: Path, text: str, line: int, column: int
) -> None:
    with pytest.raises(NetrcSyntaxError) as failure:
        parse_netrc(text)
    assert (failure.value.line, failure.value.column) == (line, column)
    assert failure.value.hint
    found = store(own_home, text)
    listing = found.list()
    assert (listing.state, listing.entries, found.blocks) == (StoreState.CORRUPT, (), None)
    assert listing.failure is not None
    assert f"line {line}, column {column}" in listing.failure.message
    assert found.get("h").outcome is Outcome.ERROR


def test_no_message_shows_a_password(own_home: Path) -> None:
    for text in (
        f'machine h password "a {CANARY}"',
        f"machine h login u password p {CANARY}",
        CANARY,
    ):
        found = store(own_home, text)
        assert CANARY not in repr(found.list()) + repr(found.get("h")) + repr(found)
    found = store(own_home, f"machine h login u password {CANARY}")
    assert CANARY not in repr(found.list()) + repr(found.get("h")) + repr(
        parse_netrc(f"machine h password {CANARY}")
    )


def test_states(own_home: Path) -> None:
    assert NetrcStore(str(own_home / "none"), INFO).list().state is StoreState.ABSENT
    assert NetrcStore(str(own_home / "none"), INFO).get("h").outcome is Outcome.MISS
    assert NetrcStore("", INFO).list().state is StoreState.ABSENT
    assert NetrcStore(str(own_home), INFO).list().state is StoreState.UNREADABLE
    listing = store(own_home, "machine é\nlogin é ".encode() + b"\xe9 password x").list()
    assert listing.state is StoreState.CORRUPT
    assert listing.failure is not None
    assert "(line 2, column 9)" in listing.failure.message
    os.mkfifo(own_home / "pipe")
    assert NetrcStore(str(own_home / "pipe"), INFO).list().state is StoreState.UNREADABLE


def test_what_may_not_be_read_is_denied(own_home: Path) -> None:
    found = store(own_home, "machine h login u password p")
    (own_home / ".netrc").chmod(0)
    user = os.geteuid()
    if user == 0:  # root may read everything
        os.seteuid(65534)
    try:
        listing = found.list()
    finally:
        os.seteuid(user)
    assert (listing.state, listing.entries, found.blocks) == (StoreState.DENIED, (), None)
    assert listing.failure is not None
    assert listing.failure.hint
    assert found.get("h").outcome is Outcome.ERROR


def test_the_null_device_is_an_empty_file() -> None:
    found = NetrcStore(os.devnull, INFO)
    assert found.list() == StoreListing(StoreState.OK)
    assert found.get("h").outcome is Outcome.MISS
    assert NetrcStore("/dev/zero", INFO).list().state is StoreState.UNREADABLE


def test_what_is_left_out_is_said(own_home: Path) -> None:
    found = store(own_home, "machine h login u\nmachine h password p\n\ndefault login d password e")
    (entry,) = found.list().entries
    assert entry.detail is not None
    assert "the last" in entry.detail
    assert "no login" in entry.detail
    (note,) = found.notes
    assert "line 4" in note


def test_a_file_that_uv_refuses_is_read_only_and_says_so(own_home: Path) -> None:
    found = store(
        own_home, 'machine h login u password p\nmacdef m\nx\n\nmachine x login "u"v password p'
    )
    assert not found.info.read_only  # nobody has read it
    assert pair(found, "h") == ("u", "p")
    assert found.info.read_only
    (note,) = found.notes
    assert "PyPI requests ignore this file" in note
    assert "line 5" in note
    for text in ("machine h login u password p", 'machine h login "u" password p\\', ""):
        found = store(own_home, text)
        assert found.list().failure is None
        assert (found.info.read_only, found.notes) == (False, ())
    found = store(own_home, "# a comment")
    assert found.list().failure is not None
    assert found.info.read_only


def test_other_names_of_the_file_are_told_of(own_home: Path) -> None:
    found = store(own_home, "machine h login u password p")
    (own_home / "other").hardlink_to(own_home / ".netrc")
    (note,) = found.notes
    assert "2 names" in note


def test_a_store_is_one_look(own_home: Path) -> None:
    found = store(own_home, "machine h login u password p")
    assert pair(found, "h") == ("u", "p")
    (own_home / ".netrc").unlink()
    assert pair(found, "h") == ("u", "p")
    assert found.list().entries[0].username == "u"
