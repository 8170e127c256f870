"""authui's own settings: one JSON object in the user's configuration folder.

    {"silenced": ["A13:file:host.example:8080"]}

Keys that this version does not know are kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

from authui.model.errors import ChangeError, StoreAbsent, StoreError, StoreUnreadable
from authui.model.text import lower_first, printable
from authui.stores.read_file import read_regular_file

_SILENCED = "silenced"


class Settings:
    """The settings of this user. A file that is not there says nothing.

    `path` is where they lie, by default where this system keeps them.
    """

    def __init__(self, path: str | None = None) -> None:
        self._given = path

    @property
    def path(self) -> str:
        """Where they lie. Raises `ChangeError` where there is no place for them."""
        return self._given or _default_path()

    def load(self) -> frozenset[str]:
        """The ids of the findings that are not to be reported. Raises as `path`, and `StoreError`."""
        path = self.path
        try:
            data = read_regular_file(path)
        except StoreAbsent:
            return frozenset()
        except StoreError as error:
            why = lower_first(error.message)
            raise StoreUnreadable(f"{printable(path)}: {why}", error.hint) from None
        return frozenset(_silenced(self._decode(data)))

    def add(self, finding_id: str) -> None:
        """Silence one more.

        Raises `StoreError` for a file that cannot be read, and what `change_file` raises.
        """
        self._change(lambda ids: ids if finding_id in ids else [*ids, finding_id])

    def remove(self, finding_id: str) -> None:
        """Report it again. Raises as `add` does."""
        self._change(lambda ids: [one for one in ids if one != finding_id])

    def _change(self, new: Callable[[list[str]], list[str]]) -> None:
        from authui.stores.change_file import change_file

        def edit(data: bytes | None) -> bytes | None:
            known = {} if data is None else self._decode(data)
            before = _silenced(known)
            after = new(before)
            if after == before:
                return None
            text = json.dumps({**known, _SILENCED: after}, indent=2)
            return text.encode("ascii") + b"\n"

        def holds(data: bytes | None) -> bool:
            ids = [] if data is None else _silenced(self._decode(data))
            return new(ids) == ids

        change_file(self.path, edit, holds)

    def _decode(self, data: bytes) -> dict[str, Any]:
        """The object in the file. Raises `StoreError` for anything else, so that it is not lost."""
        try:
            value = json.loads(data.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        except (ValueError, RecursionError):
            value = None
        known = value.get(_SILENCED, []) if isinstance(value, dict) else None
        if not isinstance(known, list) or not all(isinstance(one, str) for one in known):
            raise StoreUnreadable(
                f"{printable(self.path)} does not hold authui's settings",
                f'Correct it, for example to {{"{_SILENCED}": []}}, or move it away',
            )
        assert isinstance(value, dict)  # noqa: S101  or `known` were None
        return value


def _silenced(known: dict[str, Any]) -> list[str]:
    return list(known.get(_SILENCED, []))


def _refuse(text: str) -> NoReturn:
    """NaN and infinities are no JSON, and other programs could not read them back."""
    del text
    raise ValueError


def _finite(text: str) -> float:
    value = float(text)
    if abs(value) == float("inf"):
        _refuse(text)
    return value


def _default_path() -> str:
    from platformdirs import user_config_path

    try:
        return str(user_config_path("authui", appauthor=False) / "settings.json")
    except RuntimeError:  # no home directory can be found
        raise ChangeError(
            "There is no home directory to keep settings in", "Set HOME to your home directory"
        ) from None
