"""What has to be ended again."""

from __future__ import annotations

from typing import Self


class Closing:
    """Ends with its `with` block."""

    def close(self) -> None:
        """End it."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
