"""The stores, asked from many threads."""

from __future__ import annotations

import asyncio

from authui.model.entry import EntryState
from authui.ui.blocking import run_blocking
from authui.ui.session import Session
from tests.ui.support import GUARD, GatedStore, discovery, info, token


async def test_a_store_is_asked_by_one_thread_at_a_time() -> None:
    store = GatedStore(info("file"), {"a.example": token()})
    session = Session(discovery(store))
    reading = asyncio.ensure_future(session.read(session.stores[0]))
    lookups = [
        asyncio.ensure_future(session.lookup(f"https://{name}.example/")) for name in ("a", "b")
    ]
    await asyncio.sleep(0.05)
    store.open()
    await asyncio.wait_for(asyncio.gather(reading, *lookups), GUARD)
    assert store.most_at_once == 1


async def test_stores_do_not_wait_for_each_other() -> None:
    slow = GatedStore(info("keychain"), {"*.b.example": token()})
    quick = GatedStore(info("file"), {"a.example": token()}).open()
    session = Session(discovery(slow, quick))
    reading = asyncio.ensure_future(session.read(session.stores[0]))
    await asyncio.wait_for(session.read(session.stores[1]), GUARD)
    assert session.pending == ("keychain",)
    assert [entry.host for entry in session.snapshot().listing.entries] == ["a.example"]
    slow.open()
    await asyncio.wait_for(reading, GUARD)
    assert not session.pending
    assert len(session.snapshot().listing.entries) == 2


async def test_the_loop_can_look_at_a_store_that_is_busy_with_a_key() -> None:
    store = GatedStore(info("file"), {"a.example": token()})
    store.listing_gate.set()
    session = Session(discovery(store))
    await session.read(session.stores[0])
    lookup = asyncio.ensure_future(session.lookup("https://a.example/"))
    assert await run_blocking(store.was_asked.wait, GUARD)
    assert session.snapshot().listing.blocked_by == ()  # would hang if it waited for the lookup
    store.open()
    assert (await asyncio.wait_for(lookup, GUARD)).found.match is not None


async def test_a_reload_keeps_what_was_said_until_it_is_said_anew() -> None:
    before = Session(discovery(GatedStore(info("file"), {"old.example": token()}).open()))
    await before.read(before.stores[0])
    after = Session(
        discovery(
            GatedStore(info("keychain"), {"old.example": token()}).open(),
            GatedStore(info("file"), {"new.example": token()}).open(),
        ),
        before=before,
    )
    assert [entry.host for entry in after.snapshot().listing.entries] == ["old.example"]
    assert after.pending == ("keychain", "file")
    await after.read(after.stores[0])
    states = [(e.store, e.state) for e in after.snapshot().listing.entries]
    assert states == [("keychain", EntryState.ACTIVE), ("file", EntryState.SHADOWED)]
    await after.read(after.stores[1])
    hosts = [entry.host for entry in after.snapshot().listing.entries]
    assert hosts == ["new.example", "old.example"]


async def test_a_store_that_is_gone_takes_its_entries_along() -> None:
    before = Session(discovery(GatedStore(info("auth-file"), {"a.example": token()}).open()))
    await before.read(before.stores[0])
    after = Session(discovery(GatedStore(info("file"), {})), before=before)
    assert after.snapshot().listing.entries == ()
