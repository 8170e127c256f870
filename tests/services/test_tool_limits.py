from __future__ import annotations

import pytest

from authui.model.credential import KINDS, Kind
from authui.services.tool_limits import cannot_read, finds_nothing_in_keychain
from authui.stores.tools import Tool, ToolName


def tool(name: ToolName, version: str | None) -> Tool:
    return Tool(name, f"/t/{name}", version)


@pytest.mark.parametrize(
    ("name", "version", "kind", "file", "keychain"),
    [
        ("pixi", "0.65.9", "OAuth", "stops", "passes over"),
        ("pixi", "0.41.0", "OAuth", "stops", "passes over"),
        ("pixi", "0.40.3", "OAuth", "empty", "passes over"),
        ("pixi", "0.66.0", "OAuth", None, None),
        ("pixi", "0.100.0", "OAuth", None, None),
        ("pixi", "1.0.0", "OAuth", None, None),
        ("pixi", "0.41.0", "S3Credentials", "stops", "passes over"),
        ("pixi", "0.41.1", "S3Credentials", None, None),
        ("pixi", "0.40.0", "S3Credentials", "empty", "passes over"),
        ("pixi", "0.20.0", "BearerToken", None, None),
        ("rattler-build", "0.57.9", "OAuth", "stops", "passes over"),
        ("rattler-build", "0.58.0", "OAuth", None, None),
        ("rattler-build", "0.57.0", "S3Credentials", None, None),
        ("rattler", "0.1.0", "OAuth", None, None),
        ("py-rattler", "0.1.0", "OAuth", None, None),
        ("pixi", None, "OAuth", None, None),
    ],
)
def test_what_a_tool_cannot_read(
    name: ToolName, version: str | None, kind: Kind, file: str | None, keychain: str | None
) -> None:
    for in_keychain, word in ((False, file), (True, keychain)):
        said = cannot_read(tool(name, version), kind, in_keychain=in_keychain)
        assert (said is None) == (word is None)
        if said is not None and word is not None:
            assert word in said
            assert said.startswith(f"{name} {version} (/t/{name})")
            assert not said.endswith(".")


def test_every_kind_has_an_answer() -> None:
    for kind in KINDS:
        assert cannot_read(tool("pixi", "99.0.0"), kind, in_keychain=False) is None


@pytest.mark.parametrize(
    ("version", "finds"),
    [
        ("0.27.1", True),
        ("0.28.0", False),
        ("0.33.0", False),
        ("0.34.0", True),
        ("0.50.0", False),
        ("0.50.1", False),
        ("0.50.2", True),
        (None, True),
    ],
)
def test_who_finds_nothing_in_the_keychain(version: str | None, finds: bool) -> None:
    assert (finds_nothing_in_keychain(tool("pixi", version)) is None) == finds
    assert finds_nothing_in_keychain(tool("rattler", version)) is None
