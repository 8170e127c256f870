"""authui's own settings: one JSON object in the user's configuration folder.

    {"silenced": ["A13:file:host.example:8080"], "indexes": ["https://pypi.example/simple"]}

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
_INDEXES = "indexes"
_LISTS = (_SILENCED, _INDEXES)


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
        return frozenset(self._read(_SILENCED))

    def add(self, finding_id: str) -> None:
        """Silence one more.

        Raises `StoreError` for a file that cannot be read, and what `change_file` raises.
        """
        self._change(_SILENCED, lambda ids: ids if finding_id in ids else [*ids, finding_id])

    def remove(self, finding_id: str) -> None:
        """Report it again. Raises as `add` does."""
        self._change(_SILENCED, lambda ids: [one for one in ids if one != finding_id])

    def indexes(self) -> tuple[str, ...]:
        """The URLs of PyPI indexes that the person added, as they were added. Raises as `load`."""
        return tuple(self._read(_INDEXES))

    def add_index(self, url: str) -> None:
        """Look for what a keyring holds for this index too. Raises as `add` does."""
        self._change(_INDEXES, lambda urls: urls if url in urls else [*urls, url])

    def forget_index(self, url: str) -> None:
        """Look for it no longer. Raises as `add` does."""
        self._change(_INDEXES, lambda urls: [one for one in urls if one != url])

    def _read(self, name: str) -> list[str]:
        path = self.path
        try:
            data = read_regular_file(path)
        except StoreAbsent:
            return []
        except StoreError as error:
            why = lower_first(error.message)
            raise StoreUnreadable(f"{printable(path)}: {why}", error.hint) from None
        return _list(self._decode(data), name)

    def _change(self, name: str, new: Callable[[list[str]], list[str]]) -> None:
        from authui.stores.change_file import change_file

        def edit(data: bytes | None) -> bytes | None:
            known = {} if data is None else self._decode(data)
            before = _list(known, name)
            after = new(before)
            if after == before:
                return None
            text = json.dumps({**known, name: after}, indent=2)
            return text.encode("ascii") + b"\n"

        def holds(data: bytes | None) -> bool:
            values = [] if data is None else _list(self._decode(data), name)
            return new(values) == values

        change_file(self.path, edit, holds)

    def _decode(self, data: bytes) -> dict[str, Any]:
        """The object in the file. Raises `StoreError` for anything else, so that it is not lost."""
        try:
            value = json.loads(data.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and all(_is_list(value.get(name, [])) for name in _LISTS):
            return value
        raise StoreUnreadable(
            f"{printable(self.path)} does not hold authui's settings",
            f'Correct it, for example to {{"{_SILENCED}": []}}, or move it away',
        )


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _list(known: dict[str, Any], name: str) -> list[str]:
    return list(known.get(name, []))


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
