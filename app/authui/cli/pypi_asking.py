"""The PyPI half of `authui test`: the lookup, and the keyring commands where they may be run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from authui.model.entry import Outcome
from authui.model.pypi import PypiResult
from authui.services.pypi import pypi_lookup
from authui.services.registries import advise_registry
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig
from authui.stores.pypi.keyring_program import KeyringProgram
from authui.stores.pypi.sources import PypiSources

if TYPE_CHECKING:
    from authui.cli.options import Options
    from authui.cli.report import Report
    from authui.model.registry import RegistryAdvice
    from authui.stores.discover import Discovery


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """What is said of an index.

    `backends` are those of the keyring program, if it was run. `advice` is what a registry that is
    known needs, and what of it is missing.
    """

    result: PypiResult
    backends: tuple[str, ...] | None = None
    advice: tuple[str, ...] = ()


def ask_index(
    text: str, discovery: Discovery, options: Options, report: Report, *, now: float, may_ask: bool
) -> IndexAnswer:
    """The answer for the index at a URL that can be parsed; `now` is in seconds since 1970.

    The keyring program is named before it is run. `may_ask` lets a store ask the person.
    """
    environment = None if options.demo else Environment.current()
    sources = PypiSources(environment, discovery.pixi or PixiConfig())
    look = partial(pypi_lookup, text, discovery.stores, sources, now=now, may_ask=may_ask)
    result = look()
    waiting = [call for call in result.keyring_calls if call.outcome is Outcome.SKIPPED]
    if environment is None or options.no_keyring or not waiting:
        return IndexAnswer(result, None, _advice(advise_registry(text, sources)))
    if result.program is not None:
        commands = ", ".join(" ".join(call.command[1:]) for call in waiting)
        report.note(f"Runs {result.program} as pixi would, until it answers: {commands}")
    result = look(run_keyring=True)
    advice = advise_registry(text, sources, run=True)
    backends = KeyringProgram(environment).backends() if advice is None else advice.backends
    return IndexAnswer(result, backends, _advice(advice))


def _advice(advice: RegistryAdvice | None) -> tuple[str, ...]:
    return () if advice is None else advice.sentences
