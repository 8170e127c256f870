"""Where uv looks for a credential, in its order.

Source: uv 0.11.15, `AuthMiddleware::fetch_credentials`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from authui.model.entry import Outcome
from authui.model.errors import BadUrl
from authui.model.pypi import KeyringCall, PypiSource, PypiStep
from authui.model.secret import DOTS, Secret
from authui.model.text import mask_url
from authui.model.url import Url, parse_url, path_of, with_path
from authui.model.url_secrets import is_token
from authui.model.uv_credential import UvCredential
from authui.model.uv_url import Realm, is_below_endpoint, realm_of, services_of
from authui.services import pypi_words as words
from authui.stores.environment import Environment
from authui.stores.pypi.keyring_program import KeyringAnswer, KeyringProgram
from authui.stores.pypi.uv_credentials import AmbiguousLogin, UvCredentials
from authui.stores.pypi.uv_netrc import UvNetrc

_HUGGING_FACE = Realm("https", "huggingface.co", None)
_ENDPOINTS = ("UV_S3_ENDPOINT_URL", "UV_GCS_ENDPOINT_URL", "UV_AZURE_ENDPOINT_URL")
_PYX, _PYX_FILES = "https://api.pyx.dev", "astralhosted.com"


@dataclass(frozen=True, slots=True)
class Searched:
    """What came of a search.

    `signer` is the variable that makes uv sign requests to a storage endpoint itself; `stops` that
    uv ends at what is wrong with one. `is_known` is False where something could not be asked that
    may answer.
    """

    credential: UvCredential | None = None
    source: PypiSource | None = None
    steps: tuple[PypiStep, ...] = ()
    calls: tuple[KeyringCall, ...] = ()
    is_known: bool = True
    signer: str | None = None
    stops: str | None = None


@dataclass(slots=True)
class _Asked:
    """A search on its way."""

    steps: list[PypiStep] = field(default_factory=list)
    calls: list[KeyringCall] = field(default_factory=list)
    is_known: bool = True

    def end(
        self, credential: UvCredential | None = None, source: PypiSource | None = None
    ) -> Searched:
        return Searched(credential, source, tuple(self.steps), tuple(self.calls), self.is_known)


class UvSearch:
    """uv's own search on this machine.

    `run_keyring` runs the program where uv would; otherwise what it would say is not known.
    """

    def __init__(
        self, environment: Environment, *, keyring_enabled: bool, run_keyring: bool
    ) -> None:
        self._environment = environment
        self._enabled = keyring_enabled
        self._run = run_keyring
        self.netrc = UvNetrc(environment)
        self.logins = UvCredentials(environment)
        self.program = KeyringProgram(environment)

    def search(
        self, url: Url, index: Url | None, username: str | None, *, run: bool = True
    ) -> Searched:
        """What uv finds for a request below `url`, an index's page without user information.

        `index` is None where uv takes the request to none of its indexes: then it asks the keyring
        for the URL of each package. `run` is False for a search that pixi does not make.
        """
        asked = _Asked()
        known = self._provider(url, asked)
        if known is not None:
            return known
        asked.is_known = not self._is_pyx(url, asked)
        credential = self._netrc(url, username, asked)
        if credential is not None:
            return asked.end(credential, "netrc")
        credential = self._file(url, username, asked)
        if credential is not None:
            return asked.end(credential, "uv")
        credential = self._keyring(url, index, username, asked, run=run)
        return asked.end(credential, None if credential is None else "keyring")

    def _provider(self, url: Url, asked: _Asked) -> Searched | None:
        """What a service that uv knows by name answers."""
        variables = self._environment.variables
        token = self._environment.utf8("HF_TOKEN")
        if token and "UV_NO_HF_TOKEN" not in variables and realm_of(url) == _HUGGING_FACE:
            asked.steps.append(PypiStep("provider", "HF_TOKEN", Outcome.HIT))
            return asked.end(UvCredential(token=Secret(token)), "provider")
        for name in _ENDPOINTS:
            endpoint = self._environment.utf8(name)
            if endpoint is None:
                continue
            try:
                is_below = is_below_endpoint(url, parse_url(endpoint))
            except BadUrl:
                asked.steps.append(PypiStep("provider", name, Outcome.ERROR, words.NO_URL))
                return replace(asked.end(), stops=name)
            if is_below:
                asked.steps.append(PypiStep("provider", name, Outcome.HIT, words.SIGNS))
                return replace(asked.end(source="provider"), signer=name)
        return None

    def _is_pyx(self, url: Url, asked: _Asked) -> bool:
        """Whether uv first asks its own login for its own registry, which is not read here."""
        host = url.host or ""
        api = self._environment.utf8("PYX_API_URL")
        named = self._environment.utf8("PYX_CDN_DOMAIN")
        files = _PYX_FILES if named is None else named
        try:
            is_api = realm_of(url) == realm_of(parse_url(_PYX if api is None else api))
        except BadUrl:
            return False
        if is_api or (url.scheme == "https" and (host == files or host.endswith("." + files))):
            asked.steps.append(PypiStep("provider", "pyx", Outcome.SKIPPED, words.PYX))
            return True
        return False

    def _netrc(self, url: Url, username: str | None, asked: _Asked) -> UvCredential | None:
        netrc, host = self.netrc, url.host or ""
        if netrc.path is None:
            return None
        if netrc.failure is not None:
            asked.steps.append(PypiStep("netrc", host, Outcome.ERROR, words.ignored(netrc.failure)))
            return None
        machine = netrc.find(host, username)
        if machine is not None:
            line = f"line {machine.line}"
            asked.steps.append(PypiStep("netrc", f"machine {machine.name}", Outcome.HIT, line))
            return UvCredential(machine.login or None, machine.password)
        other = None if username is None else netrc.find(host, None)
        detail = None if other is None else words.OTHER_USER
        asked.steps.append(PypiStep("netrc", f"machine {host}", Outcome.MISS, detail))
        return None

    def _file(self, url: Url, username: str | None, asked: _Asked) -> UvCredential | None:
        name = mask_url(url.text)
        try:
            login = self.logins.find(url, username)
        except AmbiguousLogin as error:
            asked.is_known = asked.is_known and error.is_certain
            detail = words.SEVERAL if error.is_certain else words.SEVERAL_OR_LONGER
            asked.steps.append(PypiStep("uv", name, Outcome.AMBIGUOUS, detail))
            return None
        if login is not None:
            asked.steps.append(PypiStep("uv", login.service.masked, Outcome.HIT))
            return login.credential
        failure = self.logins.failure
        if failure is not None:
            asked.steps.append(PypiStep("uv", name, Outcome.ERROR, words.ignored(failure)))
        elif self.logins.entries():
            asked.steps.append(PypiStep("uv", name, Outcome.MISS))
        return None

    def _keyring(
        self, url: Url, index: Url | None, username: str | None, asked: _Asked, *, run: bool
    ) -> UvCredential | None:
        if not self._enabled or username is None:
            detail = words.NO_USERNAME if self._enabled else words.DISABLED
            asked.steps.append(PypiStep("keyring", "keyring", Outcome.SKIPPED, detail))
            return None
        # That there is no program is known without running one.
        run = run and (self._run or self.program.path is None)
        page = with_path(url, path_of(url) + words.PACKAGE) if index is None else index
        for service in services_of(page):
            is_certain = index is not None or service != page.text
            answer = self.program.get(service, username) if run and is_certain else None
            call = _call(service, username, answer, is_certain=is_certain)
            asked.calls.append(call)
            name = " ".join(call.command)
            asked.steps.append(PypiStep("keyring", name, call.outcome, call.detail))
            if answer is None or answer.told in ("timeout", "too-long"):
                asked.is_known = False
                run = run and answer is None
            elif answer.password is not None:
                return UvCredential(username, answer.password)
        return None


def _call(
    service: str, username: str, answer: KeyringAnswer | None, *, is_certain: bool
) -> KeyringCall:
    shown = (mask_url(service), DOTS if is_token(username) else username)
    in_full = None if shown == (service, username) else (Secret(service), Secret(username))
    if answer is None:
        detail = None if is_certain else words.EACH_PACKAGE
        return KeyringCall(*shown, Outcome.SKIPPED, detail, in_full)
    return KeyringCall(*shown, *words.of_keyring(answer), in_full)
