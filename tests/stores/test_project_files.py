from __future__ import annotations

import os
from pathlib import Path

import pytest

from authui.model.errors import BadInput
from authui.stores import project_files
from authui.stores.project_files import (
    NAMES,
    Sighting,
    look_into,
    look_through,
)
from tests.leaks.canary import CANARY, in_text

SECRET = f"https://user:{CANARY}@a.example/x"
SHOWN = "https://••••••@a.example/…"
FOUND = (Sighting(2, SHOWN, "a.example"),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project" / ".pixi").mkdir(parents=True)
    return tmp_path / "project"


@pytest.mark.parametrize("name", [*NAMES, "requirements.txt", "requirements-dev.txt"])
def test_each_file_is_looked_into(folder: Path, name: str) -> None:
    path = folder / name
    path.write_text(f"# first\nurl = '{SECRET}'\n")
    (file,) = look_through(str(folder))
    assert (file.path, file.name, file.sightings, file.unread) == (str(path), name, FOUND, None)
    assert not in_text(repr(file))


def test_others_are_not(folder: Path) -> None:
    for name in ("README.md", "my-requirements.txt", ".env", ".pixi/pixi.toml", "sub/pixi.toml"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(SECRET)
    assert look_through(str(folder)) == ()


@pytest.mark.parametrize(
    "data",
    [
        f"\n{SECRET}".encode("utf-16"),
        b"\xef\xbb\xbf\n" + SECRET.encode(),
        b"\xff\xfa\x00\n\xff " + SECRET.encode() + b" \xff",
        b"\r\n" + SECRET.encode() + b"\r\n",
    ],
)
def test_whatever_its_encoding(folder: Path, data: bytes) -> None:
    (folder / "requirements.txt").write_bytes(data)
    assert look_through(str(folder))[0].sightings == FOUND


def test_symlinks_stay_in_the_folder(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.toml"
    outside.write_text(SECRET)
    (folder / "pixi.toml").symlink_to(outside)
    (folder / "pyproject.toml").symlink_to("kept.toml")
    (folder / "kept.toml").write_text(f"\n{SECRET}")
    (folder / "pixi.lock").symlink_to("pixi.lock")
    (folder / ".condarc").symlink_to("nowhere")
    files = {os.path.basename(f.path): f for f in look_through(str(folder))}
    assert files["pixi.toml"].unread == "it leads out of the folder"
    assert files["pyproject.toml"].sightings == FOUND
    assert files["pixi.lock"].unread == "too many levels of symbolic links"
    assert files[".condarc"].unread == "no such file or directory"


def test_a_folder_below_is_no_way_out(folder: Path, tmp_path: Path) -> None:
    (folder / ".pixi").rmdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "config.toml").write_text(SECRET)
    (folder / ".pixi").symlink_to(tmp_path / "other")
    assert look_through(str(folder))[0].unread == "it leads out of the folder"


def test_the_folder_itself_may_be_a_symlink(folder: Path, tmp_path: Path) -> None:
    (folder / "pixi.toml").write_text(f"\n{SECRET}")
    (tmp_path / "link").symlink_to(folder)
    assert look_through(str(tmp_path / "link"))[0].sightings == FOUND


def test_what_is_no_file_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pixi.toml")
    (folder / "pyproject.toml").mkdir()
    assert {f.unread for f in look_through(str(folder))} == {"it is no regular file"}


def test_large_files_are_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "pixi.lock").open("wb") as file:
        file.truncate(project_files.MOST_BYTES + 1)
    assert look_through(str(folder))[0].unread == "it is larger than 50 MB"
    monkeypatch.setattr(project_files, "MOST_BYTES", len(SECRET) + 1)
    (folder / "pixi.lock").write_text(f"\n{SECRET}")
    assert look_through(str(folder))[0].sightings == FOUND


@pytest.mark.parametrize("name", ["nowhere", "file", "", "nul\0", "x" * 5000])
def test_no_folder(folder: Path, name: str) -> None:
    (folder / "file").write_text("")
    where = str(folder / name) if name else ""
    with pytest.raises(BadInput) as caught:
        look_through(where)
    assert "folder" in caught.value.message
    assert caught.value.hint


def test_pages_for_people_are_no_requests(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        "# see http://a.example\n"
        "[project]\n"
        'homepage = "http://b.example"\n'
        "[project.urls]\n"
        'Source = "http://c.example"\n'
        f'Secret = "{SECRET}"\n'
        "[tool.pixi.workspace]\n"
        'channels = ["http://d.example/x"]\n'
    )
    (file,) = look_through(str(folder))
    assert [(s.line, s.host) for s in file.sightings] == [(6, "a.example"), (8, "d.example")]


def test_one_file_is_looked_into_wherever_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"\n{SECRET}")
    (tmp_path / "link").symlink_to(path)
    assert look_into(str(tmp_path / "link")).sightings == FOUND
    assert look_into(str(tmp_path / "nowhere")).unread
