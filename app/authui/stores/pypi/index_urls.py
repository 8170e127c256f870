"""The PyPI indexes that are named on this machine: in pixi's configuration and in the project.

Sources: pixi, `pixi_config::PypiConfig`, and of its manifest `PypiOptions` and `PixiPypiSpec`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from authui.model.errors import BadUrl
from authui.model.text import mask_url
from authui.model.url import Url, parse_url, split_userinfo
from authui.model.url_secrets import is_token
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig
from authui.stores.pixi_documents import (
    PixiDocument,
    Table,
    configuration,
    manifest,
    parts_of,
    table,
    tables,
)

ADDED: Final = "added"
"""The origin of an index that a person named and no file does."""

_USERINFO = re.compile(r"//[^/?#]*@")


@dataclass(frozen=True, slots=True)
class IndexUrl:
    """A PyPI index that is named somewhere.

    `url` is its URL in its normal form without user information, which is what uv asks a keyring
    for; its path may hold a token. `username` is what stands before the `@`, decoded; it may be a
    token too. A password there is not kept: `has_password` says that there is one. `origin` is the
    file that names it, or `ADDED`, and `line` where in it, counted from 1, if that is known.
    `is_used` is False where pixi installs nothing from it: what its configuration names is only
    written into new projects, and what is for uv itself pixi does not read.
    """

    url: str = field(repr=False)
    username: str | None = field(repr=False)
    origin: str
    line: int | None = None
    has_password: bool = False
    is_used: bool = True

    @property
    def shown(self) -> str:
        """The URL with its user name, and with everything secret as dots."""
        if self.username is None:
            return mask_url(self.url)
        if self.has_password or is_token(self.username):
            return mask_url(self.with_username("u"))
        return mask_url(self.url).replace("://", f"://{_encoded(self.username)}@", 1)

    def with_username(self, username: str) -> str:
        """The URL as it has to be written for this user name. It may hold a token."""
        return self.url.replace("://", f"://{_encoded(username)}@", 1)


@dataclass(frozen=True, slots=True)
class _Named:
    """The text of an index URL as a file has it, password and all."""

    text: str = field(repr=False)
    is_used: bool


def find_indexes(
    environment: Environment | None, pixi: PixiConfig, *, added: Sequence[str] = ()
) -> tuple[IndexUrl, ...]:
    """Every http(s) index URL that is named here, each once, those first that pixi installs from.

    The manifest of pixi's workspace comes first, then pixi's configuration with what counts most in
    front, then `added`. Raises nothing: what cannot be read or parsed names no index.
    """
    found: list[IndexUrl] = []
    if environment is not None:
        document = manifest(environment)
        if document is not None:
            found += _indexes(document, [*_of_manifest(document), *_of_uv(document.for_uv)])
        for layer in configuration(pixi):
            found += _indexes(layer, _of_configuration(layer))
    for text in added:
        index = _index(_Named(text, is_used=True), ADDED, None)
        found += [] if index is None else [index]
    # What is used comes first, so that it is kept of two that are the same.
    ordered = sorted(found, key=lambda index: not index.is_used)
    seen: dict[object, IndexUrl] = {}
    for index in ordered:
        seen.setdefault((index.url, index.username, index.has_password), index)
    return tuple(seen.values())


def parse_index(text: str) -> IndexUrl | None:
    """The index URL that a person typed; None where uv would stop at it, or sends nothing to it."""
    return _index(_Named(text, is_used=True), ADDED, None)


def _of_configuration(document: PixiDocument) -> list[_Named]:
    options = table(document.table, "pypi-config")
    return [_Named(text, is_used=False) for text in _urls(options)]


def _of_manifest(document: PixiDocument) -> Iterator[_Named]:
    """What a manifest of pixi names, in its features and for its platforms too."""
    for part in parts_of(document):
        options = table(part, "pypi-options")
        texts = [*_urls(options), *_of_packages(table(options, "dependency-overrides"))]
        for each in (part, *tables(part, "target")):
            texts += _of_packages(table(each, "pypi-dependencies"))
        for text in texts:
            yield _Named(text, is_used=True)


def _of_packages(packages: Table) -> list[str]:
    """The index that a package is bound to."""
    found = [each.get("index") for each in packages.values() if isinstance(each, dict)]
    return [text for text in found if isinstance(text, str)]


def _of_uv(options: Table) -> Iterator[_Named]:
    """What is for uv by itself."""
    listed = options.get("index")
    entries = listed if isinstance(listed, list) else []
    texts = [entry.get("url") for entry in entries if isinstance(entry, dict)]
    for name in ("index-url", "extra-index-url"):
        value = options.get(name)
        texts += value if isinstance(value, list) else [value]
    for text in texts:
        if isinstance(text, str):
            yield _Named(text, is_used=False)


def _urls(options: Table) -> list[str]:
    extra = options.get("extra-index-urls")
    texts = [options.get("index-url"), *(extra if isinstance(extra, list) else ())]
    return [text for text in texts if isinstance(text, str)]


def _indexes(document: PixiDocument, named: Sequence[_Named]) -> list[IndexUrl]:
    found = (_index(each, document.path, document.line_of(each.text)) for each in named)
    return [index for index in found if index is not None]


def _index(named: _Named, origin: str, line: int | None) -> IndexUrl | None:
    try:
        url = parse_url(named.text)
    except BadUrl:
        return None
    if not url.is_http or url.host is None:
        return None
    bare, userinfo = split_userinfo(url)
    if userinfo is None and _has_userinfo(url):
        return None  # it is not UTF-8 once it is decoded, and uv stops at that
    username, password = userinfo or (None, None)
    return IndexUrl(bare.text, username or None, origin, line, bool(password), named.is_used)


def _has_userinfo(url: Url) -> bool:
    return _USERINFO.search(url.text) is not None


def _encoded(username: str) -> str:
    return quote(username, safe="")
