"""What the command palette offers beside Textual's own: every action, and a way to each entry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from authui.services.arrange import SORT_KEYS
from authui.services.words import host_words, store_words
from authui.ui.words import shown

if TYPE_CHECKING:
    from authui.ui.screens.entries import EntriesScreen

MAX_HITS = 20
"""Entries offered for one text; a longer text offers fewer."""

_PER_TURN = 500
"""Entries looked at before other things get their turn."""


class Command(NamedTuple):
    """One line of the palette."""

    title: str
    help: str
    action: Callable[[], object]


class EntriesCommands(Provider):
    """The commands of the first screen. An entry is found by part of its host."""

    async def discover(self) -> Hits:
        """Every command, before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(command.title, command.action, help=command.help)

    async def search(self, query: str) -> Hits:
        """Commands whose title is like the query, and entries whose host holds it."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.title)
            if score > 0:
                title = matcher.highlight(command.title)
                yield Hit(score, title, command.action, help=command.help)
        async for hit in self._entries(query):
            yield hit

    @property
    def _home(self) -> EntriesScreen:
        return cast("EntriesScreen", self.screen)

    async def _entries(self, query: str) -> Hits:
        snapshot = self._home.snapshot
        wanted = query.casefold().strip()
        if snapshot is None or not wanted:
            return
        found = 0
        for number, entry in enumerate(snapshot.listing.entries):
            if number % _PER_TURN == 0:
                await asyncio.sleep(0)
            host = shown(host_words(entry))
            if wanted not in host.casefold():
                continue
            # Not highlighted by the matcher, which takes its text for markup.
            yield Hit(
                len(wanted) / len(host),
                Content(f"go to: {host}"),
                partial(self._home.go_to, entry),
                text=f"go to: {host}",
                help=f"In {store_words(entry.store)}",
            )
            found += 1
            if found == MAX_HITS:
                return

    def _commands(self) -> Iterator[Command]:
        home = self._home
        client = "the client" if home.snapshot is None else home.snapshot.client
        yield Command("url: test one", "Which credential is sent there, and why", home.action_test)
        yield Command(
            "url: for PyPI requests", "Or for conda requests again", home.action_pypi_requests
        )
        yield Command("pypi: entries", "What is stored for PyPI indexes", home.action_pypi)
        if home.check_action("run_keyring", ()):
            yield Command(
                "keyring: run", "As pixi would, after a question", home.action_run_keyring
            )
        yield Command("entries: filter", "Show only some entries", home.action_filter)
        for key in SORT_KEYS:
            yield Command(
                f"entries: sort by {key}",
                "Again: the other way round",
                partial(home.table.sort_by, key),
            )
        yield Command("entry: add", "Store a new credential", home.action_add)
        yield Command("entry: edit", "Change the highlighted entry", home.action_edit)
        yield Command("entry: delete", "Delete the highlighted entry", home.action_delete)
        yield Command("entry: copy secret", "After a question", home.action_copy_secret)
        yield Command("credentials: migrate", "From a file to the keychain", home.action_migrate)
        yield Command("credentials: audit", "What is wrong or unsafe", home.action_audit)
        if home.check_action("undo", ()):
            yield Command("change: undo", "Take the last change back", home.action_undo)
        if home.check_action("unlock", ()):
            yield Command("keychain: unlock", "One window asks for it", home.action_unlock)
        yield Command("entries: copy host", "The host pattern of the entry", home.action_copy)
        yield Command("stores: show", f"Where {client} looks, in its order", home.action_stores)
        yield Command("stores: reload", "Read all of them again", home.action_reload)
        yield Command("help: keys and words", "What can be pressed here", home.action_help)
