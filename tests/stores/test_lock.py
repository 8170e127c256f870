from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from authui.model.errors import WriteFailed
from authui.stores import change_file, lock
from authui.stores.lock import exclusive
from tests.support.json_files import needs_root, ordinary_user, store, token, tokens

HOLDER = """
import sys
from authui.stores.lock import exclusive
with exclusive(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_elsewhere(path: Path | str) -> Iterator[subprocess.Popen[str]]:
    """While another process holds the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


@pytest.fixture
def runtime() -> Path:
    return Path(os.environ["XDG_RUNTIME_DIR"])


def locks(runtime: Path) -> list[str]:
    folder = runtime / "authui"
    return sorted(os.listdir(folder)) if folder.exists() else []


def test_another_process_is_waited_for_and_then_named(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path / "c.json"):
        with pytest.raises(WriteFailed) as caught, exclusive(str(tmp_path / "c.json"), wait=0.1):
            pytest.fail("two hold it")
        assert caught.value.message == f"Another authui is writing {tmp_path}/c.json"
        assert caught.value.hint
        with exclusive(str(tmp_path / "other.json"), wait=0):
            pass
    with exclusive(str(tmp_path / "c.json"), wait=0):
        pass  # the system has freed the lock of the process that was killed


def test_a_change_that_may_not_wait_longer_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(b"{}")
    assert lock.WAIT_LIMIT == 10
    monkeypatch.setattr(change_file, "exclusive", lambda path: exclusive(path, wait=0.1))
    with held_elsewhere(path), pytest.raises(WriteFailed, match="Another authui is writing"):
        store(path).write("h", token("1"), before=None)
    assert path.read_bytes() == b"{}"


def test_goes_on_as_soon_as_the_other_has_finished(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    with held_elsewhere(path) as holder:
        done = threading.Thread(target=lambda: store(path).write("h", token("1"), before=None))
        done.start()
        assert holder.stdin is not None
        holder.stdin.close()
        done.join(lock.WAIT_LIMIT)
        assert not done.is_alive()
    assert tokens(path) == {"h": "1"}


def test_all_names_of_a_file_have_one_lock(tmp_path: Path, runtime: Path) -> None:
    path = tmp_path / "c.json"
    (tmp_path / "link").symlink_to("c.json")
    (tmp_path / "folder").symlink_to(".")
    store(path).write("h", token("1"), before=None)
    for name in ("link", "folder/c.json", "folder/../" + tmp_path.name + "/link"):
        store(tmp_path / name).write(name, token("1"), before=None)
    assert len(locks(runtime)) == 1
    assert len(tokens(path)) == 4


def test_is_free_again_after_a_failure(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), exclusive(str(tmp_path / "c.json"), wait=0):
            raise ZeroDivisionError
    path = tmp_path / "c.json"
    path.write_bytes(b"null")
    for _ in range(2):
        with pytest.raises(Exception, match="rattler refuses"):
            store(path).delete("h")


def test_lies_in_a_folder_of_our_own_and_names_nothing(tmp_path: Path, runtime: Path) -> None:
    before = os.umask(0)
    try:
        with exclusive(str(tmp_path / "c.json")):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((runtime / "authui").stat().st_mode) == 0o700
    (name,) = locks(runtime)
    assert "c.json" not in name
    assert stat.S_IMODE((runtime / "authui" / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("umask", [0o077, 0o277, 0o777])
def test_an_odd_umask_is_no_obstacle(umask: int) -> None:
    with ordinary_user() as folder:
        before = os.umask(umask)
        try:
            for _ in range(2):
                store(folder / "new" / "c.json").write(f"{umask}", token("1"), before=None)
                store(folder / "new" / "c.json").delete(f"{umask}")
        finally:
            os.umask(before)


def refused(path: Path) -> str:
    with pytest.raises(WriteFailed) as caught, exclusive(str(path)):
        pytest.fail("was taken")
    assert caught.value.hint is not None
    assert "XDG_RUNTIME_DIR" in caught.value.hint
    return caught.value.message


def test_a_folder_that_is_not_ours_alone_is_not_used(tmp_path: Path, runtime: Path) -> None:
    ours = runtime / "authui"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    ours.symlink_to(elsewhere)
    assert "is not this user's alone" in refused(tmp_path / "c.json")
    ours.unlink()
    ours.symlink_to(tmp_path / "nothing")
    assert "is not this user's alone" in refused(tmp_path / "c.json")
    ours.unlink()
    for mode in (0o770, 0o707, 0o1777):
        ours.mkdir()
        ours.chmod(mode)
        assert str(ours) in refused(tmp_path / "c.json")
        ours.rmdir()
    ours.write_text("")
    assert "is not this user's alone" in refused(tmp_path / "c.json")
    assert list(elsewhere.iterdir()) == []
    assert not (tmp_path / "nothing").exists()


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, runtime: Path) -> None:
    needs_root()
    (runtime / "authui").mkdir(mode=0o700)
    os.chown(runtime / "authui", 65534, 65534)
    assert "is not this user's alone" in refused(tmp_path / "c.json")


def test_the_place_above_it_may_be_shared_only_where_users_are_kept_apart(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setattr("platformdirs.user_runtime_path", lambda _name: shared / "authui")
    shared.chmod(0o777)
    assert str(shared) in refused(tmp_path / "c.json")
    shared.chmod(0o1777)
    with exclusive(str(tmp_path / "c.json")):
        assert len(os.listdir(shared / "authui")) == 1


def test_where_the_variable_is_of_no_use_another_place_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    for value in (None, str(tmp_path / "none" / "such"), "relative"):
        if value is None:
            monkeypatch.delenv("XDG_RUNTIME_DIR")
        else:
            monkeypatch.setenv("XDG_RUNTIME_DIR", value)
        store(tmp_path / "c.json").write(str(value), token("1"), before=None)
    assert len(tokens(tmp_path / "c.json")) == 3


def test_a_place_that_cannot_be_had_is_said(tmp_path: Path, runtime: Path) -> None:
    with ordinary_user() as folder:
        (Path(os.environ["XDG_RUNTIME_DIR"]) / "authui").mkdir(mode=0o500)
        message = refused(folder / "c.json")
    assert message == f"No lock can be taken for {folder}/c.json: Permission denied"


def test_looking_takes_no_lock(tmp_path: Path, runtime: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(b"{}")
    store(path).read("h")
    store(path).list()
    store(path).tidy()
    store(tmp_path / "none" / "c.json").tidy()
    assert list(runtime.iterdir()) == []


def test_reading_loads_no_lock() -> None:
    code = (
        "import sys, authui.stores.discover, authui.cli.main;"
        "print({'filelock', 'platformdirs'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
