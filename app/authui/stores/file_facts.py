"""What the system tells about a file besides its content: who can read it, and where it lies.

Unix says by modes who can, Windows by access lists. The access lists that macOS has besides its
modes are not looked at.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from authui.model.errors import ChangedMeanwhile, WriteFailed
from authui.model.text import printable
from authui.stores.access_list import Grant

READ_BY_OTHERS: Final = stat.S_IRGRP | stat.S_IROTH
WRITTEN_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
"""Bits of a mode that let other users read or write."""

GIT_LIMIT: Final = 5.0
"""Seconds for each question to git."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file or folder behind all symlinks, at `path`.

    `is_mine` is also true for root, who may change everything. On Windows the mode lets nobody but
    the owner do anything, `others` are those whom the access list lets do something, None where
    Windows does not tell, and `is_foreign` says that one of them owns it.
    """

    path: str
    mode: int
    owner: str
    is_mine: bool
    is_regular: bool
    is_folder: bool
    mark: tuple[int, int]
    others: tuple[Grant, ...] | None = ()
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class GitStanding:
    """A file in a git work tree. `ignored` and `tracked` are None where git does not tell."""

    root: str
    ignored: bool | None
    tracked: bool | None


def look_at(path: str) -> FileFacts | None:
    """The facts about what lies at `path`; None where nothing can be told."""
    try:
        real = os.path.realpath(path)
        status = os.stat(real)
    except (OSError, ValueError):
        return None
    others: tuple[Grant, ...] | None = ()
    is_foreign = False
    if sys.platform == "win32":
        from authui.stores.file_acl import access_of

        access = access_of(real)
        mode, is_mine = 0o700, access is not None and not access.is_foreign
        owner = "" if access is None else access.owner
        others = None if access is None else access.others
        is_foreign = access is not None and access.is_foreign
    else:
        mode = stat.S_IMODE(status.st_mode)
        is_mine = os.geteuid() in (0, status.st_uid)
        owner = _user_name(status.st_uid)
    return FileFacts(
        real,
        mode,
        owner,
        is_mine,
        stat.S_ISREG(status.st_mode),
        stat.S_ISDIR(status.st_mode),
        (status.st_dev, status.st_ino),
        others,
        is_foreign,
    )


def belongs_to_another(facts: FileFacts) -> bool:
    """Whether neither this user nor root owns it, so that somebody else may change it."""
    if sys.platform == "win32":
        return facts.is_foreign
    try:
        return os.stat(facts.path).st_uid not in (os.geteuid(), 0)
    except OSError:
        return False


def account_words(grant: Grant) -> tuple[str, str]:
    """What Windows calls the account, and its number, which its programs take in any language."""
    if sys.platform == "win32":
        from authui.stores.file_acl import name_of, number_of

        return name_of(grant.account), number_of(grant.account)
    return grant.account, grant.account


def set_mode(facts: FileFacts, mode: int) -> None:
    """Give the file or folder this mode, if it is still the same one, and see that it has it.

    Raises `ChangedMeanwhile`, and `WriteFailed` where the system refuses or does not keep modes.
    """
    now = look_at(facts.path)
    if now is None or now.mark != facts.mark or os.path.islink(facts.path):
        raise ChangedMeanwhile(f"{printable(facts.path)} is not what was seen", "Look again")
    try:
        os.chmod(facts.path, mode)
    except OSError as error:
        raise WriteFailed(
            f"The mode of {printable(facts.path)} was not changed: "
            f"{error.strerror or 'the system refused'}",
            "Change it as its owner (chmod)",
        ) from None
    after = look_at(facts.path)
    if after is None or after.mode != mode:
        raise WriteFailed(
            f"{printable(facts.path)} lies on a file system that keeps no modes",
            "Move it to one that does",
        )


def git_standing(path: str, variables: Mapping[str, str]) -> GitStanding | None:
    """Whether the file lies in a git work tree, and what git makes of it; None outside of one.

    `variables` are the environment of the process, of which PATH finds git. git runs without
    hooks, prompts, locks and helper programs.
    """
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        return None
    root = next((f for f in _folders(real) if os.path.lexists(os.path.join(f, ".git"))), None)
    if root is None:
        return None
    git = shutil.which("git", path=variables.get("PATH", ""))
    # Windows looks into the current directory first, which may be anybody's.
    if git is None or not os.path.isabs(git):
        return GitStanding(root, None, None)
    ignored = _ask(git, root, variables, "check-ignore", "-q", "--", real)
    tracked = _ask(git, root, variables, "ls-files", "--error-unmatch", "--", real)
    return GitStanding(root, ignored, tracked)


def synced_by(path: str) -> str | None:
    """The service that copies the folder of the file elsewhere; None where none is recognised."""
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        return None
    for folder in _folders(real):
        name = os.path.basename(folder).lower()
        for beginning, service in _SYNCED:
            more = (
                name.startswith((f"{beginning} ", f"{beginning}-")) and beginning in _WITH_ACCOUNT
            )
            if name == beginning or more:
                return service
        for marker, service in _MARKERS:
            if os.path.lexists(os.path.join(folder, marker)):
                return service
    return None


_SYNCED: Final = (
    ("dropbox", "Dropbox"),
    ("onedrive", "OneDrive"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("my drive", "Google Drive"),
    ("mobile documents", "iCloud Drive"),
    ("iclouddrive", "iCloud Drive"),
    ("cloudstorage", "a cloud storage"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("pclouddrive", "pCloud"),
    ("pcloud drive", "pCloud"),
    ("pcloudsync", "pCloud"),
    ("megasync", "MEGA"),
    ("mega", "MEGA"),
)
_WITH_ACCOUNT: Final = ("dropbox", "onedrive", "googledrive")
_MARKERS: Final = (
    (".stfolder", "Syncthing"),
    (".dropbox.cache", "Dropbox"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".debris", "MEGA"),
)
"""Names of folders, some followed by the name of an account, and of what services put there."""


def _folders(path: str) -> Iterator[str]:
    """The folders above a path, the nearest first."""
    while (above := os.path.dirname(path)) != path:
        yield above
        path = above


_NO_HELPERS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


def _ask(git: str, root: str, variables: Mapping[str, str], *question: str) -> bool | None:
    """What git answers by its exit status; None where it cannot tell."""
    kept = {name: value for name, value in variables.items() if not name.startswith("GIT_")}
    quiet = {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
    }
    if question[0] == "check-ignore":
        del quiet["GIT_LITERAL_PATHSPECS"]  # it takes paths only, and refuses to be told so
    try:
        done = subprocess.run(  # noqa: S603  (a fixed command, found on PATH)
            [git, "-C", root, *_NO_HELPERS, *question],
            env={**kept, **quiet},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=GIT_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return {0: True, 1: False}.get(done.returncode)


def _user_name(number: int) -> str:
    if sys.platform == "win32":
        return ""
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
