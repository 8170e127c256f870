"""Where a `keyring` program comes from, and so what installs a plugin beside it.

Sources: pixi's and uv's documentation on tools installed for a user; pipx, `paths`.
"""

from __future__ import annotations

import os
import re
import shlex

from authui.stores.environment import Environment

_UV_TOOL = re.compile(r"[/\\]uv[/\\](?:data[/\\])?tools[/\\]keyring[/\\]")
_PIPX = re.compile(r"[/\\]pipx[/\\]venvs[/\\]keyring[/\\]")


def pixi_installs(plugin: str) -> str:
    """The command that installs keyring with a plugin for all of pixi's projects."""
    return f"pixi global install keyring --with {plugin}"


def installing(program: str, plugin: str, environment: Environment) -> str | None:
    """The command that installs a plugin where a `keyring` lies; None where that is not known."""
    if _is_pixis(program, environment):
        return pixi_installs(plugin)
    target = os.path.realpath(program)
    if _UV_TOOL.search(target):
        return f"uv tool install keyring --with {plugin}"
    if _PIPX.search(target):
        return f"pipx inject keyring {plugin}"
    folder = os.path.dirname(target)
    if environment.platform != "win32":
        python = os.path.join(folder, "python3")
        return f"{shlex.quote(python)} -m pip install {plugin}" if _is_there(python) else None
    for python in (
        environment.join(folder, "python.exe"),
        environment.join(os.path.dirname(folder), "python.exe"),
    ):
        if _is_there(python):
            return f'& "{python}" -m pip install {plugin}'
    return None


def _is_pixis(program: str, environment: Environment) -> bool:
    home = environment.home()
    own = environment.variables.get("PIXI_HOME") or (
        None if home is None else environment.join(home, ".pixi")
    )
    if own is None:
        return False
    folder = os.path.dirname(environment.resolve(program))
    return os.path.realpath(folder) == os.path.realpath(environment.join(own, "bin"))


def _is_there(path: str) -> bool:
    try:
        return os.path.isfile(path)
    except ValueError:
        return False
