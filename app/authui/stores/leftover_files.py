"""Files beside a credentials file that may hold its secrets: copies of editors, of rattler, of old versions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leftover:
    """One of them. `what` is a clause: "a backup of an editor". `has_secrets` is None if unknown.

    `is_folder` is for a literal `~` folder, which is only named.
    """

    path: str
    what: str
    has_secrets: bool | None
    is_folder: bool = False


def find_leftovers(path: str, cwd: str | None = None) -> tuple[Leftover, ...]:
    """To come."""
    del path, cwd
    return ()


def delete_leftover(leftover: Leftover) -> None:
    """To come."""
    raise NotImplementedError
