from __future__ import annotations

from tests.support.gnome_keyring import gnome_keyring, own_gnome_keyring, shared_gnome_keyring

__all__ = ["gnome_keyring", "own_gnome_keyring", "shared_gnome_keyring"]
