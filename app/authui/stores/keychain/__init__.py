"""Which keychain store this system has."""
