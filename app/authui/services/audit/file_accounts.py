"""Who else gets at a file of Windows, by its access list, and the commands that end it.

A file that rattler or authui writes is made anew, with what its folder hands down to it: to take
rights from the file alone lasts until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from authui.model.text import printable
from authui.services.audit.finding import Finding, Severity
from authui.stores.access_list import Grant
from authui.stores.base import StoreInfo
from authui.stores.file_facts import FileFacts, account_words


def listed(file: FileFacts, info: StoreInfo, leftover: str | None) -> Iterator[Finding]:
    """That others may read or change the file, or that Windows does not tell."""
    path = printable(file.path)
    if file.others is None:
        yield Finding(
            "A7",
            Severity.INFO,
            f"Windows does not tell authui who may read {path}",
            store=info.id,
            subject="access unknown" if leftover is None else leftover,
            hint="Look at the tab Security of its properties",
        )
        return
    others = [grant for grant in file.others if grant.reads or grant.writes]
    if not others:
        return
    can = " and ".join(
        word
        for word, is_so in (
            ("read", any(grant.reads for grant in others)),
            ("change", any(grant.writes for grant in others)),
        )
        if is_so
    )
    yield Finding(
        "A7",
        Severity.ERROR,
        f"Other users may {can} {path}: {_names(others)}",
        store=info.id,
        subject="access" if leftover is None else leftover,
        hint=f"{_commands(path, others)}. Each write makes the file anew with what its folder "
        "hands down, so keep it in one that only you get into, such as your profile",
    )


def replaceable(folder: FileFacts, info: StoreInfo, subject: str) -> Iterator[Finding]:
    """That others may put another file in the place of one in this folder."""
    others = [grant for grant in folder.others or () if grant.replaces]
    if others:
        path = printable(folder.path)
        yield Finding(
            "A7",
            Severity.WARNING,
            f"Other users may put another file in the place of {printable(info.location)} "
            f"({path} lets them: {_names(others)})",
            store=info.id,
            subject=subject,
            hint=_commands(path, others),
        )


def _names(grants: Sequence[Grant]) -> str:
    return ", ".join(printable(account_words(grant)[0]) for grant in grants)


def _commands(path: str, grants: Sequence[Grant]) -> str:
    """What takes the rights away: those that are handed down are first made the file's own."""
    numbers = " ".join(f'"*{account_words(grant)[1]}"' for grant in grants)
    return f'Run icacls "{path}" /inheritance:d, then icacls "{path}" /remove:g {numbers}'
