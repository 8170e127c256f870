"""Credentials files for tests that write them."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from authui.model.credential import BearerToken
from authui.model.errors import WriteFailed
from authui.model.secret import Secret
from authui.model.wire import decode_file, encode_text
from authui.stores.base import StoreInfo
from authui.stores.json_file import JsonFileStore
from tests.support.system import in_ci

CANARY = "canary-4711"
NOBODY = 65534
"""A user and a group that own nothing."""


def store(path: Path | str) -> JsonFileStore:
    info = StoreInfo("file", ("file",), "credentials file", str(path), "default", encrypted=False)
    return JsonFileStore(str(path), info)


def token(text: str) -> Secret:
    """The JSON of a bearer token."""
    return encode_text(BearerToken(Secret(text)))


def tokens(path: Path | str) -> dict[str, str]:
    """The bearer token of every host of a file that holds nothing else."""
    found = {}
    for entry in decode_file(Path(path).read_bytes()):
        assert isinstance(entry.credential, BearerToken)
        found[entry.host] = entry.credential.token.reveal()
    return found


def write_fails(path: Path | str, host: str = "n", value: str = CANARY) -> WriteFailed:
    """That the host cannot be added, that nothing has changed, and that nothing is left behind."""
    folder = Path(path).parent
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    with pytest.raises(WriteFailed) as caught:
        store(path).write(host, token(value), before=None)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
    error = caught.value
    assert error.hint
    assert CANARY not in f"{error!r} {error.message} {error.hint}"
    return error


def needs_root() -> None:
    """Skip the running test, or fail it in CI, where files cannot be given away."""
    if sys.platform == "win32":
        raise NotImplementedError
    if os.geteuid() == 0:
        return
    if in_ci():
        pytest.fail("only root can give files away")
    pytest.skip("only root can give files away")


@contextmanager
def ordinary_user() -> Iterator[Path]:
    """Without the rights of root, in an open folder: not below tmp_path, which others cannot enter.

    The folder belongs to `NOBODY`, as whom root goes on, and is removed at the end.
    """
    if sys.platform == "win32":
        raise NotImplementedError
    # What a write loads lies where only root may read, if Python itself does.
    import hashlib  # noqa: F401

    import filelock  # noqa: F401
    import platformdirs  # noqa: F401

    root = os.geteuid() == 0
    runtime = os.environ["XDG_RUNTIME_DIR"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "own"
        own_runtime = Path(place) / "run"
        os.chmod(place, 0o711)
        folder.mkdir()
        own_runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(own_runtime)
        if root:
            for path in (folder, own_runtime):
                os.chown(path, NOBODY, NOBODY)
            os.setegid(NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
                os.setegid(0)
            os.environ["XDG_RUNTIME_DIR"] = runtime


def failing(number: int) -> OSError:
    """What the system raises for this error number."""
    return OSError(number, os.strerror(number))
