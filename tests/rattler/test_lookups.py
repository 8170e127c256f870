"""authui against real rattler, and against what real rattler was once seen to send."""

from __future__ import annotations

import collections
import json
import random
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.comparison import ask_authui, compare_many, expected, fill_keychain, lay_out
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.judge import Judge
from tests.support.lookup_cases import FEATURES, Case, CaseMaker

__all__ = ["gnome_keyring", "shared_gnome_keyring"]  # fixtures

pytestmark = pytest.mark.rattler

DATA = Path(__file__).parent.parent / "data"
FRESH_CASES = 300


@pytest.mark.parametrize("part", range(4))
def test_all_recorded_lookups_agree(tmp_path: Path, part: int) -> None:
    lines = (DATA / "lookup.jsonl").read_text().splitlines()
    assert len(lines) == 2000
    for number, line in enumerate(lines[part::4]):
        recorded = json.loads(line)
        case = Case(
            recorded["url"],
            auth_file=stored(recorded["RATTLER_AUTH_FILE"]),
            fallback=stored(recorded["fallback"]),
            netrc=recorded["netrc"],
        )
        home = tmp_path / str(number)
        home.mkdir()
        wanted = recorded["sent"] or {"url": None, "authorization": None}
        found = expected(case, ask_authui(case, lay_out(case, home), None))
        assert (found.url, found.authorization) == (wanted["url"], wanted["authorization"]), line


def stored(entries: object) -> str | None:
    """The text of a file: as it is where it was recorded as text, None where there is none."""
    return entries if entries is None or isinstance(entries, str) else json.dumps(entries)


@pytest.fixture
def judge(gnome_keyring: GnomeKeyring) -> Iterator[Judge]:
    with Judge(bus=gnome_keyring.address) as judge:
        yield judge


@pytest.mark.keychain
def test_fresh_lookups_agree(judge: Judge, gnome_keyring: GnomeKeyring, tmp_path: Path) -> None:
    seed = secrets.randbits(32)
    maker = CaseMaker(random.Random(seed), int(time.time()))
    fill_keychain(gnome_keyring, maker)
    cases = [maker.make() for _ in range(FRESH_CASES)]
    drawn = collections.Counter(feature for case in cases for feature in case.features)
    for feature in FEATURES:
        assert drawn[feature] >= FRESH_CASES / 20, feature
    disagreements = compare_many(judge, cases, tmp_path, gnome_keyring.address)
    assert not disagreements, f"seed {seed}\n" + "\n".join(disagreements)
