"""What decides about PyPI requests on this machine."""

from __future__ import annotations

from dataclasses import dataclass

from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig


@dataclass(frozen=True, slots=True)
class PypiSources:
    """The outside world as uv within pixi sees it. `environment` is None for the sample stores."""

    environment: Environment | None
    pixi: PixiConfig

    @property
    def keyring_enabled(self) -> bool:
        """Whether pixi lets uv run the `keyring` program."""
        return self.pixi.keyring_provider == "subprocess"
