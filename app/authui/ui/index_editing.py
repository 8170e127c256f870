"""What the keys of the PyPI screen change, each with what is asked before and said after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from authui.model.errors import AuthuiError
from authui.model.pypi import PypiEntry, PypiListing, PypiStoreId
from authui.model.secret import Secret
from authui.services.pypi_changes import PypiChange, PypiChanges, PypiTarget
from authui.services.pypi_entries import url_to_change
from authui.services.pypi_input import checked_index, checked_password, checked_username
from authui.ui.index_words import index_of
from authui.ui.toasts import refuse, tell
from authui.ui.tones import Paragraph, paragraph
from authui.ui.words import shown
from authui.ui.writes import Writes

if TYPE_CHECKING:
    from authui.ui.app import AuthuiApp
    from authui.ui.screens.index_form import TypedIndex
    from authui.ui.screens.pypi import PypiScreen


class IndexEditing:
    """Each ends with whether something may have changed, so that it has to be read again."""

    def __init__(self, screen: PypiScreen, changes: PypiChanges, writes: Writes) -> None:
        self._screen = screen
        self._changes = changes
        self._writes = writes

    @property
    def _app(self) -> AuthuiApp:
        return cast("AuthuiApp", self._screen.app)

    async def add(self, listing: PypiListing) -> bool:
        """Store a password for an index."""
        from authui.ui.screens.index_form import IndexForm

        stores = tuple(
            (shown(report.name), report.id)
            for name in ("keyring", "netrc")
            for report in listing.stores
            if report.id == name and report.writable
        )
        if not stores:
            tell(self._screen, "Nothing can be stored here: the pane says why", severity="warning")
            return False
        return await self._app.push_screen_wait(IndexForm(_Saver(self, listing), stores))

    async def edit(self, entry: PypiEntry, listing: PypiListing) -> bool:
        """Change the password of an entry."""
        from authui.ui.screens.index_form import IndexForm

        url = url_to_change(entry)
        if url is None or entry.username is None:
            tell(
                self._screen,
                "This entry was not stored for one index and one user: delete it, and add it anew",
                severity="warning",
            )
            return False
        report = next(one for one in listing.stores if one.id == entry.store)
        form = IndexForm(
            _Saver(self, listing, url),
            ((shown(report.name), entry.store),),
            url=index_of(entry),
            username=entry.username,
            is_new=False,
        )
        return await self._app.push_screen_wait(form)

    async def delete(self, entry: PypiEntry, listing: PypiListing) -> bool:
        """Delete an entry, once the person has seen which."""
        from authui.ui.screens.confirm import ConfirmScreen

        index = index_of(entry)
        report = next(one for one in listing.stores if one.id == entry.store)
        told = [
            Paragraph((("plain", "From "), ("strong", shown(report.name)))),
            paragraph(shown(report.location), "quiet", indent=2),
            Paragraph(),
        ]
        if entry.username is not None:
            told.insert(0, Paragraph((("quiet", "User name  "), ("plain", shown(entry.username)))))
        if entry.store == "netrc":
            told.append(paragraph("conda requests use this machine too", "warning"))
        told.append(paragraph("Deleting does not revoke it: its issuer does that", "quiet"))
        if not await self._app.push_screen_wait(
            ConfirmScreen(f"Delete {index}?", told, yes="Delete")
        ):
            return False
        try:
            removal = await self._writes.make(
                self._app,
                f"Deleting {index}",
                lambda patience: self._changes.remove(entry, patience=patience),
            )
        except AuthuiError as error:
            refuse(self._screen, error)
            return True
        tell(self._screen, f"Deleted {index}", *removal.notes)
        return True

    async def put(self, typed: TypedIndex, password: Secret, *, in_plain_text: bool) -> PypiChange:
        """Store it. Raises what that raises."""
        store: PypiTarget = "netrc" if typed.store == "netrc" else "keyring"
        return await self._writes.make(
            self._app,
            "Storing the password",
            lambda patience: self._changes.put(
                typed.url,
                typed.username,
                password,
                store=store,
                in_plain_text=in_plain_text,
                patience=patience,
            ),
        )

    async def agrees_to_plaintext(self, store: PypiStoreId, listing: PypiListing) -> bool | None:
        """Whether a password may lie in plain text; None where the store encrypts it."""
        from authui.ui.screens.confirm import ConfirmScreen

        report = next(one for one in listing.stores if one.id == store)
        if report.encrypted is not False:
            return None
        told = (
            paragraph("It is stored as plain text, for whoever can read this file:"),
            paragraph(shown(report.location), "strong", indent=2),
        )
        return await self._app.push_screen_wait(
            ConfirmScreen("Store it unencrypted?", told, yes="Store it")
        )

    def said(self, change: PypiChange) -> None:
        """Say what was stored, and what is still missing."""
        verb = "Stored" if change.created else "Replaced"
        lines = [f"{verb} {index_of(change.entry)} in {shown(change.location)}"]
        tell(self._screen, *lines, *change.notes)


class _Saver:
    """What the form calls with what was typed."""

    def __init__(self, editing: IndexEditing, listing: PypiListing, url: str | None = None) -> None:
        """`url` is that of the entry that is changed, None for a new one."""
        self._editing = editing
        self._listing = listing
        self._url = url

    async def __call__(self, typed: TypedIndex) -> bool:
        password = typed.password
        if password is None:
            return True  # blank keeps what is stored
        if self._url is not None:
            typed = typed._replace(url=self._url)
        store: PypiTarget = "netrc" if typed.store == "netrc" else "keyring"
        checked_index(typed.url, typed.username)
        checked_username(typed.username, store)
        checked_password(password, store)
        agreed = await self._editing.agrees_to_plaintext(typed.store, self._listing)
        if agreed is False:
            return False
        change = await self._editing.put(typed, password, in_plain_text=bool(agreed))
        self._editing.said(change)
        return True
