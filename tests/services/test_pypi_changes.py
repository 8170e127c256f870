"""Changes for PyPI indexes, judged by the real keyring program and by real uv."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authui.model.errors import (
    AlreadyStored,
    Ambiguous,
    AuthuiError,
    BadInput,
    BadUrl,
    ChangedMeanwhile,
    NotStored,
    ReadOnly,
    StoreLocked,
    StoreUnreadable,
    WriteFailed,
)
from authui.model.pypi import PypiEntry
from authui.model.secret import Secret
from authui.services.pypi_changes import PypiChanges, PypiTarget
from authui.services.pypi_entries import list_pypi
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig
from authui.stores.pypi.sample import sample
from authui.stores.pypi.sources import PypiSources
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.real_keyring import (
    PROGRAMS,
    keyring_program,
    keyring_set,
    put_as_keyring,
    put_backends,
    use,
)
from tests.support.wheel_index import WheelIndex

__all__ = ["gnome_keyring", "shared_gnome_keyring"]

INDEX = "https://pypi.example/simple/"
PASSWORD = Secret("pä ss-4711")
ON = PixiConfig(keyring_provider="subprocess")


def changes(pixi: PixiConfig = ON, *, read_only: bool = False) -> PypiChanges:
    return PypiChanges(PypiSources(Environment.current(), pixi), read_only=read_only)


@pytest.fixture
def keyring(gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch) -> GnomeKeyring:
    use(gnome_keyring, monkeypatch)
    return gnome_keyring


@pytest.fixture(scope="module")
def index() -> Iterator[WheelIndex]:
    with WheelIndex("bob", PASSWORD.reveal()) as index:
        yield index


def install(index: WheelIndex, folder: Path) -> subprocess.CompletedProcess[str]:
    """`uv pip install` of the one package of the index."""
    return subprocess.run(
        [
            os.path.join(PROGRAMS, "uv"), "pip", "install", "--target", folder, "--no-config",
            "--keyring-provider", "subprocess", "--index-url", index.url_of("bob"), "--no-cache",
            "--python", sys.executable, "--no-deps", "small",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip


def test_uv_installs_with_what_was_stored_and_not_without(
    keyring: GnomeKeyring, index: WheelIndex, tmp_path: Path
) -> None:
    change = changes().put(index.url, "bob", PASSWORD, run_keyring=True)
    assert change.created
    assert not any("does not find it" in note for note in change.notes)
    done = install(index, tmp_path / "one")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "one" / "small.py").is_file()
    changes().remove(change.entry)
    assert install(index, tmp_path / "two").returncode != 0


def test_uv_installs_with_what_keyring_set_until_it_is_deleted(
    keyring: GnomeKeyring, index: WheelIndex, tmp_path: Path
) -> None:
    keyring_set(index.url, "bob", PASSWORD.reveal())
    (entry,) = list_pypi(PypiSources(Environment.current(), ON)).entries
    done = install(index, tmp_path / "one")
    assert done.returncode == 0, done.stderr
    changes().remove(entry)
    assert keyring_program("get", index.url, "bob").returncode != 0


def test_uv_installs_with_the_netrc_file_that_was_written(
    keyring: GnomeKeyring, index: WheelIndex, own_home: Path, tmp_path: Path
) -> None:
    simple = Secret("plain-4711")
    with WheelIndex("bob", simple.reveal()) as plain:
        change = changes().put(plain.url, "bob", simple, store="netrc")
        assert change.location == str(own_home / ".netrc")
        assert "Conda requests" in change.notes[0]
        done = install(plain, tmp_path / "one")
        assert done.returncode == 0, done.stderr


def test_a_second_password_replaces_the_first(keyring: GnomeKeyring) -> None:
    assert changes().put(INDEX, "bob", Secret("one")).created
    assert not changes().put(INDEX, "bob", Secret("two")).created
    assert changes().put(INDEX, "al", Secret("three")).created
    assert keyring_program("get", INDEX, "bob").stdout == "two\n"
    assert len(list_pypi(PypiSources(Environment.current(), ON)).entries) == 2


def test_the_url_is_stored_as_uv_asks_for_it(keyring: GnomeKeyring) -> None:
    change = changes().put("HTTPS://bob@PyPI.example:443/a/../simple", "bob", Secret("one"))
    assert change.entry.service == "https://pypi.example/simple"
    assert keyring_program("get", "https://pypi.example/simple", "bob").stdout == "one\n"


def test_what_is_missing_is_said(
    keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_home / "pixi.toml").write_text(
        '[workspace]\nname = "x"\nchannels = []\nplatforms = []\n'
        '[pypi-options]\nextra-index-urls = ["https://bob@pypi.example/simple"]\n'
    )
    (own_home / ".netrc").write_text("machine pypi.example login bob password p\n")
    said = " | ".join(changes(PixiConfig()).put(INDEX, "bob", Secret("one")).notes)
    assert "netrc file answers first" in said
    assert "keyring-provider subprocess" in said
    assert "pixi.toml writes the index as https://pypi.example/simple, and uv asks" in said
    notes = changes().put("https://pypi.example/simple", "bob", Secret("one")).notes
    assert [note for note in notes if "answers first" not in note] == []
    other = own_home / "bin"
    other.mkdir()
    (other / "keyring").write_text("#!/bin/sh\nexit 1\n")
    (other / "keyring").chmod(0o755)
    monkeypatch.setenv("PATH", f"{other}:/usr/bin:/bin")
    (note,) = (
        changes()
        .put("https://pypi.example/simple", "al", Secret("one"), run_keyring=True)
        .notes[-1:]
    )
    assert f"does not find it: {other / 'keyring'}" in note
    monkeypatch.setenv("PATH", "/nowhere")
    assert "no program named keyring" in changes().put(INDEX, "al", Secret("one")).notes[-1]


@pytest.mark.parametrize(
    ("url", "username", "password", "error"),
    [
        ("pypi.example/simple", "bob", "p", BadUrl),
        ("https://", "bob", "p", BadUrl),
        ("file:///simple", "bob", "p", BadInput),
        ("mailto:bob", "bob", "p", BadInput),
        ("https://bob:pw-4711@pypi.example/", "bob", "p", BadInput),
        ("https://al@pypi.example/", "bob", "p", BadInput),
        (INDEX, "", "p", BadInput),
        (INDEX, "-bob", "p", BadInput),
        (INDEX, "b\0b", "p", BadInput),
        (INDEX, "b\udcffb", "p", BadInput),
        (INDEX, "bob", "", BadInput),
        (INDEX, "bob", "p \n", BadInput),
    ],
)
def test_bad_input_is_refused_before_anything_is_asked(
    url: str, username: str, password: str, error: type[AuthuiError]
) -> None:
    with pytest.raises(error) as caught:
        changes().put(url, username, Secret(password))
    assert "4711" not in repr(caught.value) + str(caught.value.hint)


def test_nothing_is_written_where_nothing_may_be(keyring: GnomeKeyring, own_home: Path) -> None:
    put_as_keyring(keyring, INDEX, "bob", "one")
    entry = PypiEntry(INDEX, "keyring", "bob")
    for refused in (
        lambda: changes(read_only=True).put(INDEX, "bob", PASSWORD),
        lambda: changes(read_only=True).remove(entry),
        lambda: changes().remove(PypiEntry("https://uv.example/", "uv", "bob")),
        lambda: changes().remove(PypiEntry(INDEX, "keyring", "bob", item="elsewhere")),
    ):
        with pytest.raises(ReadOnly):
            refused()
    with pytest.raises(BadInput):
        changes().remove(PypiEntry(INDEX, "keyring", None))
    with pytest.raises(BadInput):
        changes().remove(PypiEntry("rattler", "keyring", "bob"))
    keyring.lock()
    with pytest.raises(StoreLocked):
        changes().put(INDEX, "bob", PASSWORD)
    with pytest.raises(StoreLocked):
        changes().look(INDEX, "bob")
    with pytest.raises(StoreLocked):
        changes().remove(entry)
    keyring.unlock(keyring.client.default())
    assert keyring_program("get", INDEX, "bob").stdout == "one\n"
    assert not (own_home / ".netrc").exists()


def test_of_two_items_one_remains_and_that_is_said(keyring: GnomeKeyring) -> None:
    put_as_keyring(keyring, INDEX, "bob", "one")
    keyring.client.create({"service": INDEX, "username": "bob"}, "two")
    assert "Another item" in changes().remove(PypiEntry(INDEX, "keyring", "bob")).notes[0]
    assert changes().remove(PypiEntry(INDEX, "keyring", "bob")).notes == ()
    with pytest.raises(NotStored):
        changes().remove(PypiEntry(INDEX, "keyring", "bob"))


@pytest.fixture
def odd(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    monkeypatch.setenv("PYTHONPATH", put_backends(own_home))

    def choose(name: str) -> None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)

    return choose


def test_plain_text_needs_to_be_meant(odd: Callable[[str], None], own_home: Path) -> None:
    odd("keyrings.alt.file.PlaintextKeyring")
    with pytest.raises(WriteFailed, match=r"plain text.*keyring_pass\.cfg"):
        changes().put(INDEX, "bob", PASSWORD)
    assert not (own_home / "kept.json").exists()
    assert changes().look(INDEX, "bob", in_plain_text=True).encrypted is False
    assert changes().put(INDEX, "bob", PASSWORD, in_plain_text=True).created


@pytest.mark.parametrize(
    ("backend", "error"),
    [
        ("Forgetful", WriteFailed),
        ("Raising", StoreUnreadable),
    ],
)
def test_a_backend_that_does_not_store(
    odd: Callable[[str], None], backend: str, error: type[AuthuiError]
) -> None:
    odd(f"odd_backends.{backend}")
    with pytest.raises(error) as caught:
        changes().put(INDEX, "bob", PASSWORD)
    assert "4711" not in repr(caught.value)


def netrc_of(own_home: Path, text: str) -> Path:
    path = own_home / ".netrc"
    path.write_text(text)
    return path


def test_netrc_keeps_one_user_for_a_host(own_home: Path) -> None:
    text = "machine  pypi.example\tlogin al password p\n"
    path = netrc_of(own_home, text)
    with pytest.raises(AlreadyStored):
        changes().put(INDEX, "bob", Secret("x"), store="netrc")
    with pytest.raises(AlreadyStored):
        changes().look(INDEX, "bob", store="netrc")
    assert path.read_text() == text
    assert not changes().put(INDEX, "al", Secret("new"), store="netrc").created
    assert path.read_text() == text.replace("password p", "password new")


def test_netrc_entries_are_deleted_one_by_one(own_home: Path) -> None:
    rest = "machine other.example login o password p\ndefault login d password p\n"
    path = netrc_of(own_home, f"machine pypi.example login al password p\n{rest}")
    entry = PypiEntry("pypi.example", "netrc", "al")
    with pytest.raises(ChangedMeanwhile):
        changes().remove(PypiEntry("pypi.example", "netrc", "bob"))
    with pytest.raises(ReadOnly):
        changes().remove(PypiEntry("default", "netrc", "d"))
    assert changes().remove(entry).location == str(path)
    assert path.read_text() == rest
    with pytest.raises(NotStored):
        changes().remove(entry)
    twice = "machine a.example login al password p\n" * 2
    path.write_text(twice)
    with pytest.raises(Ambiguous):
        changes().remove(PypiEntry("a.example", "netrc", "al"))
    assert path.read_text() == twice


def test_a_netrc_file_that_a_reader_refuses_is_left(own_home: Path) -> None:
    path = netrc_of(own_home, "machine a.example login\n")
    before = path.read_text()
    target: PypiTarget = "netrc"
    with pytest.raises(ReadOnly):
        changes().put(INDEX, "bob", Secret("p"), store=target)
    assert path.read_text() == before


def test_the_samples_change_in_memory_only(own_home: Path) -> None:
    sample.cache_clear()
    sources = PypiSources(None, PixiConfig())
    made = PypiChanges(sources).put(INDEX, "bob", PASSWORD)
    assert made.created
    assert any(entry.service == INDEX for entry in list_pypi(sources).entries)
    PypiChanges(sources).remove(made.entry)
    assert not any(entry.service == INDEX for entry in list_pypi(sources).entries)
    sample.cache_clear()
