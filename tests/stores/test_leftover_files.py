"""What lies beside a credentials file, told by its name, and deleted only as it was found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from authui.model.errors import ChangedMeanwhile, ChangeError, ReadOnly, WriteFailed
from authui.stores.leftover_files import (
    Leftover,
    credentials_in,
    delete_leftover,
    find_leftovers,
    set_aside_in,
)
from tests.support.json_files import ordinary_user

TOKEN = b'{"a.test":{"BearerToken":"x"}}'

LEFT = (
    "credentialsAb3dE9.json", "credentials.lock", "credentials.json.lock", "rattler_auth_store.json",
    "credentials.json~", "credentials.json.~3~", "credentials.json.bak", "credentials.json.orig",
    "credentials.json.old", "credentials.json.save", "credentials.json.swp", ".credentials.json.swp",
    ".credentials.json.swo", ".credentials.json.un~", "#credentials.json#", "credentials.json.20240131",
    "credentials.json-2024-01-31", "credentials.bak.json", "credentials (copy).json",
    "credentials.json.set-aside-20240131-101112", "credentials.json.bak2",
)  # fmt: skip
OTHERS = (
    "credentials.json", "credentials-ab.json", "credentialsAb3dE.json", "credentialsAb3dE99.json",
    "credentialsAb3dE9.toml", "credentials.jsonc", "config.json~", "my-credentials.json.bak",
    ".authui-credentials.json.0a1b2c3d", "credentials.json.zip", "notes.lock", "credentials",
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / ".rattler"
    folder.mkdir()
    return folder / "credentials.json"


def names(found: tuple[Leftover, ...]) -> set[str]:
    return {os.path.basename(leftover.path) for leftover in found}


def test_their_names(path: Path) -> None:
    for name in (*LEFT, *OTHERS):
        (path.parent / name).write_bytes(TOKEN)
    assert names(find_leftovers(str(path))) == set(LEFT)


def test_another_file_has_leftovers_of_its_own_name(path: Path) -> None:
    for name in (*LEFT, "auth.json.bak", "authAb3dE9.json", "noteAb3dE9"):
        (path.parent / name).write_bytes(TOKEN)
    auth = path.with_name("auth.json")
    assert names(find_leftovers(str(auth))) == {"auth.json.bak", "authAb3dE9.json", LEFT[3]}
    assert names(find_leftovers(str(path.with_name("note")))) == {"noteAb3dE9", LEFT[3]}


def test_a_word_in_place_of_chance_counts_only_with_secrets(path: Path) -> None:
    for name in ("credentialsBackup.json", "credentialsSchema.json", "authorized"):
        (path.parent / name).write_bytes(b'{"type":"object"}')
    assert find_leftovers(str(path)) == find_leftovers(str(path.with_name("auth"))) == ()
    (path.parent / "credentialsBackup.json").write_bytes(TOKEN)
    assert names(find_leftovers(str(path))) == {"credentialsBackup.json"}


@pytest.mark.parametrize(
    ("data", "has_secrets"),
    [
        (TOKEN, True),
        (TOKEN.decode().encode("utf-16"), True),
        (b"\0\1vim" + TOKEN[3:], True),
        (b'{"a":{"BasicHttp":{}}}', True),
        (b"", False),
        (b"{}\n", False),
        (b"\0\0", False),
        (b"pfx_something", None),
        (b" " * 5_000_000, None),
    ],
)
def test_whether_they_hold_secrets(path: Path, data: bytes, has_secrets: bool | None) -> None:
    path.with_name("credentials.json.bak").write_bytes(data)
    (found,) = find_leftovers(str(path))
    assert found.has_secrets is has_secrets


def test_what_is_no_regular_file_or_is_used_is_none(path: Path) -> None:
    path.write_bytes(TOKEN)
    path.with_name("credentials.json.bak").symlink_to(path)
    path.with_name("credentials.json.old").mkdir()
    os.mkfifo(path.with_name("credentials.json~"))
    path.with_name("credentials.json.orig").hardlink_to(path)
    used = path.with_name("credentials.json.save")
    used.write_bytes(TOKEN)
    assert names(find_leftovers(str(path))) == {used.name}
    assert find_leftovers(str(path), used=[str(used)]) == ()


def test_beside_the_link_and_beside_its_target(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "auth.json"
    target.parent.mkdir()
    target.write_bytes(TOKEN)
    path.symlink_to(target)
    for left in (path.with_name("credentials.json~"), target.with_name("auth.json~")):
        left.write_bytes(TOKEN)
    assert names(find_leftovers(str(path))) == {"credentials.json~", "auth.json~"}


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert find_leftovers(str(tmp_path / "no" / "credentials.json")) == ()
    assert find_leftovers("") == ()
    assert find_leftovers("/a\0b") == ()


def test_a_literal_home_folder_is_named_and_never_deleted(path: Path, tmp_path: Path) -> None:
    assert find_leftovers(str(path), str(tmp_path)) == ()
    (tmp_path / "~").mkdir()
    assert find_leftovers(str(path), str(tmp_path)) == ()
    (tmp_path / "~" / ".rattler").mkdir()
    (found,) = find_leftovers(str(path), str(tmp_path))
    assert (found.path, found.is_folder) == (str(tmp_path / "~"), True)
    assert credentials_in(found) is None
    with pytest.raises(ReadOnly) as caught:
        delete_leftover(found)
    assert caught.value.hint
    assert (tmp_path / "~" / ".rattler").is_dir()


def left(path: Path, data: bytes = TOKEN) -> tuple[Path, Leftover]:
    file = path.with_name("credentials.json.bak")
    file.write_bytes(data)
    (found,) = find_leftovers(str(path))
    return file, found


def test_deleting_takes_that_file_only(path: Path) -> None:
    path.write_bytes(TOKEN)
    file, found = left(path)
    delete_leftover(found)
    assert not file.exists()
    assert path.read_bytes() == TOKEN
    with pytest.raises(ChangedMeanwhile):
        delete_leftover(found)


def test_what_is_not_the_file_that_was_found_stays(path: Path, tmp_path: Path) -> None:
    file, found = left(path)
    file.write_bytes(TOKEN + b" ")
    with pytest.raises(ChangedMeanwhile) as caught:
        delete_leftover(found)
    assert caught.value.hint
    assert file.exists()
    other = tmp_path / "other"
    other.write_bytes(TOKEN)
    file.unlink()
    file.symlink_to(other)
    with pytest.raises(ChangedMeanwhile):
        delete_leftover(found)
    assert file.is_symlink()
    assert other.read_bytes() == TOKEN


def test_what_may_not_be_deleted_says_so() -> None:
    with ordinary_user() as folder:
        file, found = left(folder / "credentials.json")
        folder.chmod(0o500)
        with pytest.raises(WriteFailed) as caught:
            delete_leftover(found)
        folder.chmod(0o700)
        assert isinstance(caught.value, ChangeError)
        assert caught.value.hint
        assert file.exists()


def test_the_credentials_in_it_also_in_the_old_form(path: Path) -> None:
    data = b'{"a.test":"{\\"BearerToken\\":\\"x\\"}","b.test":{"CondaToken":"y"},"c.test":1}'
    _, found = left(path, data)
    held = credentials_in(found)
    assert held is not None
    texts, others = held
    assert [text.reveal() for text in texts] == ['{"CondaToken":"y"}', '{"BearerToken":"x"}']
    assert others == 1
    assert set_aside_in(found) == ()
    os.unlink(found.path)
    assert credentials_in(found) is None
