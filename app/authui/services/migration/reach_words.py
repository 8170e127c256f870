"""Who finds what lies in a keychain, on each system."""

from __future__ import annotations

import sys

_REACH = {
    "darwin": (
        "macOS asks once for each program that did not store a credential itself: where nobody can "
        "answer, as over SSH or in cron, it finds nothing"
    ),
    "win32": (
        "Only programs of this Windows user reach Credential Manager: services, WSL, containers and "
        "logins over SSH do not find there what they found in the file"
    ),
}
_ELSEWHERE = (
    "Only programs of this desktop session reach the keychain: cron, system services, logins over "
    "SSH and containers do not find there what they found in the file"
)


def who_reaches_it(platform: str = sys.platform) -> str:
    """What does not find in the keychain what it found in a file.

    `platform` has the values of `sys.platform`.
    """
    return _REACH.get(platform, _ELSEWHERE)


def which_versions_do_not(platform: str = sys.platform) -> str:
    """Which versions of pixi do not, wherever they are."""
    if platform in _REACH:
        return "Elsewhere: pixi 0.50.0 and 0.50.1 do not read the keychain at all"
    return (
        "Elsewhere: pixi 0.28 to 0.33 do not see new items of the keychain, and pixi 0.50.0 and "
        "0.50.1 do not read it at all"
    )
