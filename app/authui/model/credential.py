"""The five kinds of credential that rattler knows.

Source of the kinds and their fields: rattler_networking, `Authentication`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from authui.model.secret import Secret

Kind: TypeAlias = Literal["BearerToken", "BasicHTTP", "CondaToken", "S3Credentials", "OAuth"]
"""The name of a kind, as rattler writes it."""

KINDS: tuple[Kind, ...] = ("BearerToken", "BasicHTTP", "CondaToken", "S3Credentials", "OAuth")
"""All kinds in rattler's order."""


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field of a stored credential that this version does not know, kept for whoever does.

    `text` is the value as it stood in the JSON, secret because nobody knows what it holds.
    """

    name: str
    text: Secret


@dataclass(frozen=True, slots=True)
class BearerToken:
    """Sent as `Authorization: Bearer <token>`."""

    token: Secret

    @property
    def kind(self) -> Kind:
        """The name of this kind."""
        return "BearerToken"


@dataclass(frozen=True, slots=True)
class CondaToken:
    """Put into the path of the URL: `/t/<token>/...`."""

    token: Secret

    @property
    def kind(self) -> Kind:
        """The name of this kind."""
        return "CondaToken"


@dataclass(frozen=True, slots=True)
class BasicHTTP:
    """Sent as `Authorization: Basic base64(username:password)`."""

    username: str
    password: Secret
    unknown: tuple[UnknownField, ...] = ()

    @property
    def kind(self) -> Kind:
        """The name of this kind."""
        return "BasicHTTP"


@dataclass(frozen=True, slots=True)
class S3Credentials:
    """Signs requests to an S3 bucket."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None
    unknown: tuple[UnknownField, ...] = ()

    @property
    def kind(self) -> Kind:
        """The name of this kind."""
        return "S3Credentials"


@dataclass(frozen=True, slots=True)
class OAuth:
    """Sent as a bearer token; rattler refreshes it by itself shortly before it expires.

    `expires_at` is in seconds since 1970, None where the issuer named no end: such a token is
    never refreshed. `audience` is written only where it is set.
    """

    access_token: Secret
    token_endpoint: str
    client_id: str
    refresh_token: Secret | None = None
    expires_at: int | None = None
    revocation_endpoint: str | None = None
    audience: str | None = None
    unknown: tuple[UnknownField, ...] = ()

    @property
    def kind(self) -> Kind:
        """The name of this kind."""
        return "OAuth"


Credential: TypeAlias = BearerToken | BasicHTTP | CondaToken | S3Credentials | OAuth
"""What authenticates: one of the five kinds."""


def username_of(credential: Credential) -> str | None:
    """The part of a credential that names its owner and may be shown: a user name or a key id."""
    match credential:
        case BasicHTTP(username=name):
            return name
        case S3Credentials(access_key_id=name):
            return name
    return None


def secret_of(credential: Credential) -> Secret:
    """The part of a credential that authenticates, of several the one that is sent or signs."""
    match credential:
        case BearerToken(token=secret) | CondaToken(token=secret):
            return secret
        case BasicHTTP(password=secret) | S3Credentials(secret_access_key=secret):
            return secret
        case OAuth(access_token=secret):
            return secret


def expiry_of(credential: Credential) -> int | None:
    """When the credential ends, in seconds since 1970; None where it does not say."""
    return credential.expires_at if isinstance(credential, OAuth) else None
