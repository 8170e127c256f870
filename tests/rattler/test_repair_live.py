"""Broken files before real rattler: none of its tools starts before the repair, all send after it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.model.wire import decode_file
from authui.services.audit.repair import apply_repair, plan_repair
from tests.services.audit.scenes import default_file, default_store
from tests.support.judge import Judge, Sent
from tests.support.wire_tables import REFUSED, WHOLE, file

pytestmark = pytest.mark.rattler


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


def ask(judge: Judge, home: Path, host: str) -> Sent:
    return judge.send(f"http://{host}/c", variables={"HOME": str(home)})


def good_values() -> dict[str, str]:
    """45 values in every form that rattler takes."""
    forms = (
        '{{"BearerToken": "t{0}"}}',
        '{{ "CondaToken":"c{0}\\u0041" }}',
        '{{"BasicHTTP":{{"password":"p{0}","username":"u","unknown":[1,{{"x":"}}"}}]}}}}',
        '{{"BasicHTTP":["u{0}","é☃"]}}',
        '{{"OAuth":{{"access_token":"o{0}","token_endpoint":"http://i.test/","client_id":"c"}}}}',
    )
    return {f"h{n:02}.test": forms[n % 5].format(n) for n in range(45)}


BAD = {
    "b0.test": '{"BasicHttp":{"username":"u","password":"p"}}',
    "b1.test": '"{\\"BearerToken\\":\\"legacy\\"}"',
    "b2.test": '{"BearerToken":"two\nlines"}',
    "b3.test": '{"BearerToken":"no end}',
    "b4.test": '{"BearerToken":123}',
}


def test_of_fifty_entries_five_are_bad_and_45_stay_byte_for_byte(
    judge: Judge, own_home: Path
) -> None:
    good = good_values()
    pairs = list(good.items())
    for place, entry in zip((44, 31, 20, 9, 0), BAD.items(), strict=True):
        pairs.insert(place, entry)
    default_file(
        own_home, "{" + ",\n".join(json.dumps(h) + ": " + v for h, v in good.items()) + "}"
    )
    before = {host: ask(judge, own_home, host) for host in good}
    path = default_file(
        own_home, "{" + ",\n".join(json.dumps(h) + ": " + v for h, v in pairs) + "}"
    )
    assert not ask(judge, own_home, "h00.test").stores_accepted

    plan = plan_repair(default_store())
    assert (plan.good, [bad.host for bad in plan.bad]) == (45, [h for h, _ in pairs if h in BAD])
    done = apply_repair(plan, plan.defaults())

    held = {entry.host: entry.text.reveal() for entry in decode_file(path.read_bytes())}
    assert {host: held[host] for host in good} == good
    assert held.keys() - good.keys() == {"b0.test", "b1.test"}
    assert {host: ask(judge, own_home, host) for host in good} == before
    assert all(sent.authorization or "/t/" in (sent.url or "") for sent in before.values())
    assert (ask(judge, own_home, "b0.test").authorization or "").startswith("Basic ")
    assert ask(judge, own_home, "b1.test").authorization == "Bearer legacy"
    assert done.side_path is not None
    aside = Path(done.side_path).read_text()
    for host in ("b2.test", "b3.test", "b4.test"):
        assert f'"{host}": {BAD[host]}' in aside


FILES = [file(value) for value, _, _ in REFUSED] + [data for data, _, _ in WHOLE]


@pytest.mark.parametrize("data", FILES, ids=range(len(FILES)))
def test_rattler_starts_again_whatever_was_wrong(judge: Judge, own_home: Path, data: bytes) -> None:
    default_file(own_home, data)
    assert not ask(judge, own_home, "x.test").stores_accepted
    plan = plan_repair(default_store())
    done = apply_repair(plan, plan.defaults())
    assert ask(judge, own_home, "x.test").stores_accepted
    assert (done.side_path is not None) is (len(os.listdir(own_home / ".rattler")) == 2)
