from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from tests.support.gnome_keyring import (
    PROGRAMS,
    GnomeKeyring,
    gnome_keyring,
    own_gnome_keyring,
    shared_gnome_keyring,
)
from tests.support.judge import Judge, Sent
from tests.support.keychain_provider import (
    BUS_VARIABLE,
    NAME_VARIABLE,
    Provider,
    of_gnome_keyring,
    started,
)
from tests.support.private_bus import PrivateBus
from tests.support.secret_service_client import SecretServiceClient
from tests.support.system import require

__all__ = ["gnome_keyring", "own_gnome_keyring", "shared_gnome_keyring"]


@pytest.fixture(scope="session")
def other_client() -> Iterator[SecretServiceClient]:
    """A connection to the provider that was started for this run."""
    client = SecretServiceClient(os.environ[BUS_VARIABLE])
    yield client
    client.close()


@pytest.fixture
def provider(request: pytest.FixtureRequest) -> Provider:
    """The Secret Service of this run, with two empty collections."""
    if NAME_VARIABLE in os.environ:
        return started(request.getfixturevalue("other_client"))
    keyring: GnomeKeyring = request.getfixturevalue("gnome_keyring")
    return of_gnome_keyring(keyring)


@pytest.fixture
def bus() -> Iterator[PrivateBus]:
    """A bus on which nobody offers the Secret Service."""
    require(PROGRAMS[0])
    with PrivateBus() as bus:
        yield bus


class Rattler:
    """Real rattler on the bus of the provider, with nothing but that keychain."""

    def __init__(self, judge: Judge, home: str) -> None:
        self._judge = judge
        self._home = home

    def sends(self, host: str) -> str | None:
        """The header that a request to the host carries."""
        sent: Sent = self._judge.send(f"http://{host}/c", variables={"HOME": self._home})
        assert sent.url is not None, sent.error
        return sent.authorization

    def refreshes(self, host: str, answer: str) -> str | None:
        """The header that a request carries once rattler got this answer for a refresh token."""
        variables = {"HOME": self._home}
        sent = self._judge.send(f"http://{host}/c", variables=variables, token_answer=answer)
        assert len(sent.refreshes) == 1, sent
        return sent.authorization

    def write_file(self, entries: object) -> None:
        """Give rattler a credentials file as well."""
        folder = os.path.join(self._home, ".rattler")
        os.mkdir(folder)
        with open(os.path.join(folder, "credentials.json"), "w", encoding="utf-8") as file:
            json.dump(entries, file)


@pytest.fixture(scope="session")
def judges() -> Iterator[dict[str, Judge]]:
    """One rattler process for each bus: starting it takes longer than asking it."""
    started: dict[str, Judge] = {}
    yield started
    for judge in started.values():
        judge.close()


def understood(provider: Provider, home: str) -> Judge:
    """A rattler process that the provider shares a key with.

    One in about 150 sessions of KDE's wallet is encrypted with another key than the one agreed on,
    and real rattler was seen to read nothing in 4 of 1,082 processes.
    """
    item = provider.client.put("current", "first.test", '{"BearerToken":"first"}')
    for _ in range(5):
        judge = Judge(bus=provider.address)
        sent = judge.send("http://first.test/c", variables={"HOME": home})
        if sent.authorization == "Bearer first":
            provider.client.delete(item)
            return judge
        judge.close()
    pytest.fail("rattler reads nothing from this provider")


@pytest.fixture
def rattler(provider: Provider, judges: dict[str, Judge], own_home: object) -> Rattler:
    """Real rattler with the provider's keychain."""
    if provider.address not in judges:
        judges[provider.address] = understood(provider, str(own_home))
    return Rattler(judges[provider.address], str(own_home))
