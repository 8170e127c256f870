"""Who may do what with a file of Windows, from its access list in Microsoft's text form (SDDL).

Source: Microsoft's documentation of the security descriptor string format, of ACE strings and of
file access rights.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_READ: Final = 0x1
_WRITE: Final = 0x2 | 0x4
_DELETE_CHILD: Final = 0x40
_DELETE: Final = 0x10000
_OWN: Final = 0x40000 | 0x80000
"""To change the access list or the owner, and with it everything."""
_GENERIC_ALL: Final = 0x10000000
_GENERIC_WRITE: Final = 0x40000000
_GENERIC_READ: Final = 0x80000000

_RIGHTS: Final = {
    "GA": 0x1F01FF,
    "GR": 0x120089,
    "GW": 0x120116,
    "GX": 0x1200A0,
    "FA": 0x1F01FF,
    "FR": 0x120089,
    "FW": 0x120116,
    "FX": 0x1200A0,
    "RC": 0x20000,
    "SD": _DELETE,
    "WD": 0x40000,
    "WO": 0x80000,
    "CC": 0x1,
    "DC": 0x2,
    "LC": 0x4,
    "SW": 0x8,
    "RP": 0x10,
    "WP": 0x20,
    "DT": 0x40,
    "LO": 0x80,
    "CR": 0x100,
}

EVERYONE: Final = "WD"
_TRUSTED: Final = {"SY", "BA", "LA", "DA", "EA", "OW", "CO", "AC"}
"""The system and its administrators, who get at everything anyway; whoever owns the file; and
programs in a sandbox, which get no further than their user."""
_TRUSTED_BEGINNINGS: Final = (
    "S-1-5-80-",  # services, which run as the system
    "S-1-5-5-",  # this very session
    "S-1-15-",  # programs in a sandbox
    "S-1-3-",  # whoever makes or owns it
    "S-1-16-",  # labels of trust, no accounts
)

# The access list comes last: that of what is recorded is not asked for.
_PARTS: Final = re.compile(r"(?:O:([^:]*?))?(?:G:[^:]*?)?(?:D:(.*))?", re.DOTALL)
# The first six fields of each entry; a condition may follow, which counts as met.
_ACE: Final = re.compile(r"\(([^;()]*(?:;[^;()]*){5})[;)]")


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody other than this user and the administrators may do.

    `account` is as the text names it: two letters for one that Windows knows, else its number.
    `replaces` is for a folder: whether another file can take the place of one in it.
    """

    account: str
    reads: bool
    writes: bool
    replaces: bool


def owner_in(text: str) -> str:
    """The owner, empty where the text names none."""
    found = _PARTS.fullmatch(text)
    return (found and found[1]) or ""


def is_trusted(account: str, me: str) -> bool:
    """Whether the account is this user (the number `me`), or gets at every file anyway."""
    return account == me or account in _TRUSTED or account.startswith(_TRUSTED_BEGINNINGS)


def grants_in(text: str, me: str) -> tuple[Grant, ...]:
    """What others may do, each account once; an account that may do nothing of it is not named.

    What is denied to an account, or to everyone, before it is granted is not granted.
    """
    found = _PARTS.fullmatch(text)
    entries: str | None = found and found[2]
    if entries is None or entries.startswith("NO_ACCESS_CONTROL"):
        return (Grant(EVERYONE, reads=True, writes=True, replaces=True),)
    denied: dict[str, int] = {}
    granted: dict[str, int] = {}
    for entry in _ACE.finditer(entries):
        kind, flags, rights, _, _, account = entry[1].split(";")
        if "IO" in (flags[at : at + 2] for at in range(0, len(flags), 2)):
            continue  # for what is made in the folder later on
        mask = _mask(rights)
        if kind == "D":
            denied[account] = denied.get(account, 0) | mask
        elif kind in ("A", "XA", "OA") and not is_trusted(account, me):
            left = mask & ~denied.get(account, 0) & ~denied.get(EVERYONE, 0)
            granted[account] = granted.get(account, 0) | left
    grants = (
        Grant(
            account,
            reads=bool(mask & (_READ | _OWN)),
            writes=bool(mask & (_WRITE | _DELETE | _OWN)),
            replaces=bool(mask & (_DELETE_CHILD | _OWN)),
        )
        for account, mask in granted.items()
    )
    return tuple(g for g in grants if g.reads or g.writes or g.replaces)


def _mask(rights: str) -> int:
    """The rights as bits, those that stand for several written out."""
    if rights[:2].lower() == "0x":
        mask = int(rights, 16)
        for bit, name in ((_GENERIC_ALL, "GA"), (_GENERIC_READ, "GR"), (_GENERIC_WRITE, "GW")):
            if mask & bit:
                mask |= _RIGHTS[name]
        return mask
    mask = 0
    for at in range(0, len(rights), 2):
        mask |= _RIGHTS.get(rights[at : at + 2], 0)
    return mask
