"""The rule about tools on this machine that cannot read what is stored for newer ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from authui.model.credential import Kind
from authui.model.text import mask_url, printable
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.scene import CredentialsFile, Scene
from authui.services.tool_limits import cannot_read
from authui.stores.tools import Tool, find_tools

_NEWER: Final[tuple[Kind, ...]] = ("OAuth", "S3Credentials")


def check(scene: Scene) -> Iterator[Finding]:
    """Credentials files and the tools that stop at them. Tools are started only where it matters."""
    files = [file for file in scene.files if any(_hosts(file, kind) for kind in _NEWER)]
    if not files or scene.environment is None:
        return
    tools = find_tools(scene.environment)
    for file in files:
        for tool in tools:
            # Only pixi knows an override file.
            if file.info.names != ("override-file",) or tool.name == "pixi":
                yield from _one(file, tool)


def _one(file: CredentialsFile, tool: Tool) -> Iterator[Finding]:
    said = [
        (kind, why)
        for kind in _NEWER
        if _hosts(file, kind) and (why := cannot_read(tool, kind, in_keychain=False))
    ]
    if not said:
        return
    hosts = [host for kind, _ in said for host in _hosts(file, kind)]
    upgrade = "pixi self-update" if tool.name == "pixi" else f"Install a newer {tool.name}"
    yield Finding(
        "A5",
        Severity.ERROR,
        said[0][1],
        file.info.id,
        subject=tool.path,
        details=(
            *(why for _, why in said[1:]),
            f"{printable(file.path)} holds {', '.join(printable(mask_url(h)) for h in hosts)}",
        ),
        hint=f"{upgrade}, or move them out of its way: authui migrate HOST --from {file.info.id}",
    )


def _hosts(file: CredentialsFile, kind: Kind) -> list[str]:
    return list(dict.fromkeys(e.host for e in file.entries if e.credential.kind == kind))
