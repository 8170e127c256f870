"""The stores that a command line asks about."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from authui.cli.options import Options

if TYPE_CHECKING:
    from authui.model.lookup import Client
    from authui.stores.discover import Discovery
    from authui.stores.pypi.sources import PypiSources


def open_stores(options: Options, *, hosts: Iterable[str] = ()) -> Discovery:
    """The stores of this machine, or of the demo, which keeps its own as long as the process.

    `hosts` are patterns to recognise where a store hides its names. What an interrupted change
    left behind is removed, unless nothing may be changed. Raises `BadInput` for options that
    contradict.
    """
    if options.demo:
        return _demo(options.client)
    from authui.stores.abilities import HidesNames, LeavesTraces
    from authui.stores.discover import discover
    from authui.stores.environment import Environment

    discovery = discover(Environment.current(), options.client, options.auth_file)
    for store in discovery.stores:
        if hosts and isinstance(store, HidesNames):
            store.known_hosts = (*store.known_hosts, *hosts)
        if not options.read_only and isinstance(store, LeavesTraces):
            store.tidy()
    return discovery


def open_pypi(options: Options) -> PypiSources:
    """What decides about PyPI requests on this machine, or in the demo."""
    from authui.stores.pixi_config import PixiConfig, load
    from authui.stores.pypi.sources import PypiSources

    if options.demo:
        return PypiSources(None, PixiConfig())
    from authui.stores.environment import Environment

    environment = Environment.current()
    return PypiSources(environment, load(environment))


@cache
def _demo(client: Client) -> Discovery:
    from time import time

    from authui.stores.demo import demo_discovery

    return demo_discovery(client, time())
