from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from authui.model.errors import StoreState
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig, load

SECRET = "c4nary-s3cret"


@pytest.fixture
def home(own_home: Path) -> Path:
    return own_home


def put(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def override(path: str) -> str:
    return f'authentication-override-file = "{path}"\n'


def user_file(home: Path) -> Path:
    return home / ".config" / "pixi" / "config.toml"


def pixi_file(home: Path) -> Path:
    return home / ".pixi" / "config.toml"


def loaded(**variables: str) -> PixiConfig:
    current = Environment.current()
    return load(replace(current, variables=dict(current.variables) | variables))


def paths(platform: str, **variables: str) -> list[str]:
    return [file.path for file in load(Environment(variables, None, platform)).files]


class TestLayers:
    def test_linux(self) -> None:
        assert paths("linux", HOME="/h") == [
            "/etc/pixi/config.toml",
            "/h/.config/pixi/config.toml",
            "/h/.pixi/config.toml",
        ]

    def test_linux_with_its_variables(self) -> None:
        assert paths("linux", HOME="/h", XDG_CONFIG_HOME="/x", PIXI_HOME="/p") == [
            "/etc/pixi/config.toml",
            "/x/pixi/config.toml",
            "/p/config.toml",
        ]

    def test_an_empty_pixi_home_is_the_current_directory(self, home: Path) -> None:
        assert loaded(PIXI_HOME="").files[2].path == str(home / "config.toml")

    def test_macos(self) -> None:
        support = "/h/Library/Application Support/pixi/config.toml"
        assert paths("darwin", HOME="/h") == [
            "/etc/pixi/config.toml",
            support,
            "/h/.pixi/config.toml",
        ]
        assert paths("darwin", HOME="/h", XDG_CONFIG_HOME="relative") == [
            "/etc/pixi/config.toml",
            "relative/pixi/config.toml",
            support,
            "/h/.pixi/config.toml",
        ]

    def test_windows(self) -> None:
        assert paths("win32", USERPROFILE="C:\\Users\\x", APPDATA="C:\\Roaming") == [
            "C:\\ProgramData\\pixi\\config.toml",
            "C:\\Roaming\\pixi\\config.toml",
            "C:\\Users\\x\\.pixi\\config.toml",
        ]

    def test_the_later_layer_wins(self, home: Path, tmp_path: Path) -> None:
        put(user_file(home), override("/user.json"))
        assert loaded().override_file == "/user.json"
        assert loaded().override_origin == str(user_file(home))
        put(pixi_file(home), override("/pixi.json"))
        assert loaded().override_file == "/pixi.json"
        work = tmp_path / "work"
        put(work / "pixi.toml", "[workspace]\n")
        local = put(work / ".pixi" / "config.toml", override("/local.json"))
        os.chdir(work)
        assert (loaded().override_file, loaded().override_origin) == ("/local.json", str(local))

    def test_a_home_that_is_a_workspace_is_told_once(self, home: Path) -> None:
        put(home / "pixi.toml", "[workspace]\n")
        put(pixi_file(home), "x")
        assert [file.state.value for file in loaded().files[2:]] == ["corrupt", "corrupt"]
        assert len(loaded().notes) == 1

    def test_a_layer_without_the_key_keeps_the_earlier_value(self, home: Path) -> None:
        put(user_file(home), override("/user.json"))
        put(pixi_file(home), "offline = false\n")
        assert loaded().override_file == "/user.json"

    def test_nothing_here(self, home: Path) -> None:
        found = loaded()
        assert {file.state for file in found.files} == {StoreState.ABSENT}
        assert found == PixiConfig(files=found.files)

    def test_no_config_leaves_the_workspace(self, home: Path, tmp_path: Path) -> None:
        put(user_file(home), override("/user.json"))
        work = tmp_path / "work"
        put(work / "pixi.toml", "[workspace]\n")
        put(work / ".pixi" / "config.toml", override("/local.json"))
        os.chdir(work)
        for value, count in {"1": 1, "Yes": 1, "on": 1, "0": 4, "FALSE": 4}.items():
            found = loaded(PIXI_NO_CONFIG=value)
            assert len(found.files) == count
            assert (found.override_file, found.notes) == ("/local.json", ())

    def test_a_config_file_replaces_the_global_ones(self, home: Path, tmp_path: Path) -> None:
        put(user_file(home), override("/user.json"))
        only = put(tmp_path / "only.toml", override("/only.json"))
        found = loaded(PIXI_CONFIG_FILE=str(only))
        assert [file.path for file in found.files] == [str(only)]
        assert found.override_file == "/only.json"

    def test_a_missing_config_file_is_told(self, home: Path) -> None:
        found = loaded(PIXI_CONFIG_FILE="nowhere.toml")
        assert found.files[0].path == str(home / "nowhere.toml")
        assert "PIXI_CONFIG_FILE names a file that does not exist" in found.notes[0]

    @pytest.mark.parametrize(
        "variables",
        [
            {"PIXI_NO_CONFIG": "0", "PIXI_CONFIG_FILE": "/x"},
            {"PIXI_NO_CONFIG": ""},
            {"PIXI_NO_CONFIG": "maybe"},
            {"PIXI_CONFIG_FILE": ""},
        ],
    )
    def test_what_pixi_does_not_start_with(self, variables: dict[str, str]) -> None:
        assert any("pixi refuses to start" in note for note in loaded(**variables).notes)

    def test_a_deleted_current_directory(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(user_file(home), override("/user.json"))
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        assert loaded().override_file == "/user.json"


class TestKeys:
    def test_the_older_spelling(self, home: Path) -> None:
        put(pixi_file(home), 'authentication_override_file = "a.json"')
        assert loaded().override_file == "a.json"

    def test_mirrors_are_merged_by_key(self, home: Path) -> None:
        put(
            user_file(home),
            '[mirrors]\n"https://A.test" = ["https://m/1"]\n"https://b.test/x" = []',
        )
        put(pixi_file(home), '[mirrors]\n"https://a.test/" = ["https://m/2", "oci://m/3"]')
        assert loaded().mirrors == {
            "https://a.test/": ("https://m/2", "oci://m/3"),
            "https://b.test/x": (),
        }

    def test_s3_buckets_are_merged_by_name(self, home: Path) -> None:
        options = '{endpoint-url = "https://s3.test", region = "%s", force-path-style = true}'
        put(user_file(home), f"[s3-options]\none = {options % 'r1'}\ntwo = {options % 'r2'}")
        put(pixi_file(home), f"[s3-options]\ntwo = {options % 'r3'}")
        buckets = loaded().s3_buckets
        assert {name: bucket.region for name, bucket in buckets.items()} == {
            "one": "r1",
            "two": "r3",
        }
        assert buckets["one"].endpoint_url == "https://s3.test/"
        assert buckets["one"].origin == str(user_file(home))

    def test_the_manifest_has_buckets_too_and_wins(self, home: Path) -> None:
        options = 'endpoint-url = "https://s3.test"\nregion = "%s"\nforce-path-style = false\n'
        put(user_file(home), "[s3-options.one]\n" + options % "config")
        for name, table in (("pixi.toml", ""), ("pyproject.toml", "tool.pixi.")):
            manifest = put(
                home / name,
                f"[{table}workspace]\n[{table}workspace.s3-options.one]\n" + options % "w",
            )
            bucket = loaded().s3_buckets["one"]
            assert (bucket.region, bucket.origin) == ("w", str(manifest))
            manifest.unlink()

    def test_the_keyring_provider(self, home: Path) -> None:
        assert loaded().keyring_provider == "disabled"
        put(user_file(home), '[pypi-config]\nkeyring-provider = "subprocess"')
        put(pixi_file(home), "[pypi-config]\nextra-index-urls = []")
        assert loaded().keyring_provider == "subprocess"
        assert loaded().keyring_origin == str(user_file(home))

    def test_offline(self, home: Path) -> None:
        assert not loaded().offline
        put(user_file(home), "offline = true\n")
        assert loaded().offline
        put(pixi_file(home), "offline = false\n")
        assert not loaded().offline

    def test_what_may_hold_secrets_is_not_in_the_repr(self, home: Path) -> None:
        put(
            pixi_file(home),
            f'[mirrors]\n"https://u:{SECRET}@a" = ["https://u:{SECRET}@b"]\n[s3-options.b]\n'
            f'endpoint-url = "https://u:{SECRET}@e"\nregion = ""\nforce-path-style = true',
        )
        assert loaded().mirrors
        assert SECRET not in repr(loaded())


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "not TOML": (f'a = "{SECRET}', "it is not TOML (line 2, column "),
    "two spellings": (
        f'authentication-override-file = "{SECRET}"\nauthentication_override_file = "b"',
        "authentication-override-file is given in two spellings",
    ),
    "a number": ("authentication-override-file = 1", "authentication-override-file is not a text"),
    "mirror is no list": (f'mirrors."https://{SECRET}" = "x"', "mirrors is not a list"),
    "mirror is no URL": (f'mirrors."https://a" = ["{SECRET}"]', "mirrors is no URL"),
    "mirrored is no URL": (f'mirrors."{SECRET}" = []', "mirrors is no URL"),
    "half a bucket": (
        f's3-options.{SECRET} = {{endpoint-url = "https://e", region = "r"}}',
        "s3-options.force-path-style is missing",
    ),
    "unknown provider": (
        f'pypi-config.keyring-provider = "{SECRET}"',
        "pypi-config.keyring-provider is none of disabled, subprocess",
    ),
    "elsewhere": ('shell.change-ps1 = "yes"', "shell.change-ps1 is not true or false"),
    "negative": ("concurrency.solves = -1", "concurrency.solves is negative"),
    "relative cache": ('cache.root = "x"', "cache.root is not an absolute path"),
    "detached": ('detached-environments = "x"', "detached-environments is not an absolute path"),
    "package format": ('build.package-format = "conda:99"', "build.package-format has an unknown"),
    "channel": ('default-channels = ["https://"]', "default-channels is no URL"),
    "too large": ("unknown = 9223372036854775808", "it is not TOML"),
    "infinite": ("unknown = 1e999", "it is not TOML"),
    "too deep": ("unknown = " + "[" * 2000 + "]" * 2000, "it is not TOML"),
    "encoding": (b"a = '\xff'", "it is not UTF-8"),
}


class TestSkipped:
    @pytest.mark.parametrize("name", BROKEN)
    def test_one_bad_key_skips_the_whole_file(self, home: Path, name: str) -> None:
        put(user_file(home), override("/user.json"))
        bad, detail = BROKEN[name]
        if isinstance(bad, str) and "override" not in bad:
            bad = override("/pixi.json") + bad
        put(pixi_file(home), bad)
        found = loaded()
        assert found.override_file == "/user.json"
        assert found.files[2].state is StoreState.CORRUPT
        assert detail in (found.files[2].detail or "")
        assert found.notes == (f"pixi skips {pixi_file(home)} as a whole: {found.files[2].detail}",)
        assert SECRET not in repr(found)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "unknown = 1\n[unknown-table]\nx = 1979-05-27",
            "\ufeffoffline = true",
            'mirrors = {\n  "https://a" = [],  # TOML 1.1\n}\nunknown = "\\e\\x41"\nat = 07:32',
            'cache.root = "~/c"\ndetached-environments = "~"',
            "detached-environments = true",
            'build.package-format = ".tar.bz2:9"',
            "concurrency = [1, 2]",
            "repodata-config.unknown = 1",
            'default-channels = ["conda-forge", "./local", "https://c.test"]',
        ],
    )
    def test_what_pixi_accepts(self, home: Path, text: str) -> None:
        put(pixi_file(home), text)
        assert loaded().files[2].state is StoreState.OK
        assert loaded().notes == ()

    def test_a_directory_is_skipped(self, home: Path) -> None:
        pixi_file(home).mkdir(parents=True)
        assert loaded().files[2].state is StoreState.UNREADABLE
        assert f"pixi skips {pixi_file(home)} as a whole" in loaded().notes[0]

    def test_a_pipe_does_not_hang(self, home: Path) -> None:
        pixi_file(home).parent.mkdir()
        os.mkfifo(pixi_file(home))
        assert loaded().files[2].state is StoreState.UNREADABLE

    def test_below_a_file_is_missing(self, home: Path) -> None:
        put(home / ".pixi", "")
        assert loaded().files[2].state is StoreState.ABSENT

    def test_paths_are_harmless_in_notes(self, home: Path) -> None:
        put(home / "a\x1b[2J", "x")
        assert "\x1b" not in loaded(PIXI_CONFIG_FILE="a\x1b[2J").notes[0]


class TestWorkspace:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("pixi.toml", "[workspace]"),
            ("pixi.toml", "[project]\nname = 'x'"),
            ("mojoproject.toml", "[workspace]"),
            ("pyproject.toml", "[tool.pixi.workspace]"),
            ("pyproject.toml", "[tool.pixi.project]"),
            ("pyproject.toml", "[tool]\npixi.workspace.name = 'x'"),
        ],
    )
    def test_found_upward(self, home: Path, name: str, text: str) -> None:
        put(home / name, text)
        below = home / "a" / "b"
        below.mkdir(parents=True)
        os.chdir(below)
        assert loaded().workspace == str(home)
        assert loaded().files[-1].path == str(home / ".pixi" / "config.toml")

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("pixi.toml", "[package]\nname = 'x'"),
            ("pyproject.toml", "[project]\nname = 'x'"),
            ("pyproject.toml", "[tool.pixi.package]"),
            ("package.toml", "[workspace]"),
        ],
    )
    def test_a_manifest_without_a_workspace_is_passed_by(
        self, home: Path, name: str, text: str
    ) -> None:
        below = home / "below"
        put(below / name, text)
        os.chdir(below)
        assert loaded().workspace is None
        put(home / "pixi.toml", "[workspace]")
        assert loaded().workspace == str(home)

    def test_pixi_toml_hides_pyproject_in_one_folder(self, home: Path) -> None:
        put(home / "pixi.toml", "[package]")
        put(home / "pyproject.toml", "[tool.pixi.workspace]")
        assert loaded().workspace is None

    @pytest.mark.parametrize(
        ("name", "text", "why"),
        [
            ("pixi.toml", "", "it has no [workspace] table"),
            ("pixi.toml", "[workspace]\nx = ", "it is not TOML (line 2, column "),
            ("pyproject.toml", "[tool.pixi.feature.x]", "it has no [tool.pixi.workspace] table"),
            ("pyproject.toml", "x", "it is not TOML (line 1, column "),
            ("pixi.toml", "[workspace]\ns3-options.b = 1", "workspace.s3-options: is not a table"),
            ("pixi.toml", b"[workspace]\n#\xff", "it is not UTF-8"),
        ],
    )
    def test_what_pixi_stops_at(self, home: Path, name: str, text: str | bytes, why: str) -> None:
        manifest = put(home / name, text)
        found = loaded()
        assert found.workspace is None
        assert found.notes[0].startswith(f"pixi stops at {manifest}: {why}")

    def test_the_root_is_real_but_the_manifest_may_be_a_link(
        self, home: Path, tmp_path: Path
    ) -> None:
        real = tmp_path / "real"
        put(tmp_path / "elsewhere" / "pixi.toml", "[workspace]")
        real.mkdir()
        (real / "pixi.toml").symlink_to(tmp_path / "elsewhere" / "pixi.toml")
        (home / "link").symlink_to(real)
        os.chdir(home / "link")
        assert loaded().workspace == str(real)

    def test_the_variable_counts_where_nothing_is_found(self, home: Path, tmp_path: Path) -> None:
        manifest = put(tmp_path / "w" / "pixi.toml", "[workspace]")
        assert loaded(PIXI_PROJECT_MANIFEST=str(manifest)).workspace == str(tmp_path / "w")
        put(home / "pixi.toml", "[workspace]")
        assert loaded(PIXI_PROJECT_MANIFEST=str(manifest)).workspace == str(home)

    @pytest.mark.parametrize("path", ["", "nowhere/pixi.toml", "config.toml", "package/pixi.toml"])
    def test_a_variable_that_pixi_stops_at(self, home: Path, path: str) -> None:
        put(home / "package" / "pixi.toml", "[package]")
        found = loaded(PIXI_PROJECT_MANIFEST=path)
        assert found.workspace is None
        assert "pixi stops at" in found.notes[0]


def test_toml_is_loaded_only_for_a_file(home: Path) -> None:
    program = (
        "import sys; from authui.stores.environment import Environment; "
        "from authui.stores.discover import discover; "
        "discover(Environment.current(), 'pixi'); "
        "print([name for name in ('tomllib', 'ada_url', 'jeepney') if name in sys.modules])"
    )
    for expected in ("[]", "['tomllib']"):
        run = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == expected
        put(pixi_file(home), "offline = false")
