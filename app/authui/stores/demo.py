"""Sample stores that show every state, for a look around and for pictures.

Nothing of it exists: no file is read, and every secret says that it is a fake.
"""

from __future__ import annotations

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
    S3Credentials,
)
from authui.model.entry import Answer, Entry, EntryState, Item, Outcome, StoreId
from authui.model.errors import StoreState
from authui.model.lookup import Client
from authui.model.secret import Secret
from authui.stores.base import Store, StoreInfo
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.stores.pixi_config import PixiConfig, S3Bucket

_HOME = "/home/demo"
_HOUR = 3600
_DAY = 24 * _HOUR


def demo_discovery(client: Client, now: float) -> Discovery:
    """The sample stores in the order in which `client` asks them.

    Times are set relative to `now`, in seconds since 1970: one OAuth token always has a minute
    left.
    """
    stores = (_auth_file(), _keychain(now), _credentials_file(now), _netrc())
    if client == "pixi":
        return Discovery(client, (_override_file(), *stores), _pixi_config(), ())
    return Discovery(client, stores, None, ())


def _pixi_config() -> PixiConfig:
    """Without `s3-options` for a bucket pixi asks no store about it."""
    config = f"{_HOME}/.pixi/config.toml"
    bucket = S3Bucket("https://s3.example", "eu-central-1", force_path_style=True, origin=config)
    return PixiConfig(s3_buckets={"my-bucket": bucket})


def _override_file() -> Store:
    return MemoryStore(
        _file("override-file", f"{_HOME}/work/pixi.json", f"{_HOME}/.pixi/config.toml"),
        {},
        state=StoreState.ABSENT,
    )


def _auth_file() -> Store:
    return MemoryStore(
        _file("auth-file", f"{_HOME}/work/credentials.json", "RATTLER_AUTH_FILE"),
        {"conda.corp.example": BasicHTTP("ci-reader", _fake("password"))},
    )


def _keychain(now: float) -> Store:
    return MemoryStore(
        StoreInfo(
            "keychain", ("keychain",), "Secret Service", "gnome-keyring", "default", encrypted=True
        ),
        {
            "*.prefix.dev": BearerToken(_fake("token", prefix="pfx_")),
            "*.corp.example": BearerToken(_fake("token")),
            "s3://my-bucket": S3Credentials("AKIADEMODEMODEMODEMO", _fake("secret-key")),
            "sso.example": _oauth("sso.example", now + 60, refresh_token=_fake("refresh-token")),
        },
        special=_special(now),
        held={
            "1": BasicHTTP("reader", _fake("password")),
            "2": BasicHTTP("reader", _fake("other-password")),
        },
    )


def _special(now: float) -> dict[str, tuple[Entry, Answer]]:
    """What a keychain can hold beside credentials: two of one, one that is locked, a broken one."""
    items = (
        _item("1", "keyring:internal.example@rattler", now - 40 * _DAY, "rattler"),
        _item(
            "2", "Password for 'internal.example' on 'rattler'", now - 2 * _DAY, "Python keyring"
        ),
    )
    several = "Two items answer to this name, so rattler uses neither"
    locked = "It lies in a locked collection"
    broken = "Its secret is no credential that rattler can read"
    return {
        "internal.example": (
            Entry(
                "internal.example",
                "keychain",
                state=EntryState.AMBIGUOUS,
                items=items,
                detail=several,
            ),
            Answer(Outcome.AMBIGUOUS, detail=several, items=items),
        ),
        "vault.example": (
            Entry("vault.example", "keychain", state=EntryState.LOCKED, detail=locked),
            Answer(Outcome.LOCKED, detail=locked),
        ),
        "old.example": (
            Entry("old.example", "keychain", state=EntryState.UNREADABLE, detail=broken),
            Answer(Outcome.ERROR, detail=broken),
        ),
    }


def _item(number: str, label: str, modified: float, program: str) -> Item:
    return Item(
        id=number,
        label=label,
        collection="Login",
        created=int(modified - _HOUR),
        modified=int(modified),
        written_by=program,
    )


def _credentials_file(now: float) -> Store:
    credentials: dict[str, Credential] = {
        "*.prefix.dev": BearerToken(_fake("older-token", prefix="pfx_")),
        "conda.anaconda.org": CondaToken(_fake("conda-token")),
        "host.example:8080": BearerToken(_fake("token")),
        "[fe80::1]": BearerToken(_fake("other-token")),
        "gone.example": _oauth("gone.example", now - 3 * _DAY),
    }
    return MemoryStore(_file("file", f"{_HOME}/.rattler/credentials.json", "default"), credentials)


def _netrc() -> Store:
    return MemoryStore(
        StoreInfo(
            "netrc",
            ("netrc",),
            "netrc",
            f"{_HOME}/.netrc",
            "default",
            encrypted=False,
        ),
        {"build.example": BasicHTTP("builder", _fake("password-of-the-builder"))},
    )


def _oauth(issuer: str, expires_at: float, refresh_token: Secret | None = None) -> OAuth:
    return OAuth(
        access_token=_fake(f"access-token-for-{issuer}"),
        token_endpoint=f"https://{issuer}/oauth/token",
        client_id="pixi",
        refresh_token=refresh_token,
        expires_at=int(expires_at),
    )


def _file(store: StoreId, path: str, origin: str) -> StoreInfo:
    return StoreInfo(store, (store,), "credentials file", path, origin, encrypted=False)


def _fake(what: str, *, prefix: str = "") -> Secret:
    return Secret(f"{prefix}fake-{what}-of-the-demo")
