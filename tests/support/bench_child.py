"""The program on generated entries: `python -P bench_child.py NUMBER`.

Everything but the stores is the program as it is. They hold the hosts h0.example, h1.example and so
on, of every kind that a request can show, spread over all stores, and a few entries with something
wrong: together as many as asked for.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from authui.__main__ import main
from authui.cli import sources

if TYPE_CHECKING:
    from authui.cli.options import Options
    from authui.model.credential import Credential
    from authui.model.entry import StoreId
    from authui.stores.base import StoreInfo
    from authui.stores.discover import Discovery

STORES: tuple[StoreId, ...] = ("override-file", "auth-file", "keychain", "file", "netrc")
# Ten hosts that follow each other lie in all stores.
STORE_OF_HOST = (2, 2, 3, 3, 2, 1, 4, 3, 2, 0)


def generated(number: int, options: Options) -> Discovery:
    """So many entries in the stores of a Linux machine."""
    # Imported as late as the program itself would, beside the event loop.
    from authui.model.credential import BearerToken, S3Credentials
    from authui.model.entry import Answer, Entry, EntryState, Outcome
    from authui.model.secret import Secret
    from authui.stores.discover import Discovery
    from authui.stores.memory import MemoryStore

    token = BearerToken(Secret("token"))
    held: dict[StoreId, dict[str, Credential]] = {
        "override-file": {},
        "auth-file": {"UPPER.test": token},  # never matches
        "keychain": {"*.w0.test": token, "*.w1.test": token, "host.test:8080": token},
        "file": {"*.w0.test": token, "*.w1.test": token},  # shadowed
        "netrc": {},
    }
    for bucket in ("s3://one", "s3://two"):
        held["keychain"][bucket] = S3Credentials("AKIAKEY", Secret("key"))
    broken = Entry("old.test", "keychain", state=EntryState.UNREADABLE, detail="It is broken")
    special = {"old.test": (broken, Answer(Outcome.ERROR, detail="It is broken"))}
    others = sum(map(len, held.values())) + len(special)
    for host in range(number - others):
        store = STORES[STORE_OF_HOST[host % len(STORE_OF_HOST)]]
        held[store][f"h{host}.example"] = _credential(host)
    stores = tuple(
        MemoryStore(_info(name), held[name], special=special if name == "keychain" else None)
        for name in STORES
    )
    return Discovery(options.client, stores, None, ())


def _credential(host: int) -> Credential:
    from authui.model.credential import BasicHTTP, BearerToken, CondaToken, OAuth
    from authui.model.secret import Secret

    kinds: tuple[Credential, ...] = (
        BearerToken(Secret(f"token{host}")),
        BasicHTTP(f"user{host}", Secret("password")),
        CondaToken(Secret(f"token{host}")),
        OAuth(
            access_token=Secret(f"token{host}"),
            token_endpoint=f"https://h{host}.example/oauth/token",
            client_id="pixi",
            refresh_token=Secret("refresh-token"),
            expires_at=int(time.time()) + 86_400,
        ),
    )
    return kinds[host % len(kinds)]


def _info(store: StoreId) -> StoreInfo:
    from authui.stores.base import StoreInfo

    encrypted = store == "keychain"
    return StoreInfo(
        store, (store,), store, f"/home/demo/{store}", "default", encrypted, store == "netrc"
    )


if __name__ == "__main__":
    sources.open_stores = partial(generated, int(sys.argv.pop()))
    sys.exit(main())
