"""The real keyring program on a real keychain, asked by real uv and by authui."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from authui.services.pypi import pypi_lookup
from authui.stores.environment import Environment
from authui.stores.pypi.sources import PypiSources
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.pypi_home import KEYRING, sent
from tests.uv.certificates import certificates
from tests.uv.index_proxy import IndexProxy
from tests.uv.real_uv import run_uv


@pytest.mark.keychain
@pytest.mark.parametrize("service", ["http://h.example/simple", "http://h.example"])
def test_what_is_set_with_keyring_is_foretold_and_used(
    gnome_keyring: GnomeKeyring, tmp_path: Path, service: str
) -> None:
    programs = Path(sys.executable).parent
    variables = {
        "HOME": os.fspath(tmp_path),
        "PATH": f"{programs}:/usr/bin:/bin",
        "DBUS_SESSION_BUS_ADDRESS": gnome_keyring.address,
    }
    subprocess.run(
        [programs / "keyring", "set", service, "bob"],
        input="p w\n",
        text=True,
        env=variables,
        check=True,
    )
    sources = PypiSources(Environment(variables, os.fspath(tmp_path), "linux"), KEYRING)
    url = "http://bob@h.example/simple"
    result = pypi_lookup(url, (), sources, now=0, run_keyring=True)
    assert (sent(result), result.winner) == ("bob:p w", "keyring")
    assert result.keyring_calls[-1].service == service
    header = result.uv.authorization
    assert header is not None
    with IndexProxy(certificates(tmp_path, ("h.example",), ("127.0.0.1",))) as proxy:
        proxy.expect(header.reveal(), 401)
        ran = run_uv(
            proxy,
            url,
            "pkg",
            variables=variables,
            provider="subprocess",
            cache=tmp_path / "cache",
            log=tmp_path / "log",
        )
    assert ran.status == 0, ran.messages
