"""The netrc file of uv as a store that can be changed: the one that both of pixi's readers take."""

from __future__ import annotations

import os
from contextlib import suppress

from authui.stores.base import StoreInfo
from authui.stores.environment import Environment
from authui.stores.netrc import NetrcStore
from authui.stores.pypi.uv_netrc import UvNetrc


def netrc_file(environment: Environment) -> NetrcStore:
    """The file that uv reads, else the one that both would read if it were there.

    Without a place for it the path is empty.
    """
    netrc = UvNetrc(environment)
    named = bool(environment.utf8("NETRC"))
    path = netrc.path or next(iter(netrc.candidates[:1] if named else netrc.candidates[-1:]), "")
    origin = "NETRC" if named else "default"
    return NetrcStore(path, StoreInfo("netrc", ("netrc",), "netrc", path, origin, encrypted=False))


def is_for_conda_too(path: str, environment: Environment) -> bool:
    """Whether rattler reads the same file. Source: `NetRcStorage::from_env`, as in `discover`."""
    named = environment.utf8("NETRC")
    home = environment.home()
    name = "_netrc" if environment.platform == "win32" else ".netrc"
    own = named if named is not None else environment.join(home or "", name)
    with suppress(OSError, ValueError):
        return os.path.realpath(environment.resolve(own)) == os.path.realpath(path)
    return False
