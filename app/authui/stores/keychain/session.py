"""The encrypted session of the Secret Service: a Diffie-Hellman exchange, then AES.

Imports cryptography, so it is imported only by what already talks to a keychain.
"""

from __future__ import annotations

from typing import Final

from authui.model.secret import Secret

_ALGORITHM: Final = "dh-ietf1024-sha256-aes128-cbc-pkcs7"
_BLOCK: Final = 16
_KEY_BYTES: Final = 128


class Session:
    """A session that we offered and the provider has yet to agree to."""

    def __init__(self) -> None:
        from secretstorage.dhcrypto import Session as Exchange

        self._exchange = Exchange()
        self.path = "/"

    @property
    def offer(self) -> tuple[str, tuple[str, bytes]]:
        """What `OpenSession` is asked with: the algorithm and our public key."""
        return _ALGORITHM, ("ay", self._exchange.my_public_key.to_bytes(_KEY_BYTES, "big"))

    def agree(self, public_key: bytes, path: str) -> None:
        """Take the provider's public key and its name for the session."""
        self._exchange.set_server_public_key(int.from_bytes(public_key, "big"))
        self.path = path

    def decrypt(self, salt: bytes, cipher: bytes) -> Secret | None:
        """The text of a secret; None where it is not UTF-8.

        Raises `ValueError` where the answer is not what the algorithm gives.
        """
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        key = self._exchange.aes_key
        if key is None or len(salt) != _BLOCK or not cipher or len(cipher) % _BLOCK:
            raise ValueError("no ciphertext")
        decryptor = Cipher(algorithms.AES(key), modes.CBC(salt)).decryptor()
        padded = decryptor.update(cipher) + decryptor.finalize()
        padding = padded[-1]
        if not 0 < padding <= _BLOCK or padded[-padding:] != bytes((padding,)) * padding:
            raise ValueError("no padding")
        try:
            return Secret(padded[:-padding].decode())
        except UnicodeDecodeError:  # it holds what it could not decode: it ends here
            return None
