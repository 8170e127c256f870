"""authui's answer beside real rattler's, for one case."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from authui.model.credential import S3Credentials
from authui.model.errors import BadUrl
from authui.model.lookup import LookupResult
from authui.services.lookup import lookup
from authui.stores.discover import discover
from authui.stores.environment import Environment
from tests.support.judge import Judge, Sent
from tests.support.lookup_cases import Case, CaseMaker

if TYPE_CHECKING:  # other systems have no Secret Service, and compare as well
    from tests.support.gnome_keyring import GnomeKeyring

FRESH_TOKENS = re.compile(r'^\{"access_token":"fresh"(?!.*"expires_in":(1\.5|"60"))')
"""Token answers that rattler accepts: an access token, and an end that is an integer or absent."""


@dataclass(frozen=True)
class Sending:
    """What goes over the wire, or that nothing does."""

    url: str | None
    authorization: str | None


def lay_out(case: Case, home: Path, netrc: str = ".netrc") -> dict[str, str]:
    """Write the files of a case into a home directory; the variables that go with them."""
    variables = {"HOME": str(home)}
    if case.auth_file is not None:
        path = home / "auth.json"
        path.write_text(case.auth_file, errors="surrogatepass")
        variables["RATTLER_AUTH_FILE"] = str(path)
    if case.fallback is not None:
        (home / ".rattler").mkdir()
        (home / ".rattler" / "credentials.json").write_text(case.fallback, errors="surrogatepass")
    if case.netrc is not None:
        (home / netrc).write_text(case.netrc, newline="")
    return variables


@dataclass(frozen=True)
class OwnAnswer:
    """authui's answer; `signer` is the access key id where S3 credentials answered."""

    result: LookupResult | BadUrl
    signer: str | None = None

    @property
    def reason(self) -> str:
        """Why, for the report of a disagreement."""
        return self.result.message if isinstance(self.result, BadUrl) else self.result.reason

    @property
    def found_in(self) -> str | None:
        """The store that answered."""
        if isinstance(self.result, BadUrl) or self.result.match is None:
            return None
        return self.result.match.store

    @property
    def refreshes(self) -> bool:
        """Whether rattler should ask the token endpoint first."""
        if isinstance(self.result, BadUrl) or self.result.request is None:
            return False
        return self.result.request.refresh


def ask_authui(case: Case, variables: dict[str, str], bus: str | None) -> OwnAnswer:
    """authui's answer for the URL that `Judge.send` makes rattler fetch."""
    bus = bus or "unix:path=/nonexistent/bus"
    environment = Environment(
        {**variables, "DBUS_SESSION_BUS_ADDRESS": bus}, variables["HOME"], "linux"
    )
    return answer_in(environment, case)


def answer_in(environment: Environment, case: Case) -> OwnAnswer:
    """The same, in an environment that is made already."""
    stores = discover(environment, "rattler").stores
    url = case.url.rstrip("/") + "/noarch/repodata.json"
    try:
        result = lookup(url, stores, client="rattler", now=time.time())
    except BadUrl as refusal:
        return OwnAnswer(refusal)
    if case.s3 and result.match is not None and result.match.kind == "S3Credentials":
        store = next(s for s in stores if s.info.id == result.match.store)
        credential = store.get(result.match.host).credential
        assert isinstance(credential, S3Credentials)
        return OwnAnswer(result, credential.access_key_id)
    return OwnAnswer(result)


def expected(case: Case, answer: OwnAnswer) -> Sending:
    """What rattler should send if authui is right."""
    if isinstance(answer.result, BadUrl) or answer.result.request is None:
        return Sending(None, None)
    request = answer.result.request
    if case.s3:
        # The request is signed: the key it is signed with tells which entry was used.
        return Sending(answer.signer or "AWSCHAIN", None)
    assert request.url is not None
    url = request.url.reveal()
    if request.refresh and case.token_answer and FRESH_TOKENS.match(case.token_answer):
        return Sending(url, "Bearer fresh")
    if request.only_refreshed:
        return Sending(None, None)
    authorization = None if request.authorization is None else request.authorization.reveal()
    return Sending(url, authorization)


def observed(case: Case, sent: Sent) -> Sending:
    """What rattler sent, in the same form."""
    if case.s3 and sent.url is not None:
        key = re.search(r"X-Amz-Credential=([^%]*)", sent.url)
        assert key is not None
        return Sending(key[1], None)
    return Sending(sent.url, sent.authorization)


def compare(judge: Judge, case: Case, home: Path, bus: str | None = None) -> str | None:
    """None where authui and rattler agree, else a description of the disagreement.

    authui is asked first: rattler may store a refreshed token.
    """
    variables = lay_out(case, home)
    return judge_answer(judge, case, variables, ask_authui(case, variables, bus))


def judge_answer(
    judge: Judge, case: Case, variables: dict[str, str], answer: OwnAnswer
) -> str | None:
    """None where rattler sends what the answer says, else a description of the disagreement."""
    wanted = expected(case, answer)
    sent = judge.send(case.url, variables=variables, s3=case.s3, token_answer=case.token_answer)
    got = observed(case, sent)
    if wanted == got and answer.refreshes == bool(sent.refreshes):
        return None
    return f"{case}\n  authui: {wanted} ({answer.reason})\n  rattler: {got} {sent}"


def fill_keychain(keyring: GnomeKeyring, maker: CaseMaker) -> None:
    """Put a run's items into a keychain, each as one of its writers would have."""
    from tests.support.secret_service_client import Layout

    layouts = get_args(Layout)
    for host, secret in maker.keychain_items():
        keyring.client.put(maker.rng.choice(layouts), host, secret)
    collection = keyring.create_collection("Elsewhere")
    for host, secret in maker.locked_items():
        keyring.client.put(maker.rng.choice(layouts), host, secret, collection)
    keyring.lock(collection)


def compare_many(judge: Judge, cases: Iterable[Case], home: Path, bus: str | None) -> list[str]:
    """The disagreements over many cases, each in a directory of its own below `home`."""
    disagreements = []
    for number, case in enumerate(cases):
        own = home / f"case{number}"
        own.mkdir()
        disagreement = compare(judge, case, own, bus)
        shutil.rmtree(own)
        if disagreement is not None:
            disagreements.append(disagreement)
    return disagreements
