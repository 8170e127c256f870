"""The Secret Service that a provider-neutral test runs against.

Usually gnome-keyring; `python -m tests.support.providers` starts another one and names it in two
variables, and the same tests run against that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from authui.stores.environment import Environment
from authui.stores.keychain.secret_service import SecretServiceStore
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.secret_service_client import SecretServiceClient

Name = Literal["gnome-keyring", "keepassxc", "kwallet"]

NAME_VARIABLE = "AUTHUI_TEST_KEYCHAIN"
BUS_VARIABLE = "AUTHUI_TEST_KEYCHAIN_BUS"


@dataclass(frozen=True)
class Provider:
    """A running Secret Service with two unlocked, empty collections."""

    name: Name
    address: str
    client: SecretServiceClient
    default: str
    other: str

    @property
    def environment(self) -> Environment:
        """What authui sees."""
        return Environment({"DBUS_SESSION_BUS_ADDRESS": self.address}, "/", "linux")

    def store(self, limit: float = 2.0) -> SecretServiceStore:
        """A store that has asked nothing yet."""
        return SecretServiceStore(self.environment, limit=limit)


def of_gnome_keyring(keyring: GnomeKeyring) -> Provider:
    """gnome-keyring with a second collection."""
    other = keyring.create_collection("Other")
    return Provider(
        "gnome-keyring", keyring.address, keyring.client, keyring.client.default(), other
    )


def started(client: SecretServiceClient) -> Provider:
    """The provider that the variables name, emptied."""
    name = os.environ[NAME_VARIABLE]
    assert name in ("keepassxc", "kwallet")
    shut = [path for path in client.collections() if client.locked(path)]
    if shut:
        client.unlock(*shut)
    client.clear()
    default = client.default()
    (other,) = (path for path in client.collections() if path != default)
    return Provider(
        "keepassxc" if name == "keepassxc" else "kwallet",
        os.environ[BUS_VARIABLE],
        client,
        default,
        other,
    )
