from __future__ import annotations

from pathlib import Path

import pytest

from authui.model.secret import DOTS
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig, load
from authui.stores.pypi.index_urls import ADDED, IndexUrl, find_indexes, parse_index

CANARY = "c4nary-s3cret"
MANIFEST = """\
[workspace]
name = "w"
channels = ["conda-forge"]
platforms = []

[pypi-options]
index-url = "https://one.test/simple"
# extra-index-urls = ["https://bob@Two.test:8443/simple/"]
extra-index-urls = ["https://bob@Two.test:8443/simple/", 'https://three.test']
find-links = [{ url = "https://links.test/" }]

[pypi-options.dependency-overrides]
c = { version = "*", index = "https://seven.test/simple" }

[pypi-dependencies]
a = { version = "*", index = "https://four.test/simple" }
b = "*"

[feature.f.pypi-options]
extra-index-urls = ["https://five.test/simple"]

[feature.f.target.linux-64.pypi-dependencies]
a = { version = "*", index = "https://six.test/simple" }
"""


def indexes(*added: str) -> tuple[IndexUrl, ...]:
    here = Environment.current()
    return find_indexes(here, load(here), added=added)


def told(found: tuple[IndexUrl, ...]) -> list[tuple[str, str | None, int | None, bool]]:
    return [(one.url, one.username, one.line, one.is_used) for one in found]


def test_a_manifest_with_features_and_platforms(own_home: Path) -> None:
    path = own_home / "pixi.toml"
    path.write_text(MANIFEST)
    found = indexes()
    assert told(found) == [
        ("https://one.test/simple", None, 7, True),
        ("https://two.test:8443/simple/", "bob", 9, True),
        ("https://three.test/", None, 9, True),
        ("https://seven.test/simple", None, 13, True),
        ("https://four.test/simple", None, 16, True),
        ("https://five.test/simple", None, 20, True),
        ("https://six.test/simple", None, 23, True),
    ]
    assert {one.origin for one in found} == {str(path)}


def test_a_pyproject_has_those_of_pixi_and_those_of_uv(own_home: Path) -> None:
    (own_home / "pyproject.toml").write_text(
        "[tool.pixi.workspace]\nchannels = []\nplatforms = []\n"
        '[tool.pixi.workspace.pypi-options]\nindex-url = "https://all.test/simple"\n'
        '[tool.pixi.feature.x.pypi-options]\nindex-url = "https://x.test/simple"\n'
        '[tool.uv]\nextra-index-url = ["https://old.test/simple"]\n'
        '[[tool.uv.index]]\nname = "u"\nurl = "https://ann@uv.test/simple"\n'
    )
    assert told(indexes()) == [
        ("https://all.test/simple", None, 5, True),
        ("https://x.test/simple", None, 7, True),
        ("https://uv.test/simple", "ann", 12, False),
        ("https://old.test/simple", None, 9, False),
    ]


def test_configuration_is_written_into_new_projects_only(own_home: Path) -> None:
    for folder, name in ((".config/pixi", "weak"), (".pixi", "strong")):
        path = own_home / folder / "config.toml"
        path.parent.mkdir(parents=True)
        path.write_text(
            f'[pypi-config]\nindex-url = "https://{name}.test/simple"\n'
            f'extra-index-urls = ["https://{name}-2.test/simple", "https://both.test/simple"]\n'
        )
    found = indexes("https://weak.test/simple")
    assert [(one.url, one.is_used) for one in found] == [
        ("https://weak.test/simple", True),
        ("https://strong.test/simple", False),
        ("https://strong-2.test/simple", False),
        ("https://both.test/simple", False),
        ("https://weak-2.test/simple", False),
    ]
    assert found[0].origin == ADDED
    assert found[1].origin == str(own_home / ".pixi" / "config.toml")


def test_a_password_is_not_kept(own_home: Path) -> None:
    (own_home / "pixi.toml").write_text(
        "[workspace]\n[pypi-options]\n"
        f'index-url = "https://bob:{CANARY}@one.test/simple"\n'
        f'extra-index-urls = ["https://:{CANARY}@two.test/simple", '
        f'"https://pfx_{CANARY}@three.test/simple", "https://four.test/t/{CANARY}/simple"]\n'
    )
    found = indexes()
    assert [one.has_password for one in found] == [True, True, False, False]
    assert [one.username for one in found][:2] == ["bob", None]
    assert CANARY not in repr(found)
    shown = [one.shown for one in found]
    assert CANARY not in "".join(shown)
    assert shown[0] == f"https://{DOTS}@one.test/simple"
    assert CANARY not in f"{found[0].url}{found[1].url}"


@pytest.mark.parametrize("text", ["[", "\udcff", 'pypi-options = 3\nfeature = "f"\n[workspace]\n'])
def test_what_cannot_be_read_names_nothing(text: str, own_home: Path) -> None:
    data = text.encode("utf-8", "surrogateescape")
    (own_home / "pixi.toml").write_bytes(data)
    config = own_home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_bytes(data)
    assert indexes() == ()


def test_a_file_that_has_become_unreadable_names_nothing(own_home: Path) -> None:
    config = own_home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_text('[pypi-config]\nindex-url = "https://a.test/simple"\n')
    here = Environment.current()
    pixi = load(here)
    for data in (b"\xff", b"[", None):
        assert find_indexes(here, pixi) != ()
        config.unlink() if data is None else config.write_bytes(data)
        assert find_indexes(here, pixi) == ()
        config.write_text('[pypi-config]\nindex-url = "https://a.test/simple"\n')


def test_odd_values_name_nothing(own_home: Path) -> None:
    (own_home / "pixi.toml").write_text(
        "[workspace]\n[pypi-options]\nindex-url = 3\n"
        'extra-index-urls = ["file:///here", "../simple", "https://", 5, "https://%FF@u.test/",'
        ' "https://:%FF@v.test/"]\n'
        "[pypi-dependencies]\na = { index = 3 }\n[feature]\nf = 3\n"
    )
    assert indexes("no url", "https://good.test/simple/") == (
        IndexUrl("https://good.test/simple/", None, ADDED),
    )


def test_the_samples_lie_on_no_machine() -> None:
    (one,) = find_indexes(None, PixiConfig(), added=("https://a.test",))
    assert one.url == "https://a.test/"


def test_a_user_name_is_written_into_a_url() -> None:
    index = parse_index("https://a%40b@h.test/simple")
    assert index is not None
    assert index.username == "a@b"
    assert index.shown == "https://a%40b@h.test/simple"
    assert index.with_username("x/y") == "https://x%2Fy@h.test/simple"
    assert parse_index("file:///simple") is None
