"""TOML and configuration keys against rattler's own reader.

py-rattler reads rattler's configuration with the parser that pixi uses and with the same types for
the keys that both know.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable

import pytest

from authui.stores.environment import Environment
from authui.stores.pixi_schema import SchemaError, check_config
from authui.stores.toml_file import TomlError, parse_toml
from tests.support.toml_cases import random_config, random_toml

pytestmark = pytest.mark.rattler

FRESH_DOCUMENTS = 3000
ENVIRONMENT = Environment({"HOME": "/h"}, "/", "linux")


def rattler_accepts(text: str) -> bool:
    from rattler import Config

    try:
        Config.from_toml(text)
    except ValueError:
        return False
    return True


def authui_accepts(text: str) -> bool:
    try:
        check_config(parse_toml(text), ENVIRONMENT)
    except (TomlError, SchemaError):
        return False
    return True


def compare_config(make: Callable[[random.Random], str], seed: int, count: int) -> list[str]:
    """The disagreements over so many random documents about what is accepted."""
    rng = random.Random(seed)
    texts = [make(rng) for _ in range(count)]
    return [repr(text) for text in texts if rattler_accepts(text) is not authui_accepts(text)]


@pytest.mark.parametrize("make", [random_toml, random_config])
def test_fresh_documents_agree(make: Callable[[random.Random], str]) -> None:
    seed = secrets.randbits(32)
    disagreements = compare_config(make, seed, FRESH_DOCUMENTS)
    assert not disagreements, f"seed {seed}\n" + "\n".join(disagreements)


def test_mirrors_read_alike() -> None:
    from rattler import Config

    text = """
        mirrors."HTTPS://A.test:443/x y" = ["http://B.test"]
        mirrors."https://é.test" = ["https://m/%zz/../^"]
    """
    known = check_config(parse_toml(text), ENVIRONMENT)
    assert known["mirrors"] == Config.from_toml(text).mirrors
