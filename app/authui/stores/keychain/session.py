"""The encrypted session of the Secret Service: a Diffie-Hellman exchange, then AES.

Imports cryptography, so it is imported only by what already talks to a keychain.
"""

from __future__ import annotations

import os
from typing import Final

from authui.model.secret import Secret

_ALGORITHM: Final = "dh-ietf1024-sha256-aes128-cbc-pkcs7"
_BLOCK: Final = 16
_KEY_BYTES: Final = 128

_MISREAD: Final = 0b1_1111_1111
_MISREAD_SHIFT: Final = 8 * _KEY_BYTES - 9
"""A public key whose first nine bits are ones is read as another number by KDE's wallet
(kwalletd5 5.103): each of 30 such sessions was garbled, so no such key is offered."""


class Session:
    """A session that we offered and the provider has yet to agree to.

    `is_doubtful` says that the number agreed on begins with a zero byte: KDE's wallet then always
    takes another key than the one that both should have.
    """

    def __init__(self) -> None:
        from secretstorage.dhcrypto import Session as Exchange

        self._exchange = Exchange()
        while self._exchange.my_public_key >> _MISREAD_SHIFT == _MISREAD:
            self._exchange = Exchange()
        self.path = "/"
        self.is_doubtful = False

    @property
    def offer(self) -> tuple[str, tuple[str, bytes]]:
        """What `OpenSession` is asked with: the algorithm and our public key."""
        return _ALGORITHM, ("ay", self._exchange.my_public_key.to_bytes(_KEY_BYTES, "big"))

    def agree(self, public_key: bytes, path: str) -> None:
        """Take the provider's public key and its name for the session."""
        from secretstorage.dhcrypto import DH_PRIME_1024

        number = int.from_bytes(public_key, "big")
        self._exchange.set_server_public_key(number)
        shared = pow(number, self._exchange.my_private_key, DH_PRIME_1024)
        self.is_doubtful = shared.bit_length() <= 8 * (_KEY_BYTES - 1)
        self.path = path

    def encrypt(self, secret: Secret) -> tuple[bytes, bytes]:
        """Salt and ciphertext of a secret; what `decrypt_any` gave becomes the same bytes again."""
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        key = self._exchange.aes_key
        if key is None:
            raise ValueError("no session")
        salt = os.urandom(_BLOCK)
        data = secret.reveal().encode("utf-8", "surrogateescape")
        padding = _BLOCK - len(data) % _BLOCK
        encryptor = Cipher(algorithms.AES(key), modes.CBC(salt)).encryptor()
        return salt, encryptor.update(data + bytes((padding,)) * padding) + encryptor.finalize()

    def decrypt(self, salt: bytes, cipher: bytes) -> Secret | None:
        """The text of a secret; None where it is not UTF-8. Raises as `decrypt_any` does."""
        secret = self.decrypt_any(salt, cipher)
        return secret if is_text(secret) else None

    def decrypt_any(self, salt: bytes, cipher: bytes) -> Secret:
        """A secret whatever its bytes are: each that is not UTF-8 is a lone surrogate.

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
        return Secret(padded[:-padding].decode("utf-8", "surrogateescape"))


def is_text(secret: Secret) -> bool:
    """Whether a secret is UTF-8."""
    try:
        secret.reveal().encode()
    except UnicodeEncodeError:  # it holds what it could not encode: it ends here
        return False
    return True
