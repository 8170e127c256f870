"""The conda channels that are named on this machine by a URL.

Sources: pixi, `TomlWorkspace`, `TomlFeature` and `pixi_config::Config`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from authui.model.errors import BadUrl
from authui.model.url import Url, parse_url
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig
from authui.stores.pixi_documents import PixiDocument, configuration, manifest, parts_of


@dataclass(frozen=True, slots=True)
class ChannelUrl:
    """A channel and the file that names it. `line` is counted from 1, None if it is not known."""

    url: Url = field(repr=False)
    origin: str
    line: int | None = None


def find_channels(environment: Environment | None, pixi: PixiConfig) -> tuple[ChannelUrl, ...]:
    """Every channel with a URL in the manifest of pixi's workspace and in its configuration.

    Each once, the manifest first. Raises nothing: what cannot be read or parsed names none.
    """
    found: dict[str, ChannelUrl] = {}
    document = None if environment is None else manifest(environment)
    if document is not None:
        for part in parts_of(document):
            for channel in _channels(part.get("channels"), document):
                found.setdefault(channel.url.text, channel)
    for document in configuration(pixi) if environment is not None else ():
        for channel in _channels(document.table.get("default-channels"), document):
            found.setdefault(channel.url.text, channel)
    return tuple(found.values())


def _channels(listed: object, document: PixiDocument) -> Iterator[ChannelUrl]:
    for entry in listed if isinstance(listed, list) else ():
        text = entry.get("channel") if isinstance(entry, dict) else entry
        if not isinstance(text, str) or "://" not in text:
            continue
        try:
            url = parse_url(text)
        except BadUrl:
            continue
        yield ChannelUrl(url, document.path, document.line_of(text))
