"""Where credentials are kept: the only code that touches disk, keychain and D-Bus."""
