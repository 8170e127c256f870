"""The netrc file among the stores that are changed, and what of it can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken, Credential
from authui.model.errors import AlreadyStored, ReadOnly, WriteFailed
from authui.model.secret import Secret
from authui.services.catalog import list_entries
from authui.services.change import Place
from authui.services.changes import Changes
from authui.services.effects import foreseen
from authui.services.targets import cannot_hold, is_writable
from authui.stores.base import StoreInfo
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.stores.netrc import NetrcStore

AT = Place("netrc", "h.test")
FILE = StoreInfo("file", ("file",), "credentials file", "x", "default", encrypted=False)
OTHER = "machine other.test login o password p\n"


class World:
    """A credentials file in memory and a real netrc file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = MemoryStore(FILE, {})
        self.changes = Changes(self.discover)

    def discover(self) -> Discovery:
        info = StoreInfo("netrc", ("netrc",), "netrc", str(self.path), "default", encrypted=False)
        return Discovery("pixi", (self.file, NetrcStore(str(self.path), info)), None, ())

    def held(self, text: str) -> bool:
        return self.path.read_text() == text


@pytest.fixture
def world(own_home: Path) -> World:
    return World(own_home / ".netrc")


def password(text: str, username: str = "me") -> Credential:
    return BasicHTTP(username, Secret(text))


def test_each_change_is_taken_back(world: World) -> None:
    world.path.write_text(OTHER)
    added = world.changes.put(AT, password("one"), before=None)
    assert world.held(f"{OTHER}machine h.test login me password one\n")
    assert (added.created, added.location) == (True, str(world.path))
    seen = world.changes.read(AT)
    replaced = world.changes.put(AT, password("two", "you"), before=seen)
    assert world.held(f"{OTHER}machine h.test login you password two\n")
    world.changes.undo(replaced.inverse)
    assert world.held(f"{OTHER}machine h.test login me password one\n")
    renamed = world.changes.relocate(AT, Place("netrc", "new.test"))
    assert world.held(f"{OTHER}machine new.test login me password one\n")
    world.changes.undo(renamed.inverse)
    assert world.held(f"{OTHER}machine h.test login me password one\n")
    removed = world.changes.remove(AT)
    assert world.held(OTHER)
    world.changes.undo(removed.inverse)
    assert world.held(f"{OTHER}machine h.test login me password one\n")
    world.changes.undo(added.inverse)
    assert world.held(OTHER)


def test_what_is_not_complete_is_taken_back_as_it_was(world: World) -> None:
    world.path.write_text("machine h.test password one\n")
    removed = world.changes.remove(AT)
    assert world.held("")
    world.changes.undo(removed.inverse)
    assert world.held("machine h.test password one\n")


def test_what_could_not_be_written_again_is_not_promised_back(world: World) -> None:
    world.path.write_text('machine h.test login "u" password p\n')
    replaced = world.changes.put(AT, password("new"), before=world.changes.read(AT))
    assert replaced.inverse == ()
    world.path.write_text('machine h.test login "u" password p\n')
    assert world.changes.remove(AT).inverse == ()
    world.path.write_text('machine h.test login "u" password p\n')
    moved = world.changes.relocate(AT, Place("file", "h.test"))
    assert moved.inverse == ()
    assert world.file.get("h.test").credential == password("p", '"u"')


def test_of_two_machines_of_a_name_the_last_is_changed_and_both_go(world: World) -> None:
    world.path.write_text(f"machine h.test login a password b\n{OTHER}machine h.test login c\n")
    change = world.changes.put(AT, password("new"), before=world.changes.read(AT))
    assert any("stands 2 times" in note for note in change.notes)
    assert world.held(
        f"machine h.test login a password b\n{OTHER}machine h.test password new login me\n"
    )
    removed = world.changes.remove(AT)
    assert world.held(OTHER)
    assert removed.inverse == ()


def test_it_goes_to_another_store_and_comes_back(world: World) -> None:
    world.path.write_text(f"machine h.test login me password one\n{OTHER}")
    moved = world.changes.relocate(AT, Place("file", "h.test"))
    assert world.held(OTHER)
    assert world.file.get("h.test").credential == password("one")
    world.changes.undo(moved.inverse)
    assert world.held(f"{OTHER}machine h.test login me password one\n")
    assert world.file.list().entries == ()


def test_what_netrc_cannot_hold_stays_where_it_is(world: World) -> None:
    held = {"h.test": BearerToken(Secret("t")), "b.test": password("p q")}
    world.file = MemoryStore(FILE, held)
    for host, credential in held.items():
        with pytest.raises(WriteFailed, match=r"only|white space"):
            world.changes.relocate(Place("file", host), Place("netrc", host))
        assert world.file.get(host).credential == credential
    assert not world.path.exists()
    assert cannot_hold("netrc", "BearerToken")
    assert cannot_hold("netrc", "BasicHTTP") is cannot_hold("file", "OAuth") is None


def test_a_copy_goes_again_where_the_machine_cannot(world: World) -> None:
    # To uv the password goes on to the end of the file, to rattler a machine stands there.
    text = 'machine h.test login u password "p\nmachine x login x password r\n'
    world.path.write_text(text)
    with pytest.raises(ReadOnly, match="two netrc readers agree"):
        world.changes.relocate(AT, Place("file", "h.test"))
    assert world.held(text)
    assert world.file.list().entries == ()


def test_a_file_that_a_reader_refuses_is_no_place_to_store(world: World) -> None:
    texts = (
        "machine h.test login u password p\n# mine\n",
        'machine h.test login u password "p"q\n',
    )
    for text in texts:
        world.path.write_text(text)
        report = list_entries(world.discover().stores).stores[-1]
        assert not is_writable(report)
        for attempt in (
            lambda: world.changes.put(AT, password("new"), before=None),
            lambda: world.changes.remove(AT),
            lambda: world.changes.read(AT),
        ):
            with pytest.raises(ReadOnly) as caught:
                attempt()
            assert "line" in caught.value.message
            assert caught.value.hint
        (removal,) = world.changes.remove_everywhere("h.test").results
        assert removal.error is not None
        assert world.held(text)


def test_where_something_stands_nothing_is_added(world: World) -> None:
    world.path.write_text("machine h.test login a password b\n")
    with pytest.raises(AlreadyStored):
        world.changes.put(AT, password("new"), before=None)


def test_a_wildcard_is_said_to_be_for_conda_requests_alone(world: World) -> None:
    listing = list_entries(world.discover().stores)
    (said,) = (one for one in foreseen(listing, "*.h.test", "netrc").sentences if "PyPI" in one)
    assert "no wildcards" in said
    for host, store in (("h.test", "netrc"), ("*.h.test", "file")):
        told = foreseen(listing, host, store).sentences  # type: ignore[arg-type]
        assert not any("PyPI" in one for one in told)
