"""Random TOML documents and configurations, for comparing with rattler's own reader."""

from __future__ import annotations

import random

PIECES = (
    *("x", "=", "{", "}", "[", "]", ",", "\n", "\r\n", " ", "\t", "#c", '"a"', "'b'", '"\\e"'),
    *('"\\x41"', '"""m\n"""', "'''n\n'''", "1", "1.5", "07:32", "07:32:10", "true", "1979-05-27"),
    *("a.b", ".", "[t]", "[[u]]", "y=1", '"', "\\", "z = {a=1,\n b=2,\n}", "1979-05-27T07:32Z"),
    *('"""', "é", "w=[1,\n2,]", "k=", "={", "}\n", "\n", "\n"),
)
SCALARS = (
    *("1", '"s"', "'l'", "07:32", '"\\e"', '"\\x41}"', '"""}\n,"""', "[]", "{}", "true"),
    *("1979-05-27 07:32:00+07:00", "1979-05-27T07:32-07:00"),
)
SPACES = ("", "", " ", "\n", "#c}\n", "\r\n")


def random_toml(rng: random.Random) -> str:
    """Half of them pieces in any order, half nearly right documents with TOML 1.1 in them."""
    if rng.random() < 0.5:
        return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 9)))
    text = "\n".join(f"v{i} = {_value(rng, 0)}" for i in range(rng.randint(1, 3)))
    if rng.random() < 0.3:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(("", ",", "}", "\n", '"', "{")) + text[at + 1 :]
    return text


def _value(rng: random.Random, depth: int) -> str:
    if depth > 3 or rng.random() < 0.4:
        return rng.choice(SCALARS)
    is_list = rng.random() < 0.35
    items = []
    for i in range(rng.randint(0, 3)):
        key = "" if is_list else f"k{i}{rng.choice((' ', ''))}="
        items.append(f"{rng.choice(SPACES)}{key}{_value(rng, depth + 1)}{rng.choice(SPACES)}")
    body = ",".join(items) + rng.choice(("", ",", "")) + rng.choice(SPACES)
    return f"[{body}]" if is_list else f"{{{body}}}"


_BUCKET = '{endpoint-url="https://e",region="r",force-path-style=true}'
VALUES = (
    *("1", "-1", '"a"', '""', "true", "[]", '["a"]', '["https://a/"]', "[1]", "{}", "{a=1}"),
    *('"https://a"', '"webpki"', '"native"', '"all"', '"insecure"', '"tarbz2:9"', '"conda:-7"'),
    *('"conda"', '".tar.bz2:10"', '"conda:+3"', '"tar-bz2:max:x"', '"zip"', "1.5", '"disabled"'),
    *('["http://"]', '["x y://"]', '["a://b c"]', '["./p"]', _BUCKET, "[[]]", "9999"),
    *('["https://xn--a/"]', '["conda://"]', '["1a://["]', '["aé://["]', '"CONDA:fast"'),
)
KEYS = (
    *("default-channels", "default_channels", "authentication-override-file"),
    *("authentication_override_file", "tls-no-verify", "tls_no_verify", "tls-root-certs"),
    *("mirrors", 'mirrors."https://a"', 'mirrors."x"', 'mirrors."https://a/b/"'),
    *("repodata-config", "repodata_config.disable-zstd", "repodata-config.disable_bzip2"),
    *("repodata-config.disable_sharded", 'repodata-config."https://x".disable-zstd'),
    *('repodata-config."https://x".disable_zstd', 'repodata-config."https://x".disable_sharded'),
    *("repodata-config.foo", "proxy-config", "proxy-config.https", "proxy-config.non-proxy-hosts"),
    *("concurrency", "concurrency.solves", "concurrency.downloads", "build", "unknown"),
    *("build.package-format", "build.package_format", "run-post-link-scripts", "unknown.a"),
    *("run_post_link_scripts", "allow-symbolic-links", "allow-hard-links", "s3-options.b"),
    *("s3-options", "s3_options"),
)


def random_config(rng: random.Random) -> str:
    """One to three keys that pixi and py-rattler read alike, with values of every type."""
    count = rng.choice((1, 1, 2, 3))
    return "\n".join(f"{rng.choice(KEYS)} = {rng.choice(VALUES)}" for _ in range(count))
