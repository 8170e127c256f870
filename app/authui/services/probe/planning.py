"""What would be asked of a server, before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from authui.model.errors import BadUrl
from authui.model.lookup import Failure, LookupResult, Request
from authui.model.mirror import find_mirror
from authui.model.pypi import PypiResult
from authui.model.secret import Secret
from authui.model.text import mask_url, printable
from authui.model.url import Url, parse_url, path_of, split_userinfo, with_path, without_fragment
from authui.services.probe.proxies import proxy_for
from authui.stores.pixi_config import PixiConfig

_PLATFORM: Final = re.compile(
    r"noarch|(?:linux|osx|win|emscripten|wasi|zos|freebsd|netbsd|openbsd)-[a-z0-9_]+"
)
_OWN_TOKEN: Final = re.compile(r"/t/[^/]*(/.*)?$", re.DOTALL)
_FILE: Final = re.compile(r".*\.(?:json|zst|bz2|gz|conda|msgpack|whl|html|xml|txt|yaml|yml)")

_ELSEWHERE: Final = {
    "s3": "S3 requests are signed, and authui signs none: ask the bucket with your S3 tool",
    "oci": "An OCI registry exchanges the credential for a token first, which authui does not do",
    "gcs": "Requests to Google's storage are signed by Google's own tools",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the URL on the wire and its `Authorization`, if it has one."""

    url: Secret
    authorization: Secret | None = None


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """What would be asked of which host.

    `host` has its port where that is not the usual one, `url` is masked. `with_` is None where no
    credential would be sent. `refusal` says in a sentence why nothing can be asked; then the rest
    means nothing. `is_index` tells a PyPI index from a channel. `notes` are further sentences.
    """

    host: str
    url: str
    with_: Ask | None
    without: Ask | None
    what: str = ""
    is_index: bool = False
    has_conda_token: bool = False
    refusal: str | None = None
    notes: tuple[str, ...] = ()
    proxy: str | None = None

    @property
    def wants_page(self) -> bool:
        """Whether a web page is what was asked for."""
        return self.is_index or self.url.partition("?")[0].endswith((".html", ".xml"))

    @property
    def sentence(self) -> str:
        """What will be sent to whom, for the person who has to agree."""
        through = "" if self.proxy is None else f" through the proxy {self.proxy}"
        if self.with_ is None:
            return f"Asks {self.host}{through} for {self.url}, without a credential"
        return f"Asks {self.host}{through} for {self.url}, once with {self.what} and once without"


def plan_probe(
    result: LookupResult | PypiResult, text: str, *, pixi: PixiConfig | None = None
) -> ProbePlan:
    """The two requests that tell what a server thinks of what `result` would send to `text`.

    A channel is asked for `noarch/repodata.json`, an index for its simple page, a file for itself.
    Raises `BadUrl` where the text is no URL. Sends nothing.
    """
    asked = parse_url(text)
    is_index = isinstance(result, PypiResult)
    request = result.request
    refusal = _refusal(asked, request, result)
    if refusal is not None or request is None or request.url is None:
        return ProbePlan("", mask_url(asked.text), None, None, refusal=refusal or _UNKNOWN)
    wire = parse_url(request.url.reveal())
    plain = _plain(asked, pixi)
    pages = (_page(one, is_index=is_index) for one in (wire, plain))
    has_token = len({path_of(page) for page in pages}) > 1
    if not has_token:
        plain = wire
    # A token that stands in the URL itself is a credential too.
    own = _OWN_TOKEN.match(path_of(plain))
    if own is not None:
        has_token, plain = True, with_path(plain, own[1] or "/")
    proxy = proxy_for(plain.scheme, plain.host or "")
    if proxy.refusal is not None:
        return ProbePlan("", mask_url(asked.text), None, None, refusal=proxy.refusal)
    without = _page(plain, is_index=is_index)
    page = _page(wire, is_index=is_index)
    has_credential = has_token or request.authorization is not None
    notes = []
    if request.refresh:
        notes.append(
            "The token has ended or soon will, and a tool would first get a new one: authui asks "
            "with the one that is stored"
        )
    if pixi is not None and pixi.offline:
        notes.append("pixi itself would ask nobody: its configuration says offline")
    return ProbePlan(
        host=_host(plain),
        url=printable(mask_url(without.text)),
        with_=Ask(Secret(without_fragment(page)), request.authorization)
        if has_credential
        else None,
        without=Ask(Secret(without_fragment(without))),
        what=_what(request, result, has_token=has_token),
        is_index=is_index,
        has_conda_token=has_token,
        notes=tuple(notes),
        proxy=proxy.shown,
    )


_UNKNOWN: Final = "It is not known what would be sent, so there is nothing to try"


def _refusal(asked: Url, request: Request | None, result: LookupResult | PypiResult) -> str | None:
    if asked.scheme in _ELSEWHERE:
        return _ELSEWHERE[asked.scheme]
    failure: Failure | None = result.failure
    if failure is not None:
        return f"There is no request to try: {failure.message}"
    if request is None:
        lookup = result.rattler if isinstance(result, PypiResult) else result
        if lookup.is_unread:
            return "What is stored there has not been read yet: read it first, then try again"
        if isinstance(result, PypiResult):
            return "What the keyring program says is not known: run it first, then try again"
        return _UNKNOWN
    if request.only_refreshed:
        return "A tool would get a new token first, which authui does not do"
    return None


def _plain(asked: Url, pixi: PixiConfig | None) -> Url:
    """The URL that the request goes to, a mirror's where pixi asks one, without any credential."""
    url = split_userinfo(asked)[0]
    if pixi is not None:
        try:
            mirrored = find_mirror(url.text, pixi.mirrors)
            if mirrored is not None and mirrored.url is not None:
                url = parse_url(mirrored.url)
        except BadUrl:
            url = asked
    return split_userinfo(url)[0]


def _page(url: Url, *, is_index: bool) -> Url:
    """What tells whether a channel or an index is there."""
    path = path_of(url)
    last = path.rpartition("/")[2]
    if is_index:
        return url if path.endswith("/") or _FILE.fullmatch(last) else with_path(url, path + "/")
    if _FILE.fullmatch(last):
        return url
    # As rattler does it: one slash at the end counts for none, and a channel has no query.
    folder = path.removesuffix("/")
    name = folder.rpartition("/")[2]
    page = "/repodata.json" if _PLATFORM.fullmatch(name) else "/noarch/repodata.json"
    return with_path(parse_url(re.split(r"[?#]", url.text, maxsplit=1)[0]), folder + page)


def _host(url: Url) -> str:
    rest = split_userinfo(url)[0].text.partition("://")[2]
    end = min((i for c in "/?#" if (i := rest.find(c)) >= 0), default=len(rest))
    return printable(rest[:end].rpartition("@")[2])


def _what(request: Request, result: LookupResult | PypiResult, *, has_token: bool) -> str:
    lookup = result.rattler if isinstance(result, PypiResult) else result
    if has_token:
        what = "the conda token in the path"
    else:
        what = f"Authorization: {request.masked_authorization}"
    match = lookup.match
    if match is None or (isinstance(result, PypiResult) and result.winner != "rattler"):
        return what
    return f"{what} (from the {match.store})"
