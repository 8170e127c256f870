"""URLs as rattler parses them.

rattler uses Rust's `url` crate, authui `ada-url`; both follow the WHATWG URL standard. Where they
differ, this module takes rattler's side: the crate leaves `^` in a path as it is, and refuses host
labels that begin with `xn--` and decode to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

import ada_url

from authui.model.errors import BadUrl
from authui.model.text import mask_url, printable

_SPECIAL = ("http", "https", "ws", "wss", "ftp", "file")
# Valid in a host for both parsers, but no HTTP client can put them on the wire.
_UNSENDABLE = frozenset('`"{}')


@dataclass(frozen=True, slots=True)
class Url:
    """A parsed URL.

    `text` is the whole URL in its normal form and may hold secrets, so it stays out of the `repr`.
    `host` is None where the URL names none; `is_domain` tells a name from an IP address, as Rust's
    `Url::domain` does: outside of http and its like everything but `[...]` counts as a name.
    """

    text: str = field(repr=False)
    scheme: str
    host: str | None
    is_domain: bool

    @property
    def is_http(self) -> bool:
        """Whether an HTTP client can send it as it stands."""
        return self.scheme in ("http", "https")

    @property
    def masked(self) -> str:
        """The URL with everything secret as dots."""
        return mask_url(self.text)

    @property
    def sendable(self) -> bool:
        """Whether the host can stand in an HTTP request at all."""
        return self.host is not None and not _UNSENDABLE & set(self.host)


def parse_url(text: str) -> Url:
    """The URL in `text`. Raises `BadUrl` where rattler's parser refuses it."""
    marker = _unused(text)
    try:
        parsed = ada_url.URL(_hide_carets(text, marker))
    except (ValueError, UnicodeEncodeError):
        raise _refusal(text) from None
    host = parsed.hostname or None
    scheme = parsed.protocol.removesuffix(":")
    is_ip = parsed.host_type != ada_url.HostType.DEFAULT or (host or "").startswith("[")
    if host is not None and scheme in _SPECIAL and not is_ip:
        for label in host.split("."):
            if label.startswith("xn--") and not _decodes(label):
                raise BadUrl(
                    f"{_shown(text)} is not a URL: the host label {printable(label)} "
                    "encodes no international name",
                    "Check the spelling of the host",
                )
    return Url(parsed.href.replace(marker, "^"), scheme, host, host is not None and not is_ip)


def with_path(url: Url, path: str) -> Url:
    """The URL with another path, encoded as Rust's `Url::set_path` encodes it."""
    marker = _unused(url.text + path)
    parsed = ada_url.URL(_hide_carets(url.text, marker))
    parsed.pathname = path.replace("^", marker)
    return Url(parsed.href.replace(marker, "^"), url.scheme, url.host, url.is_domain)


def path_of(url: Url) -> str:
    """The path in its normal form, `/` at least for http."""
    marker = _unused(url.text)
    return ada_url.URL(_hide_carets(url.text, marker)).pathname.replace(marker, "^")


def without_fragment(url: Url) -> str:
    """The text of the URL as a request line carries it."""
    return url.text.partition("#")[0]


def split_userinfo(url: Url) -> tuple[Url, tuple[str, str | None] | None]:
    """The URL without its user information, and (user name, password) where it had any.

    As reqwest does before it sends: both are percent-decoded, and what is not UTF-8 counts as not
    there. Without either of them the URL is left as it is. Source: reqwest, `extract_authority`.
    """
    parsed = ada_url.URL(url.text)
    username = _decoded(parsed.username)
    # The crate tells `u@` from `u:@`, but drops the colon of an empty password in its text.
    password = _decoded(parsed.password) if parsed.password else None
    if username is None or (not username and password is None):
        return url, None
    bare = _without_userinfo(url.text)
    return Url(bare, url.scheme, url.host, url.is_domain), (username, password)


def _decoded(text: str) -> str | None:
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _without_userinfo(text: str) -> str:
    scheme, slashes, rest = text.partition("//")
    end = min((i for c in "/?#" if (i := rest.find(c)) >= 0), default=len(rest))
    return scheme + slashes + rest[rest.rfind("@", 0, end) + 1 :]


def _decodes(label: str) -> bool:
    unicode = ada_url.idna_to_unicode(label)
    return unicode != label and ada_url.idna_to_ascii(unicode) == label.encode()


def _unused(text: str) -> str:
    """Letters that occur nowhere in the text, to stand for a caret through ada."""
    number = 0
    # It begins and ends with different letters, so it cannot be found across its own edges.
    while (marker := f"caret{number}x") in text:
        number += 1
    return marker


def _hide_carets(text: str, marker: str) -> str:
    """The text with the carets of its path replaced; ada would encode them, rattler does not."""
    if "^" not in text:
        return text
    start = text.find(":") + 1
    while start < len(text) and text[start] in "/\\":
        start += 1
    path = min((i for c in "/\\?#" if (i := text.find(c, start)) >= 0), default=len(text))
    end = min((i for c in "?#" if (i := text.find(c, path)) >= 0), default=len(text))
    return text[:path] + text[path:end].replace("^", marker) + text[end:]


def _shown(text: str) -> str:
    shown = printable(mask_url(text))
    return shown if len(shown) <= 120 else shown[:119] + "…"


def _refusal(text: str) -> BadUrl:
    shown = _shown(text)
    if not text.strip():
        return BadUrl("No URL was given", "Give one such as https://repo.prefix.dev/my-channel")
    scheme, colon, _ = text.strip().partition(":")
    if not colon or not scheme[:1].isalpha() or "." in scheme or "/" in scheme:
        return BadUrl(
            f"{shown} is not a URL: it does not begin with a scheme",
            "Write it in full: https://" + (shown if len(shown) < 80 else "..."),
        )
    return BadUrl(
        f"{shown} is not a URL: its host or port cannot be read",
        "Check the host for spaces and special characters, the port for digits up to 65535, and "
        "an IPv6 address for its brackets",
    )
