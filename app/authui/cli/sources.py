"""The stores that a command line asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authui.cli.options import Options

if TYPE_CHECKING:
    from authui.stores.discover import Discovery


def open_stores(options: Options) -> Discovery:
    """The stores of this machine, or of the demo. Raises `BadInput` for options that contradict."""
    if options.demo:
        from time import time

        from authui.stores.demo import demo_discovery

        return demo_discovery(options.client, time())
    from authui.stores.discover import discover
    from authui.stores.environment import Environment

    return discover(Environment.current(), options.client, options.auth_file)
