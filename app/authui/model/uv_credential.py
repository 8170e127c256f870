"""A credential as uv takes it from a header, a URL or a store, and as it sends it.

Source of the rules: uv 0.11.15, `uv_auth::Credentials`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from authui.model.secret import Secret


@dataclass(frozen=True, slots=True)
class UvCredential:
    """A user name, a password, or a bearer token.

    `username` is None where it is empty: it may be a token, so it stays out of the `repr`.
    `password` is None where none is known; an empty one is one. `token` excludes the others.
    """

    username: str | None = field(default=None, repr=False)
    password: Secret | None = None
    token: Secret | None = None

    @property
    def is_complete(self) -> bool:
        """Whether uv sends it as it is, and looks for nothing better."""
        if self.token is not None:
            return bool(self.token)
        return self.password is not None

    def header(self) -> Secret:
        """The value of the `Authorization` header."""
        if self.token is not None:
            return Secret("Bearer " + self.token.reveal())
        password = "" if self.password is None else self.password.reveal()
        text = f"{self.username or ''}:{password}"
        return Secret("Basic " + base64.b64encode(text.encode()).decode("ascii"))


def read_header(value: Secret) -> UvCredential:
    """What uv reads out of a header that is there already.

    An empty user name or password counts as none: so a name alone is not complete.
    """
    scheme, _, rest = value.reveal().partition(" ")
    if scheme != "Basic":
        return UvCredential(token=Secret(rest))
    username, _, password = base64.b64decode(rest).decode("utf-8").partition(":")
    return UvCredential(username or None, Secret(password) if password else None)
