"""authui foretells the requests and the keyring commands that real uv makes."""

from __future__ import annotations

import base64
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import pytest

from authui.model.pypi import PypiResult
from authui.model.url import parse_url
from authui.model.uv_url import services_of, userinfo_of, without_userinfo
from authui.services.pypi import pypi_lookup
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig
from authui.stores.pypi.sources import PypiSources
from tests.uv.cases import Case, cases
from tests.uv.certificates import Certificates, certificates
from tests.uv.index_proxy import IndexProxy
from tests.uv.real_uv import Ran, commands_in, commands_of, put_keyring, run_uv

SAME, FRESH = range(300), range(300, 400)
"""The numbers of the cases that are the same in each run, and of those that are new."""

NAMES = ("h.example", "*.example", "a.b.example", "localhost", "huggingface.co")


@dataclass(frozen=True)
class Compared:
    """What authui foretold and what came, with the keyring commands of each."""

    case: Case
    foretold: PypiResult
    own: list[tuple[str, ...]]
    ran: Ran


@dataclass(frozen=True)
class Judged:
    """All cases of a run, those apart of which authui says that it does not know the end."""

    seed: int
    known: list[Compared]
    unknown: list[Compared]


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    names = (*NAMES, "xn--bcher-kva.example")
    return certificates(tmp_path_factory.mktemp("tls"), names, ("127.0.0.1", "::1"))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory, trusted: Certificates) -> Judged:
    """All cases, several at once, each worker with a proxy of its own."""
    seed = secrets.randbits(32)
    folder = tmp_path_factory.mktemp("uv")
    put_keyring(folder / "bin")
    proxies: SimpleQueue[IndexProxy] = SimpleQueue()
    started = [IndexProxy(trusted) for _ in range(4)]
    for proxy in started:
        proxies.put(proxy)

    def compare(case: Case) -> Compared:
        proxy = proxies.get()
        try:
            return _compare(case, folder, trusted, proxy)
        finally:
            proxies.put(proxy)

    try:
        with ThreadPoolExecutor(len(started)) as pool:
            found = list(pool.map(compare, [*cases(7, SAME), *cases(seed, FRESH)]))
    finally:
        for proxy in started:
            proxy.close()
    known = [one for one in found if not one.foretold.partial]
    return Judged(seed, known, [one for one in found if one.foretold.partial])


def _compare(case: Case, folder: Path, trusted: Certificates, proxy: IndexProxy) -> Compared:
    home = folder / str(case.number)
    variables = _home_of(case, home, folder / "bin", trusted)
    own = home / "own.log"
    environment = Environment(
        {**variables, "KEYRING_LOG": os.fspath(own)}, os.fspath(home), "linux"
    )
    sources = PypiSources(environment, PixiConfig(keyring_provider=case.provider))
    foretold = pypi_lookup(case.url, (), sources, now=0, run_keyring=True)
    header = foretold.uv.authorization
    accepts = header.reveal() if case.is_accepting and header is not None else None
    proxy.expect(accepts, case.refusal)
    ran = run_uv(
        proxy,
        case.url,
        case.package,
        variables=variables,
        provider=case.provider,
        cache=folder / "cache",
        log=home / "uv.log",
    )
    return Compared(case, foretold, commands_in(own), ran)


def _home_of(case: Case, home: Path, programs: Path, trusted: Certificates) -> dict[str, str]:
    """A home with all that the case says, and its variables."""
    home.mkdir()
    variables = {
        "HOME": os.fspath(home),
        "PATH": f"{programs}:/usr/bin:/bin",
        "SSL_CERT_FILE": os.fspath(trusted.authority),
        "KEYRING_ANSWER": case.answer,
        "KEYRING_STATUS": str(case.status),
        **case.variables,
    }
    if case.answers is not None:
        services = services_of(without_userinfo(parse_url(case.url)))
        variables["KEYRING_SERVICE"] = services[min(case.answers, len(services) - 1)]
    if case.netrc is not None:
        (home / ".netrc").write_text(case.netrc)
    if case.logins is not None:
        place = home / ".local" / "share" / "uv" / "credentials"
        if case.login_place == "variable":
            place = home / "own"
            variables["UV_CREDENTIALS_DIR"] = os.fspath(place)
        elif case.login_place == "data":
            place = home / "data" / "uv" / "credentials"
            variables["XDG_DATA_HOME"] = os.fspath(home / "data")
        place.mkdir(parents=True)
        (place / "credentials.toml").write_text(case.logins)
    return variables


def _of_page(one: Compared) -> list[tuple[str, str | None]]:
    """What uv asked of the package's page."""
    end = f"/{one.case.package}/"
    return [
        (asked.url, asked.authorization)
        for asked in one.ran.asked
        if asked.url.partition("?")[0].endswith(end)
    ]


def _foretold(one: Compared) -> list[tuple[str, str | None]]:
    """The same as authui says it: first without a credential, where the URL brings none."""
    result = one.foretold
    if result.failure is not None:
        return []
    assert result.request is not None
    assert result.request.url is not None
    assert result.request.authorization == result.uv.authorization
    path, question, query = result.request.url.reveal().partition("?")
    page = f"{path}{one.case.package}/{question}{query}"
    header = None if result.uv.authorization is None else result.uv.authorization.reveal()
    brings_one = userinfo_of(parse_url(one.case.url)) is not None
    return [(page, header)] if header is None or brings_one else [(page, None), (page, header)]


def _the_requests(compared: Judged) -> None:
    for one in compared.known:
        assert _of_page(one) == _foretold(one), (compared.seed, one.case)


def _the_keyring_commands(compared: Judged) -> None:
    for one in compared.known:
        assert one.ran.commands == one.own == commands_of(one.foretold.uv.keyring_calls), (
            compared.seed,
            one.case,
        )


def _what_depends_on_the_package_is_not_known(compared: Judged) -> None:
    """Of an index below `//`, uv asks the keyring for the URL of each package."""
    for one in compared.unknown:
        first, *others = commands_of(one.foretold.uv.keyring_calls)
        wanted = (first[0], first[1].replace("PACKAGE", one.case.package), first[2])
        assert one.ran.commands[0] == wanted, (compared.seed, one.case)
        assert one.own == others[: len(one.own)], (compared.seed, one.case)
        assert one.foretold.request is None


def _an_index_that_wants_what_is_sent_lets_uv_in(compared: Judged) -> None:
    for one in compared.known:
        is_let_in = one.case.is_accepting and one.foretold.uv.authorization is not None
        assert (one.ran.status == 0) is is_let_in, (compared.seed, one.case, one.ran.messages)


def _a_url_at_which_uv_stops_ends_in_a_panic(compared: Judged) -> None:
    for one in compared.known:
        is_panic = one.ran.status == 101
        assert (one.foretold.failure is not None) is is_panic, (compared.seed, one.case)


def _each_branch_was_taken(compared: Judged) -> None:
    same = [one for one in compared.known if one.case.number in SAME]
    taken = Counter(branch for one in same for branch in _branches(one))
    assert len(same) > 280
    assert {branch: taken[branch] for branch in BRANCHES if taken[branch] < 2} == {}
    assert any(one.case.number in SAME for one in compared.unknown)


def test_uv_does_what_is_foretold(compared: Judged) -> None:
    """In one test: on each of several workers all cases would run again."""
    _the_requests(compared)
    _the_keyring_commands(compared)
    _what_depends_on_the_package_is_not_known(compared)
    _an_index_that_wants_what_is_sent_lets_uv_in(compared)
    _a_url_at_which_uv_stops_ends_in_a_panic(compared)
    _each_branch_was_taken(compared)


BRANCHES = (
    "url", "url, name only", "netrc", "netrc, default", "netrc, other user", "netrc, ignored", "uv",
    "uv, bearer", "uv, ambiguous", "uv, ignored", "keyring 1", "keyring 2", "keyring 3",
    "keyring, all in vain", "keyring, empty", "keyring, no text", "keyring, off", "keyring, no name",
    "provider", "provider, turned off", "nothing", "stops", "http", "https", "let in", "empty password", "odd port",
)  # fmt: skip


def _branches(one: Compared) -> Iterator[str]:
    """The names of the ways that a case took."""
    yield one.case.scheme
    variables = one.case.variables
    if variables.get("HF_TOKEN") and "UV_NO_HF_TOKEN" in variables:
        yield "provider, turned off"
    if one.ran.status == 0:
        yield "let in"
    if ":8080" in one.case.url:
        yield "odd port"
    if one.foretold.failure is not None:
        yield "stops"
        return
    yield from _of_the_winner(one.foretold)
    yield from _of_the_steps(one.foretold, one.case.provider)
    yield from _of_the_keyring(one.foretold)


def _of_the_winner(result: PypiResult) -> Iterator[str]:
    header = "" if result.uv.authorization is None else result.uv.authorization.reveal()
    winner = result.winner or "nothing"
    yield winner
    if winner == "uv" and header.startswith("Bearer"):
        yield "uv, bearer"
    if header.startswith("Basic") and base64.b64decode(header[6:]).endswith(b":"):
        if winner in ("netrc", "uv"):
            yield "empty password"
        if winner == "url":
            yield "url, name only"


def _of_the_steps(result: PypiResult, provider: str) -> Iterator[str]:
    for step in result.steps:
        match step.source, step.outcome.value:
            case "netrc", "hit" if step.name == "machine default":
                yield "netrc, default"
            case "netrc", "miss" if step.detail is not None:
                yield "netrc, other user"
            case (("netrc" | "uv"), "error"):
                yield f"{step.source}, ignored"
            case "uv", "ambiguous":
                yield "uv, ambiguous"
            case "keyring", "skipped":
                yield "keyring, no name" if provider == "subprocess" else "keyring, off"


def _of_the_keyring(result: PypiResult) -> Iterator[str]:
    calls = result.keyring_calls
    if result.winner == "keyring":
        yield f"keyring {len(calls)}"
        if calls[-1].detail is not None:
            yield "keyring, empty"
    elif calls and {call.outcome.value for call in calls} == {"miss"}:
        yield "keyring, all in vain"
    if any(call.outcome.value == "error" for call in calls):
        yield "keyring, no text"
