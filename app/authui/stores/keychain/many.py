"""Many keys of the keychain at once: what stands under them, and new items for them.

The calls are the same as for one key, but do not wait for one another. What is added here is not
read back: whoever adds reads it over a connection of his own.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from authui.model.errors import AuthuiError, ChangeError, OutcomeUnknown, StoreError, WriteFailed
from authui.model.secret import Secret
from authui.stores.abilities import Told
from authui.stores.base import Stored
from authui.stores.keychain.bus import Refusal
from authui.stores.keychain.calls import ROOT, on
from authui.stores.keychain.changing import Change, Hands, changed
from authui.stores.keychain.holding import stored, stored_in
from authui.stores.keychain.items import SERVICE
from authui.stores.keychain.provider import provider_on
from authui.stores.keychain.service import SecretService
from authui.stores.keychain.session import is_text
from authui.stores.keychain.standing import (
    Standing,
    answers_every_name,
    nobody,
    sorted_out,
    target_of,
)
from authui.stores.keychain.writing import Writing


def read_many(service: SecretService, hosts: Collection[str]) -> dict[str, Told]:
    """What stands under each key now. Raises `StoreError` where the keychain does not answer."""
    service.ask_anew()
    if any(collection.locked for collection in service.collections()):
        return {host: _alone(service, host) for host in hosts}
    told: dict[str, Told] = {}
    chosen: dict[str, str] = {}
    for standing in _standings(service, hosts):
        try:
            path = standing.choose(None)
        except AuthuiError as error:
            told[standing.host] = error
            continue
        if path is None:
            told[standing.host] = answers_every_name() if standing.strangers else None
        else:
            chosen[standing.host] = path
    secrets = dict(service.secrets(tuple(chosen.values())))
    for host, path in chosen.items():
        try:
            told[host] = stored(path, secrets[path])
        except StoreError as error:
            told[host] = error
    return told


def add_many(
    hands: Hands, texts: Sequence[tuple[str, Secret]]
) -> Iterator[tuple[str, Stored | AuthuiError]]:
    """As `AddsMany.add_many`, one right after the other where the provider bears that."""
    provider = provider_on(hands.writes.bus)
    if provider.takes_many:
        yield from _add_at_once(hands, texts)
        return
    for number, (host, text) in enumerate(texts):
        if number and provider.pace.pause:
            time.sleep(provider.pace.pause)
        try:
            added: Stored | AuthuiError = Writing(hands, host).write(text, None, None)
        except AuthuiError as error:
            added = error
        yield host, added
        if isinstance(added, (StoreError, OutcomeUnknown)):
            return


def _add_at_once(
    hands: Hands, texts: Sequence[tuple[str, Secret]]
) -> Iterator[tuple[str, Stored | AuthuiError]]:
    try:
        collection = target_of(hands.writes)
        Change(hands, "").must_be_unlocked(collection)
        there = read_many(hands.writes, [host for host, _ in texts])
    except (StoreError, ChangeError) as error:
        yield texts[0][0], error
        return
    for host, text in texts:
        standing = there[host]
        if isinstance(standing, Stored):
            yield host, changed()
        elif standing is not None:
            yield host, standing
        elif not is_text(text):
            yield host, not_text()
        else:
            try:
                added: Stored | AuthuiError = Writing(hands, host).add(collection, text)
            except AuthuiError as error:
                added = error
            yield host, added
            if isinstance(added, AuthuiError):
                return


def not_text() -> WriteFailed:
    """That the keychain keeps only text."""
    return WriteFailed(
        "The keychain keeps only text, and this holds characters that are none",
        "Remove the NUL or the half of a surrogate pair",
    )


def _alone(service: SecretService, host: str) -> Told:
    try:
        return stored_in(service, host, None)
    except AuthuiError as error:
        return error


def _standings(service: SecretService, hosts: Collection[str]) -> Iterator[Standing]:
    """The items that rattler finds for each host; nothing is locked."""
    names = list(hosts)
    messages = [
        on(ROOT, "Service", "SearchItems", "a{ss}", {"service": SERVICE, "username": host})
        for host in names
    ]
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for position, reply in service.bus.call_all(messages, "aoao"):
        if isinstance(reply, Refusal):
            raise reply.to_error()
        found[names[position]] = (tuple(reply[0]), tuple(reply[1]))
    paths = {path for pair in found.values() for paths in pair for path in paths}
    attributes: Mapping[str, Mapping[str, Any]] = dict(service.attributes(tuple(paths)))
    everywhere = nobody(service) if attributes else frozenset()
    for host in names:
        unlocked, locked = found[host]
        own = {p: attributes[p] for p in (*unlocked, *locked) if p in attributes}
        yield sorted_out(host, own, everywhere, locked)
