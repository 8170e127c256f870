from __future__ import annotations

import pytest

from authui.model.credential import Credential
from authui.model.lookup import LookupResult
from authui.model.secret import DOTS
from authui.services.buckets import signed_host
from authui.stores.pixi_config import PixiConfig, S3Bucket
from tests.services.test_lookup import BEARER, CANARY, S3, ask, memory


def bucket(endpoint: str, *, path_style: bool = False) -> S3Bucket:
    return S3Bucket(endpoint, "eu-central-1", force_path_style=path_style, origin="/config.toml")


def asked(
    stored: dict[str, Credential], buckets: dict[str, S3Bucket] | None = None
) -> LookupResult:
    pixi = PixiConfig(s3_buckets=buckets or {})
    return ask("s3://bucket/c", memory("file", stored), client="pixi", pixi=pixi)


@pytest.mark.parametrize("host", ["bucket", "s3://bucket", "s3://bucket/c"])
def test_a_stored_credential_is_not_used_without_options(host: str) -> None:
    result = asked({host: S3})
    assert (result.match, result.steps) == (None, ())
    (note,) = result.notes
    assert note.startswith(f"{host} from the credentials file (S3 credentials) is not used")
    assert "below [s3-options.bucket]" in note
    assert not asked({"other": S3}).notes


def test_options_name_where_the_bucket_is() -> None:
    result = asked({"bucket": S3}, {"bucket": bucket(f"https://u:{CANARY}@s3.test/")})
    assert result.match is not None
    (note,) = result.notes
    assert f"https://{DOTS}@s3.test/" in note
    assert "region eu-central-1" in note
    assert "/config.toml" in note


@pytest.mark.parametrize(
    ("host", "path_style", "breaks"),
    [
        ("s3.test", True, True),
        ("s3.test", False, False),
        ("*.s3.test", True, True),
        ("*.s3.test", False, True),
        ("bucket.s3.test", False, True),
        ("bucket.s3.test", True, False),
    ],
)
def test_what_is_stored_for_the_endpoint_breaks_the_signed_request(
    host: str, path_style: bool, breaks: bool
) -> None:
    options = {"bucket": bucket("https://s3.test", path_style=path_style)}
    notes = asked({"bucket": S3, host: BEARER}, options).notes
    assert any("signed already" in note for note in notes) is breaks
    assert len(asked({"bucket": S3, host: S3}, options).notes) == 1


@pytest.mark.parametrize(
    ("name", "endpoint", "host"),
    [
        ("bucket", "http://s3.test:9000/base", "bucket.s3.test"),
        ("bu.cket", "http://s3.test", "s3.test"),
        ("MyBucket", "http://s3.test", "s3.test"),
        ("bucket", "http://192.0.2.1", "192.0.2.1"),
        ("bucket", "http://[::1]:9", "[::1]"),
        ("bucket", "oci://s3.test", None),
        ("bucket", "no url", None),
    ],
)
def test_where_the_name_of_the_bucket_goes(name: str, endpoint: str, host: str | None) -> None:
    url = signed_host(name, bucket(endpoint))
    assert (None if url is None else url.host) == host


def test_every_mirror_is_named() -> None:
    mirrors = {
        "https://h.test/": (
            f"https://u:{CANARY}@m.test/",
            "https://n.test/x/",
            f"https://o.test/t/{CANARY}/",
        )
    }
    result = ask(
        "https://h.test/c", memory("file"), client="pixi", pixi=PixiConfig(mirrors=mirrors)
    )
    (note,) = result.notes
    assert note == (
        f"pixi's [mirrors] send this request for https://h.test/c to https://{DOTS}@m.test/c; if "
        f"that fails, to 2 other mirrors: https://n.test/x/c, then https://o.test/t/{DOTS}/c"
    )
