"""What is stored for a PyPI index in Python's keyring, changed."""

from __future__ import annotations

from authui.model.errors import (
    AuthuiError,
    BadInput,
    OutcomeUnknown,
    ReadOnly,
    StoreError,
    WriteFailed,
)
from authui.model.pypi import PypiEntry
from authui.model.secret import Secret
from authui.services.pypi_change import PypiChange, PypiRemoval
from authui.stores.patience import Patience
from authui.stores.pypi.index_urls import IndexUrl
from authui.stores.pypi.python_keyring import PythonKeyring
from authui.stores.pypi.python_keyring_backend import Backend


def must_be_meant(backend: Backend, *, in_plain_text: bool) -> None:
    """Raise `WriteFailed` for a backend that encrypts nothing, unless that is confirmed."""
    if backend.encrypted is False and not in_plain_text:
        raise WriteFailed(
            f"Python's keyring keeps passwords in plain text here, in {backend.location}",
            "Install a keyring backend that encrypts, or say that this is meant: "
            "--store keyring on the command line",
        )


def where(backend: Backend) -> str:
    """A backend and where it keeps things."""
    return f"{backend.title} ({backend.location})"


def put_into_keyring(
    keyring: PythonKeyring,
    index: IndexUrl,
    username: str,
    password: Secret,
    patience: Patience | None,
    *,
    in_plain_text: bool,
) -> PypiChange:
    """Store the password as keyring does, then read it back."""
    backend = keyring.backend
    must_be_meant(backend, in_plain_text=in_plain_text)
    before = keyring.get(index.url, username, patience=patience)
    try:
        keyring.set(index.url, username, password, patience=patience)
    except OutcomeUnknown as unknown:
        error: OutcomeUnknown | None = unknown
    else:
        error = None
    _must_be_kept(keyring, index.url, username, password, error)
    entry = PypiEntry(index.url, "keyring", username)
    return PypiChange(entry, where(backend), before is None)


def remove_from_keyring(
    keyring: PythonKeyring, entry: PypiEntry, patience: Patience | None
) -> PypiRemoval:
    """Delete what keyring finds, and see whether it finds more."""
    if entry.username is None:
        raise BadInput(
            "Nobody can see the user name of this entry", "Unlock the keychain, then look again"
        )
    if entry.item is not None:
        raise ReadOnly(
            "It lies where Python's keyring does not look, so that cannot delete it",
            "Delete it with your desktop's password program",
        )
    keyring.delete(entry.service, entry.username, patience=patience)
    notes: tuple[str, ...] = ()
    if keyring.get(entry.service, entry.username) is not None:
        notes = ("Another item for it remains: Python's keyring deletes one at a time",)
    return PypiRemoval(entry, where(keyring.backend), notes)


def _must_be_kept(
    keyring: PythonKeyring,
    service: str,
    username: str,
    password: Secret,
    unknown: OutcomeUnknown | None,
) -> None:
    """Read it back. Raises `OutcomeUnknown` where nothing says what became of it."""
    kept: Secret | None = None
    try:
        kept = keyring.get(service, username)
    except StoreError as error:
        failure: AuthuiError | None = unknown or OutcomeUnknown(
            f"It was stored, but reading it back failed: {error.message}", error.hint
        )
    else:
        failure = unknown
    if kept == password:
        return
    if failure is not None:
        raise failure
    raise WriteFailed(
        "Python's keyring said that it stored the password, and gives another or none",
        f"It uses the backend {keyring.backend.name}",
    )
