"""The one thread boundary: blocking code runs beside the event loop, never on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def run_blocking(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What the function returns, called in a thread of its own. Raises what it raises.

    Cancelling the wait abandons the call: it ends by itself, and what it then says is dropped. The
    program does not wait for it at exit, as it would for a thread of an executor.
    """
    future: Future[_T] = Future()
    # A future that runs cannot be cancelled: an abandoned call may still set its result.
    future.set_running_or_notify_cancel()

    def call() -> None:
        try:
            result = function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001  whatever it is belongs to the caller
            future.set_exception(error)
        else:
            future.set_result(result)

    Thread(target=call, name="authui-call", daemon=True).start()
    return await asyncio.wrap_future(future)
