"""What a person gives to be stored for a PyPI index, looked at before anything is asked."""

from __future__ import annotations

from typing import Literal

from authui.model.errors import BadInput
from authui.model.secret import Secret
from authui.model.text import mask_url, printable
from authui.model.url import parse_url, split_userinfo
from authui.model.url_secrets import is_token
from authui.stores.pypi.index_urls import IndexUrl, parse_index

_EXAMPLE = "https://pypi.example/simple"


def checked_index(text: str, username: str | None = None) -> IndexUrl:
    """The index at this URL. Raises `BadUrl`, and `BadInput` where it cannot be stored for.

    `username` is what is stored; another in the URL is refused, and so is a password.
    """
    url = parse_url(text)
    index = parse_index(text)
    if index is None or url.host is None:
        raise BadInput(
            f"{printable(mask_url(text))} is no URL of a PyPI index",
            f"Name its host, and http or https: {_EXAMPLE}",
        )
    userinfo = split_userinfo(url)[1]
    if userinfo is not None and userinfo[1] is not None:
        raise BadInput(
            "The index URL holds a password, which others can see there",
            "Leave it out: the password is given by itself",
        )
    if username is not None and index.username not in (None, username):
        raise BadInput(
            "The index URL names another user than the one that is given",
            "Name the user once, or the same",
        )
    return index


def index_to_add(text: str) -> IndexUrl:
    """The index at this URL, to be remembered. Raises as `checked_index`, and for a secret in it."""
    index = checked_index(text)
    is_token_user = index.username is not None and is_token(index.username)
    if is_token_user or mask_url(index.url) != index.url:
        raise BadInput(
            "The index URL holds what may be a secret, which the settings do not keep",
            "Leave out tokens, queries and fragments",
        )
    return index


def checked_username(username: str, store: Literal["keyring", "netrc"]) -> None:
    """Raise `BadInput` for a user name that the store cannot be asked for."""
    if not username:
        raise BadInput("The user name is empty", "uv asks only where it knows a user name")
    if "\0" in username or not _is_text(username):
        raise BadInput("The user name is no text that can be stored", "Type it anew")
    if store == "keyring" and username.startswith("-"):
        raise BadInput(
            "The user name begins with a hyphen, and the keyring program takes it for an option",
            "Store it in netrc instead (--store netrc)",
        )


def checked_password(password: Secret, store: Literal["keyring", "netrc"]) -> None:
    """Raise `BadInput` for a password that would not come back as it is."""
    if not password:
        raise BadInput("The password is empty", "uv sends none then without being told")
    text = password.reveal()
    if store == "keyring" and text.rstrip() != text:
        raise BadInput(
            "The password ends in white space, which uv cuts off what the keyring says",
            "Copy it without the white space at its end",
        )


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
