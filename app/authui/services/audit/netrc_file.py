"""Rules about the netrc file, which rattler and uv read by two grammars."""

from __future__ import annotations

import os
from collections.abc import Iterator

from authui.model.credential import BasicHTTP
from authui.model.entry import EntryState
from authui.model.secret import Secret
from authui.model.text import lower_first, printable
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.words import host_words
from authui.stores.pypi.uv_netrc import UvNetrc
from authui.stores.pypi.uv_netrc_grammar import DEFAULT

_EMPTY = Secret("")


def _ignored(scene: Scene) -> Iterator[Finding]:
    report = scene.report("netrc")
    if report is None or scene.environment is None or report.failure is None:
        return
    if report.state.is_answer:
        return
    path = printable(report.info.location)
    why = lower_first(report.failure.message).removeprefix("rattler ignores this file: ")
    yield Finding(
        "A30",
        Severity.WARNING,
        f"rattler ignores {path} as a whole: {lower_first(why)}",
        "netrc",
        details=(_what_uv_does(UvNetrc(scene.environment), report.info.location),),
        hint=report.failure.hint or "Name a plain file in NETRC",
    )


def _what_uv_does(uv: UvNetrc, location: str) -> str:
    """What becomes of the file for PyPI requests."""
    if uv.path is None or not _is_one_file(uv.path, location):
        other = "none" if uv.path is None else printable(uv.path)
        return f"PyPI requests do not use it either: uv reads {other}"
    if uv.failure is not None:
        return f"PyPI requests do not use it either: {lower_first(uv.failure.message)}"
    return "PyPI requests use it all the same: uv reads netrc by a grammar of its own"


def _is_one_file(path: str, other: str) -> bool:
    try:
        return os.path.realpath(path) == os.path.realpath(other)
    except (OSError, ValueError):
        return path == other


def _default(scene: Scene) -> Iterator[Finding]:
    if scene.environment is None:
        return
    uv = UvNetrc(scene.environment)
    for machine in uv.machines():
        if machine.name == DEFAULT:
            yield Finding(
                "A31",
                Severity.WARNING,
                f"The default entry in line {machine.line} of {printable(uv.path or '')} answers "
                "every PyPI index, and no channel: rattler ignores it",
                "netrc",
                subject=f"line {machine.line}",
                details=("It goes to whichever host an index URL names",),
                hint="Add a machine for each host that is meant: authui set HOST --kind BasicHTTP "
                "--store netrc",
            )


def _incomplete(scene: Scene) -> Iterator[Finding]:
    for entry in scene.listing.entries:
        if entry.store != "netrc" or entry.state is not EntryState.ACTIVE:
            continue
        credential = scene.credential(entry)
        if not isinstance(credential, BasicHTTP):
            continue
        empty = [] if credential.username else ["login"]
        empty += ["password"] if credential.password == _EMPTY else []
        if empty:
            name = host_words(entry)
            yield Finding(
                "A32",
                Severity.WARNING,
                f"{name} in the netrc file has no {' and no '.join(empty)}: rattler sends its "
                "hosts an empty one, and asks no other store",
                "netrc",
                entry.host,
                hint=f"Complete it: authui set {name} --kind BasicHTTP --store netrc",
            )


RULES: tuple[Rule, ...] = (
    Rule("A30", "a netrc file that rattler ignores", _ignored),
    Rule("A31", "a default entry of a netrc file", _default),
    Rule("A32", "netrc machines without a login or a password", _incomplete),
)
"""In the order of their numbers."""
