"""Rules about a credentials file as a file: whether it decodes, who can read it, what lies beside it.

Two of them have numbers of authui's own: A51 is a credentials file in a git work tree, A52 one in
a folder that a service copies elsewhere.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator

from authui.model.credential import BearerToken, CondaToken, UnknownField, username_of
from authui.model.errors import AuthuiError, StoreCorrupt, StoreDenied
from authui.model.text import lower_first, mask_url, printable
from authui.model.wire import WireEntry
from authui.services.audit import moving
from authui.services.audit.file_access import in_git, open_to_others, synced
from authui.services.audit.file_fixes import changing_mode, keeping_one, repairing
from authui.services.audit.file_leftovers import leftovers
from authui.services.audit.finding import Finding, Fix, Severity
from authui.services.audit.repair import RepairPlan, plan_repair, title
from authui.services.audit.rule import Rule
from authui.services.audit.scene import CredentialsFile, Scene
from authui.services.words import KIND_WORDS, count
from authui.stores.file_facts import look_at

_MANY = 20
"""How many reasons a finding tells."""


def _broken(scene: Scene) -> Iterator[tuple[CredentialsFile, str]]:
    """Each file that rattler refuses, with the rule that reports it."""
    for file in _files(scene):
        if isinstance(file.failure, StoreCorrupt):
            plan = _plan(file)
            others = (f for f in scene.files if f is not file and f.failure is None)
            if plan is not None and plan.repair.only_kinds:
                yield file, "A2"
            elif "file" in file.info.names and any(os.path.exists(f.path) for f in others):
                yield file, "A4"
            else:
                yield file, "A1"


def _does_not_decode(scene: Scene) -> Iterator[Finding]:
    for file, rule in _broken(scene):
        if rule == "A1":
            yield _to_repair(
                file, rule, f"Every rattler-based tool stops at {printable(file.path)}"
            )


def _wrong_kind(scene: Scene) -> Iterator[Finding]:
    for file, rule in _broken(scene):
        if rule == "A2":
            yield _to_repair(
                file,
                rule,
                f"Every rattler-based tool stops at the spelling of a kind in {printable(file.path)}",
            )


def _default_breaks_others(scene: Scene) -> Iterator[Finding]:
    for file, rule in _broken(scene):
        if rule == "A4":
            yield _to_repair(
                file,
                rule,
                f"Every rattler-based tool stops at the default file {printable(file.path)}, "
                "although another credentials file is fine",
            )


def _to_repair(file: CredentialsFile, rule: str, message: str) -> Finding:
    assert file.failure is not None  # noqa: S101
    plan = _plan(file)
    reasons = [] if plan is None else [printable(title(bad)) for bad in plan.bad]
    if len(reasons) > _MANY:
        reasons[_MANY:] = [f"and {len(reasons) - _MANY} more"]
    return Finding(
        rule,
        Severity.ERROR,
        f"{message}: {printable(file.failure.message.removeprefix('rattler refuses the file: '))}",
        store=file.info.id,
        details=tuple(reasons) if len(reasons) > 1 else (),
        fix=None if plan is None else repairing(plan),
        hint=file.failure.hint,
    )


def _plan(file: CredentialsFile) -> RepairPlan | None:
    try:
        return plan_repair(file.store)
    except AuthuiError:
        return None  # it changed since the scene was read


def _not_readable(scene: Scene) -> Iterator[Finding]:
    for file in _files(scene):
        failure = file.failure
        if failure is None or isinstance(failure, StoreCorrupt):
            continue
        yield Finding(
            "A3",
            Severity.ERROR,
            f"Every rattler-based tool stops at {printable(file.path)}: "
            f"{lower_first(printable(failure.message))}",
            store=file.info.id,
            fix=_access(file.path) if isinstance(failure, StoreDenied) else None,
            hint=failure.hint,
        )


def _access(path: str) -> Fix | None:
    """The right to read the file, where a mode that its owner may change is in the way."""
    facts = look_at(path)
    if facts is not None:
        wanted = 0o600
        mine = facts.is_mine and facts.is_regular and not facts.mode & 0o400
        return changing_mode(facts, wanted) if mine else None
    folder = os.path.realpath(path)
    while facts is None and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        facts = look_at(folder)
    if facts is None or not facts.is_mine or not facts.is_folder or facts.mode & 0o100:
        return None
    return changing_mode(facts, facts.mode | 0o700)


def _symlink(scene: Scene) -> Iterator[Finding]:
    for file in _files(scene):
        if os.path.islink(file.path):
            target = printable(os.path.realpath(file.path))
            yield Finding(
                "A42",
                Severity.WARNING,
                f"{printable(file.path)} is a symlink: the next write of a rattler tool replaces it "
                f"by a file, and {target} keeps the old credentials",
                store=file.info.id,
                hint=_instead_of_link(file, target),
            )


def _instead_of_link(file: CredentialsFile, target: str) -> str:
    if file.info.origin == "default":
        return f"Set RATTLER_AUTH_FILE to {target} and remove the symlink"
    return f"Name {target} itself in {printable(file.info.origin)}"


def _unknown_fields(scene: Scene) -> Iterator[Finding]:
    for file in _files(scene):
        for entry in file.entries:
            unknown = _unknown(entry)
            if unknown:
                yield Finding(
                    "A46",
                    Severity.WARNING,
                    f"The next write of a rattler tool drops {_named(unknown)} from "
                    f"{printable(mask_url(entry.host))} in {printable(file.path)}",
                    store=file.info.id,
                    host=entry.host,
                    hint="rattler does not know them; authui keeps them in all that it writes",
                )


def _unknown(entry: WireEntry) -> tuple[UnknownField, ...]:
    credential = entry.credential
    return () if isinstance(credential, BearerToken | CondaToken) else credential.unknown


def _named(fields: tuple[UnknownField, ...]) -> str:
    """Their names, unless anything may have been typed there."""
    if all(re.fullmatch(r"[a-z_]{1,30}", field.name) for field in fields):
        names = ", ".join(field.name for field in fields)
        return f"the field {names}" if len(fields) == 1 else f"the fields {names}"
    return count(len(fields), "field")


def _stands_twice(scene: Scene) -> Iterator[Finding]:
    for file in _files(scene):
        times = Counter(entry.host for entry in file.entries)
        for host in (host for host, number in times.items() if number > 1):
            copies = [entry for entry in file.entries if entry.host == host]
            equal = all(entry.text == copies[0].text for entry in copies)
            yield Finding(
                "A47",
                Severity.WARNING,
                f"{printable(mask_url(host))} stands {len(copies)} times in {printable(file.path)}: "
                "rattler uses the last, and its next write drops the others",
                store=file.info.id,
                host=host,
                details=tuple(_copy(n, entry) for n, entry in enumerate(copies, start=1)),
                fix=keeping_one(file.store, host, copies[0].text) if equal else None,
                hint=None if equal else "They differ: take out by hand what is not wanted",
            )


def _copy(number: int, entry: WireEntry) -> str:
    name = username_of(entry.credential)
    user = "" if name is None else f" of {printable(name)}"
    return f"{number}. {KIND_WORDS[entry.credential.kind]}{user}"


def _files(scene: Scene) -> Iterator[CredentialsFile]:
    """The files on this machine that have a path at all."""
    return (file for file in scene.files if scene.environment is not None and file.path)


RULES: tuple[Rule, ...] = (
    Rule("A1", "a credentials file that does not decode", _does_not_decode),
    Rule("A2", "a kind that rattler spells otherwise", _wrong_kind),
    Rule("A3", "a credentials file that cannot be read", _not_readable),
    Rule("A4", "a broken default file beside one that is fine", _default_breaks_others),
    Rule("A7", "a file that others can read or replace", open_to_others),
    Rule("A8", "leftovers that may hold secrets", leftovers),
    Rule("A9", "credentials in plain text although the keychain works", moving.check),
    Rule("A42", "a credentials file that is a symlink", _symlink),
    Rule("A46", "fields that rattler does not know", _unknown_fields),
    Rule("A47", "a host that stands twice in a file", _stands_twice),
    Rule("A51", "a credentials file in a git work tree", in_git),
    Rule("A52", "a credentials file in a synced folder", synced),
)
"""In the order of their numbers."""
