"""pixi's `[mirrors]`: where a request goes instead.

Sources: pixi, `mirror_middleware`; rattler_networking, `MirrorMiddleware`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from authui.model.url import Url, parse_url, path_of, with_path


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What the mirrors make of a URL.

    `url` is where the first request goes, None where the list of mirrors is empty: pixi then
    answers "not found" by itself. `fallbacks` are tried in this order when that one fails. URLs
    may hold secrets, so they stay out of the `repr`.
    """

    url: str | None = field(repr=False)
    fallbacks: tuple[str, ...] = field(default=(), repr=False)


def find_mirror(url_text: str, mirrors: Mapping[str, Sequence[str]]) -> Mirrored | None:
    """The mirrors of a URL; None where none is configured for it. Raises `BadUrl`.

    Keys and mirrors get a slash at the end if their path has none; the key with the longest path
    whose text begins the URL wins. What follows it, a query included, becomes path below the
    mirror. Two keys that differ only in that last slash are one key, and which of their lists
    counts is not defined in pixi: here the one that sorts first. The same holds for keys of equal
    path length that differ behind the path.
    """
    url = parse_url(url_text).text
    for prefix, targets in _by_length(mirrors):
        if url.startswith(prefix):
            rest = url[len(prefix) :].lstrip("/")
            urls = tuple(_below(target, rest) for target in targets)
            return Mirrored(urls[0] if urls else None, urls[1:])
    return None


def _by_length(mirrors: Mapping[str, Sequence[str]]) -> list[tuple[str, Sequence[str]]]:
    keys = {text: _slashed(text) for text in sorted(mirrors)}
    order = sorted(keys, key=lambda text: -len(path_of(keys[text])))
    return [(keys[text].text, mirrors[text]) for text in order]


def _below(target: str, rest: str) -> str:
    mirror = _slashed(target)
    path = f"{path_of(mirror).rstrip('/')}/{rest}"
    if not path.startswith("/"):
        # A URL such as `mailto:x`: nobody can ask it, but it may stand in the configuration.
        return f"{mirror.scheme}:{path}"
    return with_path(mirror, path).text


def _slashed(text: str) -> Url:
    """The URL with a slash at its end, which pixi adds to the text: behind a query too."""
    url = parse_url(text)
    return url if path_of(url).endswith("/") else parse_url(url.text + "/")
