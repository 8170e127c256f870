"""Rules about who else gets at a credentials file: by its mode, by git, by a service that copies it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from authui.model.text import printable
from authui.services.audit.file_accounts import listed, replaceable
from authui.services.audit.file_fixes import changing_mode
from authui.services.audit.file_leftovers import beside
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.scene import Scene
from authui.stores.base import StoreInfo
from authui.stores.file_facts import (
    READ_BY_OTHERS,
    WRITTEN_BY_OTHERS,
    FileFacts,
    belongs_to_another,
    git_standing,
    look_at,
    synced_by,
)


def open_to_others(scene: Scene) -> Iterator[Finding]:
    """A7: files that others can read, folders in which they can replace them, foreign owners."""
    for info in _held(scene):
        facts = look_at(info.location)
        if facts is not None and facts.is_regular:
            yield from _mode(facts, info, None)
            yield from _owner(facts, info)
            yield from _folders(info, facts)
    for info, leftover in beside(scene):
        facts = None if leftover.has_secrets is False else look_at(leftover.path)
        if facts is not None and facts.is_regular:
            yield from _mode(facts, info, leftover.path)


def _mode(facts: FileFacts, info: StoreInfo, leftover: str | None) -> Iterator[Finding]:
    yield from listed(facts, info, leftover)
    reads, writes = facts.mode & READ_BY_OTHERS, facts.mode & WRITTEN_BY_OTHERS
    if not reads and not writes:
        return
    can = " and ".join(word for word, bits in (("read", reads), ("change", writes)) if bits)
    yield Finding(
        "A7",
        Severity.ERROR,
        f"Other users may {can} {printable(facts.path)} (mode {facts.mode:04o})",
        store=info.id,
        subject="mode" if leftover is None else leftover,
        fix=changing_mode(facts, 0o600) if facts.is_mine else None,
        hint=None
        if facts.is_mine
        else f"Ask its owner, {printable(facts.owner)}, to run chmod 600",
    )


def _owner(facts: FileFacts, info: StoreInfo) -> Iterator[Finding]:
    if belongs_to_another(facts):
        yield Finding(
            "A7",
            Severity.WARNING,
            f"{printable(facts.path)} belongs to {printable(facts.owner)}, who can read and change it",
            store=info.id,
            subject="owner",
            hint="Make it yours (takeown /f), or use a file of your own"
            if facts.is_foreign
            else "Make it yours (chown), or use a file of your own",
        )


def _folders(info: StoreInfo, file: FileFacts) -> Iterator[Finding]:
    """The folder of the file, and that of what it is a symlink to."""
    named, real = (look_at(os.path.dirname(path) or ".") for path in (info.location, file.path))
    if named is not None:
        yield from _folder(named, info, "folder")
    if real is not None and (named is None or real.mark != named.mark):
        yield from _folder(real, info, "target folder")


def _folder(folder: FileFacts, info: StoreInfo, subject: str) -> Iterator[Finding]:
    yield from replaceable(folder, info, subject)
    if not folder.mode & WRITTEN_BY_OTHERS or folder.mode & 0o1000:
        return
    yield Finding(
        "A7",
        Severity.WARNING,
        f"Other users may put another file in the place of {printable(info.location)} "
        f"({printable(folder.path)} has the mode {folder.mode:04o})",
        store=info.id,
        subject=subject,
        fix=changing_mode(folder, folder.mode & ~WRITTEN_BY_OTHERS) if folder.is_mine else None,
        hint=None if folder.is_mine else f"Ask its owner, {printable(folder.owner)}",
    )


def in_git(scene: Scene) -> Iterator[Finding]:
    """A51: a credentials file that git does not ignore, or what lies beside it with its secrets."""
    for info in _held(scene, netrc=False):
        yield from _in_git(scene, info, info.location, None)
    for info, leftover in beside(scene):
        if leftover.has_secrets:
            yield from _in_git(scene, info, leftover.path, leftover.path)


def _in_git(scene: Scene, info: StoreInfo, where: str, subject: str | None) -> Iterator[Finding]:
    assert scene.environment is not None  # noqa: S101
    found = git_standing(where, scene.environment.variables)
    if found is None or (found.ignored and not found.tracked):
        return
    path, root = printable(where), printable(found.root)
    if found.tracked:
        message = f"{path} is tracked by git in {root}: its secrets are in the history"
        hint = "Revoke what is in it: git rm --cached keeps the file, but not the history clean"
    elif found.ignored is None:
        message = (
            f"{path} lies in the git work tree {root}, and git does not tell whether it is ignored"
        )
        hint = "Move it out of the work tree, or see that .gitignore names it"
    else:
        message = f"{path} lies in the git work tree {root} and is not ignored"
        hint = "Move it out of the work tree, or name it in .gitignore"
    severity = Severity.WARNING if found.ignored is found.tracked is None else Severity.ERROR
    yield Finding("A51", severity, message, store=info.id, subject=subject, hint=hint)


def synced(scene: Scene) -> Iterator[Finding]:
    """A52: a credentials file that a service copies to other machines."""
    for info in _held(scene, netrc=False):
        service = synced_by(info.location)
        if service is not None:
            yield Finding(
                "A52",
                Severity.WARNING,
                f"{printable(info.location)} lies in a folder that {service} copies elsewhere",
                store=info.id,
                hint="Move it to a folder that stays on this machine, or its entries to the keychain",
            )


def _held(scene: Scene, *, netrc: bool = True) -> Iterator[StoreInfo]:
    """The files on this machine that hold something, or that nobody could look into."""
    if scene.environment is None:
        return
    for file in scene.files:
        if file.path and (file.entries or file.failure is not None):
            yield file.info
    report = scene.report("netrc") if netrc else None
    if report is not None and (report.entries or report.failure is not None):
        yield report.info
