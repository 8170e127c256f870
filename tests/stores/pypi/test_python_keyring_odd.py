"""Backends of Python's keyring that are missing, broken, mute or curious."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Timer

import pytest

from authui.model.errors import (
    OutcomeUnknown,
    ReadOnly,
    StoreAbsent,
    StoreTimeout,
    StoreUnreadable,
)
from authui.model.secret import Secret
from authui.stores.environment import Environment
from authui.stores.patience import Patience
from authui.stores.pypi.index_urls import IndexUrl
from authui.stores.pypi.python_keyring import PythonKeyring
from tests.support.real_keyring import put_backends

INDEX = "https://pypi.example/simple"
KNOWN = IndexUrl(INDEX, "bob", "pixi.toml")
LIMIT = 0.5
SECRET = Secret("the-secret-4711")


@pytest.fixture
def own(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("PYTHONPATH", put_backends(own_home))
    return monkeypatch


def keyring_of(own: pytest.MonkeyPatch, name: str, limit: float = LIMIT) -> PythonKeyring:
    own.setenv("PYTHON_KEYRING_BACKEND", name if "." in name else f"odd_backends.{name}")
    return PythonKeyring(Environment.current(), limit=limit)


def test_without_any_backend(own_home: Path) -> None:
    with PythonKeyring(Environment.current()) as keyring:
        assert keyring.backend.kind == "fail"
        assert isinstance(keyring.contents([KNOWN]).failure, StoreAbsent)
        with pytest.raises(StoreAbsent):
            keyring.set(INDEX, "bob", SECRET)


def test_the_null_backend_takes_nothing(own_home: Path) -> None:
    folder = own_home / ".config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(
        "[backend]\ndefault-keyring=keyring.backends.null.Keyring"
    )
    with PythonKeyring(Environment.current()) as keyring:
        assert keyring.backend.origin == str(folder / "keyringrc.cfg")
        with pytest.raises(StoreAbsent, match="switched off"):
            keyring.set(INDEX, "bob", SECRET)


@pytest.mark.parametrize("name", ["no.such.Backend", "odd_backends.Nothing", "json.JSONDecoder"])
def test_a_backend_that_is_none(own: pytest.MonkeyPatch, name: str) -> None:
    with keyring_of(own, name) as keyring, pytest.raises(StoreUnreadable) as caught:
        keyring.contents([])
    assert "PYTHON_KEYRING_BACKEND" in (caught.value.hint or "")


def test_one_that_raises_says_so_without_its_words(own: pytest.MonkeyPatch) -> None:
    with keyring_of(own, "Raising") as keyring:
        failure = keyring.contents([KNOWN]).failure
        assert isinstance(failure, StoreUnreadable)
        assert "RuntimeError" in failure.message
        assert "secret" not in failure.message
    with keyring_of(own, "Odd") as keyring:
        with pytest.raises(StoreUnreadable) as caught:
            keyring.set(INDEX, "bob", SECRET)
        error: BaseException | None = caught.value
        while error is not None:
            assert "4711" not in repr(error)
            error = error.__cause__ or error.__context__


def test_one_that_hangs_is_ended_and_not_asked_again(own: pytest.MonkeyPatch) -> None:
    before = children()
    begin = time.monotonic()
    with keyring_of(own, "Hanging") as keyring:
        assert isinstance(keyring.contents([KNOWN]).failure, StoreTimeout)
        for _ in range(20):
            with pytest.raises(StoreTimeout):
                keyring.get(INDEX, "bob")
    assert time.monotonic() - begin < 5 * (LIMIT + 2)
    assert children() == before


def test_a_change_that_is_not_answered_has_an_unknown_outcome(own: pytest.MonkeyPatch) -> None:
    before = children()
    with keyring_of(own, "HangingLate") as keyring, pytest.raises(OutcomeUnknown):
        keyring.set(INDEX, "bob", SECRET)
    assert children() == before


def test_one_that_ends_its_process(own: pytest.MonkeyPatch) -> None:
    with keyring_of(own, "Exiting") as keyring, pytest.raises(StoreUnreadable, match="ended"):
        keyring.get(INDEX, "bob")


def test_one_that_asks_has_nobody_to_ask(
    own: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with keyring_of(own, "Asking") as keyring, pytest.raises(StoreUnreadable):
        keyring.get(INDEX, "bob")
    assert capfd.readouterr() == ("", "")


def test_what_one_prints_is_no_answer(own: pytest.MonkeyPatch) -> None:
    with keyring_of(own, "Chatty", 2) as keyring:
        assert keyring.get(INDEX, "bob") == Secret("right")
        assert keyring.get(INDEX, "bob") == Secret("right")


def test_patience_waits_for_a_window_as_long_as_the_person_does(own: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    with keyring_of(own, "Slow", 0.2) as keyring:
        patience = Patience(30, tell=lambda: told.append(True))
        keyring.set(INDEX, "bob", SECRET, patience=patience)
        assert told == [True]
        assert not patience.is_waiting
        assert keyring.get(INDEX, "bob") == SECRET
    with keyring_of(own, "Hanging", 0.2) as keyring:
        patience = Patience(600)
        Timer(0.4, patience.cancel).start()
        with pytest.raises(OutcomeUnknown):
            keyring.set(INDEX, "bob", SECRET, patience=patience)


def test_one_that_lists_nothing_is_asked_by_name(own: pytest.MonkeyPatch) -> None:
    with keyring_of(own, "Listless", 2) as keyring:
        assert not keyring.backend.is_enumerated
        keyring.set(INDEX, "bob", SECRET)
        keyring.set("pypi.example", "bob", SECRET)
        keyring.set("https://unknown.example/", "bob", SECRET)
        found = {(item.service, item.username) for item in keyring.contents([KNOWN]).items}
        assert found == {(INDEX, "bob"), ("pypi.example", "bob")}


def test_one_that_cannot_delete_says_so(own: pytest.MonkeyPatch) -> None:
    with keyring_of(own, "Keeping", 2) as keyring:
        keyring.set(INDEX, "bob", SECRET)
        with pytest.raises(ReadOnly):
            keyring.delete(INDEX, "bob")


def test_one_that_encrypts_nothing_is_known(own: pytest.MonkeyPatch, own_home: Path) -> None:
    with keyring_of(own, "keyrings.alt.file.PlaintextKeyring", 2) as keyring:
        assert keyring.backend.encrypted is False
        assert keyring.backend.location == str(own_home / "keyring_pass.cfg")


def test_a_python_that_does_not_start(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(own_home / "gone"))
    with PythonKeyring(Environment.current()) as keyring, pytest.raises(StoreUnreadable):
        keyring.contents([])


def test_nothing_of_the_current_directory_is_run(own_home: Path) -> None:
    for name in ("keyring.py", "json.py", "authui.py"):
        (own_home / name).write_text("open('run', 'w')")
    with PythonKeyring(Environment.current()) as keyring:
        assert keyring.backend.kind == "fail"
    assert not (own_home / "run").exists()


def children() -> list[int]:
    """The processes that this one has started and that are still there."""
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]
