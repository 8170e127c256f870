"""Which program keeps the secrets, as far as its habits matter to a run of many changes."""

from __future__ import annotations

from typing import Final, NamedTuple

from authui.stores.abilities import Pace
from authui.stores.keychain.bus import Bus
from authui.stores.keychain.calls import NAME


class Provider(NamedTuple):
    """A provider. `takes_many` says that new items may come one right after the other."""

    name: str
    pace: Pace
    takes_many: bool = False


GNOME: Final = Provider("gnome-keyring", Pace(batch=25), takes_many=True)
"""It writes its file before it answers."""

KEEPASSXC: Final = Provider("KeePassXC", Pace(batch=10, pause=0.5, settle=1.0))
"""With automatic saving it crashed after 38 to 167 new entries at 50 ms distance, in none of the
runs at 500 ms; what it has not saved is gone with it."""

KDE: Final = Provider("KDE's wallet", Pace(batch=100, settle=6.0))
"""It writes secrets to its file up to 5 s later, and loses them if it ends before."""

UNKNOWN: Final = Provider("this keychain", Pace(batch=50, settle=6.0))
"""As careful as with the most forgetful one that is known."""

_SIGNS: Final = (
    ("org.gnome.keyring", GNOME),
    ("org.keepassxc.KeePassXC.MainWindow", KEEPASSXC),
    ("org.kde.secretservicecompat", KDE),
    ("org.kde.kwalletd6", KDE),
    ("org.kde.kwalletd5", KDE),
)
"""Names that each of them has on the bus beside the common one."""


def provider_on(bus: Bus) -> Provider:
    """The provider behind the bus's Secret Service now. Raises `StoreError`."""
    owner = bus.owner(NAME)
    if owner is None:
        return UNKNOWN
    return next((one for name, one in _SIGNS if bus.owner(name) == owner), UNKNOWN)
