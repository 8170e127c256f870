"""What older versions of a tool cannot read.

Sources: the release histories of rattler_networking, pixi and rattler-build.
"""

from __future__ import annotations

import sys

from authui.model.credential import Kind
from authui.services.words import KIND_WORDS
from authui.stores.tools import Tool

_Version = tuple[int, int, int]

# rattler_networking 0.26.0 brought OAuth, 0.22.1 S3Credentials. Files became fatal with 0.22.0.
_PIXI_FIRST: dict[Kind, _Version] = {"OAuth": (0, 66, 0), "S3Credentials": (0, 41, 1)}
_PIXI_STOPS_AT_FILES: _Version = (0, 41, 0)
_BUILD_FIRST: dict[Kind, _Version] = {"OAuth": (0, 58, 0)}

_WITHOUT_KEYCHAIN = ((0, 50, 0), (0, 50, 1))
# Built with keyring 3.2.0, which asks for an attribute that items no longer have.
_BLIND = ((0, 28, 0), (0, 34, 0))


def cannot_read(tool: Tool, kind: Kind, *, in_keychain: bool) -> str | None:
    """What happens to the tool where a credential of this kind lies in a file, or in the keychain.

    A sentence without its full stop; None where the tool reads it, or its version is not known.
    """
    version = _parsed(tool)
    if version is None:
        return None
    first = {"pixi": _PIXI_FIRST, "rattler-build": _BUILD_FIRST}.get(tool.name, {}).get(kind)
    if first is None or version >= first:
        return None
    what = f"{_named(tool)} does not know {_plural(kind)}"
    if in_keychain:
        return f"{what}: it passes over one in the keychain"
    if tool.name != "pixi":
        return f"{what}: it stops at a file that holds one, or takes the file for empty"
    if version < _PIXI_STOPS_AT_FILES:
        return f"{what}: it takes a file that holds one for empty"
    return f"{what}: it stops at a file that holds one, whatever it was asked for"


def finds_nothing_in_keychain(tool: Tool, platform: str = sys.platform) -> str | None:
    """Why the tool does not find in the keychain what is stored there now.

    A sentence without its full stop; None where it finds it, or its version is not known.
    `platform` has the values of `sys.platform`: only the Secret Service has attributes to miss.
    """
    version = _parsed(tool)
    if tool.name != "pixi" or version is None:
        return None
    if version in _WITHOUT_KEYCHAIN:
        return f"{_named(tool)} was built without the keychain"
    if platform == "linux" and _BLIND[0] <= version < _BLIND[1]:
        return f"{_named(tool)} does not see items of the keychain that others have stored"
    return None


def _parsed(tool: Tool) -> _Version | None:
    parts = (tool.version or "").split(".")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


def _named(tool: Tool) -> str:
    return f"{tool.name} {tool.version} ({tool.path})"


def _plural(kind: Kind) -> str:
    words = KIND_WORDS[kind]
    return words if words.endswith("s") else words + "s"
