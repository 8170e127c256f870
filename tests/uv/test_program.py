"""The keyring program that real uv runs is the one that authui finds."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.stores.environment import Environment
from authui.stores.pypi.keyring_program import KeyringProgram
from tests.uv.certificates import certificates
from tests.uv.index_proxy import IndexProxy
from tests.uv.real_uv import put_keyring, run_uv


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexProxy]:
    folder = tmp_path_factory.mktemp("tls")
    with IndexProxy(certificates(folder, ("h.example",), ("127.0.0.1",))) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """One keyring each in `a` (not executable), `b`, `c`, the current directory `here`.

    `text` holds one without a first line that names a shell, `folder` a folder of that name.
    """
    for name in "abc":
        put_keyring(tmp_path / name, f"#!/bin/sh\nprintf {name}\n")
    (tmp_path / "a" / "keyring").chmod(0o644)
    put_keyring(tmp_path / "here", "#!/bin/sh\nprintf here\n")
    put_keyring(tmp_path / "text", "printf text\n")
    (tmp_path / "folder" / "keyring").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    "path",
    ["{}/a:{}/b:{}/c", "{}/c:{}/b", ":{}/b", "{}/b:", "{}/a:", ".", "{}/a:{}/folder", "../c",
     "{}/text:{}/b", "{}/folder:{}/none:{}/c", ""],
)  # fmt: skip
def test_the_same_is_run(folders: Path, proxy: IndexProxy, cache: Path, path: str) -> None:
    here = folders / "here"
    variables = {"HOME": os.fspath(folders), "PATH": path.replace("{}", os.fspath(folders))}
    environment = Environment(variables, os.fspath(here), "linux")
    answer = KeyringProgram(environment).get("http://h.example/simple", "bob")
    proxy.expect(None, 401)
    ran = run_uv(
        proxy,
        "http://bob@h.example/simple",
        "pkg",
        variables=variables,
        provider="subprocess",
        cache=cache,
        log=folders / "log",
        cwd=here,
    )
    (asked,) = ran.asked
    assert asked.authorization is not None
    sent = base64.b64decode(asked.authorization.removeprefix("Basic ")).decode()
    own = "" if answer.password is None else answer.password.reveal()
    assert sent == f"bob:{own}"
