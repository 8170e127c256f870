"""What uv makes of an index URL: pages, realms, and the names it asks a keyring for.

Source of the rules: uv 0.11.15, `uv_auth` (`index.rs`, `realm.rs`, `keyring.rs`),
`uv_distribution_types::IndexUrl` and `uv_client`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import ada_url

from authui.model.secret import Secret
from authui.model.url import Url, path_of, with_path
from authui.model.uv_credential import UvCredential


class Undecodable(Exception):
    """The user information of a URL is not UTF-8 once it is percent-decoded: uv stops at it."""


@dataclass(frozen=True, slots=True)
class Realm:
    """What shares a credential. `port` is None where it is the usual one of the scheme."""

    scheme: str
    host: str | None
    port: str | None

    def is_below(self, other: Realm) -> bool:
        """Whether this is a subdomain of the other, by the same scheme and port."""
        return (
            (self.scheme, self.port) == (other.scheme, other.port)
            and self.host is not None
            and other.host is not None
            and self.host.endswith("." + other.host)
        )


def realm_of(url: Url) -> Realm:
    """The realm of a URL."""
    return Realm(url.scheme, url.host, ada_url.URL(url.text).port or None)


def userinfo_of(url: Url) -> UvCredential | None:
    """What the user information of a URL says to uv, None where there is none.

    Raises `Undecodable`.
    """
    parsed = ada_url.URL(url.text)
    if not parsed.username and not parsed.password:
        return None
    password = Secret(_decoded(parsed.password)) if parsed.password else None
    return UvCredential(_decoded(parsed.username) or None, password)


def without_userinfo(url: Url) -> Url:
    """The URL without its user information."""
    scheme, slashes, rest = url.text.partition("//")
    end = min((i for c in "/?#" if (i := rest.find(c)) >= 0), default=len(rest))
    text = scheme + slashes + rest[rest.rfind("@", 0, end) + 1 :]
    return Url(text, url.scheme, url.host, url.is_domain)


def with_userinfo_of(url: Url, other: Url) -> Url:
    """The URL with the user information of another."""
    parsed = ada_url.URL(other.text)
    said = parsed.username + (f":{parsed.password}" if parsed.password else "")
    if not said:
        return url
    bare = without_userinfo(url)
    scheme, slashes, rest = bare.text.partition("//")
    return Url(f"{scheme}{slashes}{said}@{rest}", url.scheme, url.host, url.is_domain)


def page_of(index: Url) -> Url:
    """The index's own page; a package's follows it in the path.

    uv takes an empty last segment away before it adds the name, so that `//` becomes `/`.
    """
    path = path_of(index)
    if path == "//":
        return with_path(index, "/")
    return index if path.endswith("/") else with_path(index, path + "/")


def is_path_prefix(prefix: str, path: str) -> bool:
    """Whether a path lies below another, segment by segment."""
    if not path.startswith(prefix):
        return False
    rest = path[len(prefix) :]
    return not rest or prefix.endswith("/") or rest.startswith("/")


def is_of_index(url: Url, index: Url) -> bool:
    """Whether uv takes a request for one to this index: below it, without its last `/simple`."""
    return realm_of(url) == realm_of(index) and is_path_prefix(_root_path(index), path_of(url))


def is_below_endpoint(url: Url, endpoint: Url) -> bool:
    """Whether a URL lies below a storage endpoint, on its host or a subdomain of that."""
    realm, other = realm_of(url), realm_of(endpoint)
    return (realm == other or realm.is_below(other)) and is_path_prefix(
        path_of(endpoint), path_of(url)
    )


def services_of(url: Url) -> tuple[str, ...]:
    """The names under which uv asks a keyring for a URL without user information, in order."""
    realm = realm_of(url)
    host = realm.host or ""
    if realm.port is not None:
        host += f":{realm.port}"
    also = () if url.scheme == "https" else (f"{url.scheme}://{host}",)
    return (url.text, host, *also)


def _root_path(index: Url) -> str:
    path = path_of(index)
    bare = path.removesuffix("/")
    above, _, last = bare.rpartition("/")
    return above or "/" if last.lower() in ("simple", "+simple") else path


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise Undecodable  # out here, so that no context with the text hangs on it
