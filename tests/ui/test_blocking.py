"""The thread boundary."""

from __future__ import annotations

import asyncio
import threading
from threading import Event

import pytest

from authui.ui.blocking import run_blocking
from tests.ui.support import GUARD


async def test_the_result_comes_back() -> None:
    assert await run_blocking(divmod, 7, 2) == (3, 1)


async def test_the_exception_comes_back() -> None:
    with pytest.raises(ZeroDivisionError):
        await run_blocking(divmod, 7, 0)


async def test_the_call_runs_in_a_thread_that_nobody_waits_for() -> None:
    thread = await run_blocking(threading.current_thread)
    assert thread is not threading.current_thread()
    assert thread.daemon


async def test_the_loop_runs_on_meanwhile() -> None:
    gate = Event()
    call = asyncio.ensure_future(run_blocking(gate.wait, GUARD))
    await asyncio.sleep(0)
    assert not call.done()
    gate.set()
    assert await call


@pytest.mark.parametrize("error", [None, OSError("late")])
async def test_an_abandoned_call_ends_in_silence(
    error: OSError | None, caplog: pytest.LogCaptureFixture
) -> None:
    gate, ended = Event(), Event()

    def slow() -> None:
        assert gate.wait(GUARD)
        ended.set()
        if error is not None:
            raise error

    call = asyncio.ensure_future(run_blocking(slow))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    gate.set()
    assert ended.wait(GUARD)
    for thread in threading.enumerate():
        if thread.name == "authui-call":
            thread.join(GUARD)
    await asyncio.sleep(0)
    assert caplog.records == []
