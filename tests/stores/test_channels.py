from __future__ import annotations

from pathlib import Path

from authui.stores.channels import ChannelUrl, find_channels
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig, load

CANARY = "c4nary-s3cret"


def channels() -> tuple[ChannelUrl, ...]:
    here = Environment.current()
    return find_channels(here, load(here))


def test_channels_with_a_url(own_home: Path) -> None:
    manifest = own_home / "pixi.toml"
    manifest.write_text(
        "[workspace]\n"
        'channels = ["conda-forge", "oci://GHCR.io/c", { channel = "https://a.test/c" }, "./here"]\n'
        "[feature.f]\n"
        'channels = [{ channel = "oci://b.test/c", priority = 1 }, "https://a.test/c", 3]\n'
    )
    config = own_home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_text(f'default-channels = ["oci://c.test/t/{CANARY}/c", "bioconda"]\n')
    found = channels()
    assert [(c.url.text, c.origin, c.line) for c in found] == [
        ("oci://GHCR.io/c", str(manifest), 2),
        ("https://a.test/c", str(manifest), 2),
        ("oci://b.test/c", str(manifest), 4),
        (f"oci://c.test/t/{CANARY}/c", str(config), 1),
    ]
    assert CANARY not in repr(found)


def test_what_cannot_be_read_names_none(own_home: Path) -> None:
    (own_home / "pixi.toml").write_text("[workspace]\nchannels = 3\n[feature]\nx = 2\n")
    assert channels() == ()
    (own_home / "pixi.toml").write_text("[workspace]\nchannels = [")
    assert channels() == ()
    assert find_channels(None, PixiConfig()) == ()
