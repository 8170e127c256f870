"""What may stand in a pixi configuration file.

pixi skips a file in which any key that it knows has a wrong type, so all of them are checked, not
only those that concern credentials. Unknown keys are allowed. Source: pixi, `pixi_config::Config`;
rattler_config, module `config`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from authui.stores.environment import Environment


class SchemaError(Exception):
    """A value that pixi does not accept. The text names keys that pixi knows, never a value."""

    def __init__(self, problem: str, *keys: str) -> None:
        super().__init__(f"{'.'.join(keys)} {problem}".lstrip())
        self.problem = problem
        self.keys = keys


Check: TypeAlias = Callable[[Any], Any]
"""Gives the value in its normal form, or raises `SchemaError`."""


def check_config(document: Mapping[str, Any], environment: Environment) -> dict[str, Any]:
    """The known keys of a configuration, in their kebab-case spelling, URLs in their normal form.

    `environment` says what an absolute path is and where `~` is. Raises `SchemaError`.
    """
    known: dict[str, Any] = _CONFIG(document)
    detached = known.get("detached-environments")
    paths = {f"cache.{k}": v for k, v in known.get("cache", {}).items() if k != "netfs-redirect"}
    if isinstance(detached, str):
        paths["detached-environments"] = detached
    for name, path in paths.items():
        in_home = path == "~" or path.startswith("~/")
        if not (environment.home() is not None if in_home else environment.is_absolute(path)):
            raise SchemaError("is not an absolute path", name)
    return known


def check_s3_options(value: object) -> dict[str, Any]:
    """The buckets of an `s3-options` table. Raises `SchemaError`."""
    buckets: dict[str, Any] = _S3_OPTIONS(value)
    return buckets


def _typed(kind: type, name: str) -> Check:
    def check(value: Any) -> Any:
        # In Python a bool is an int.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise SchemaError(f"is not {name}")
        return value

    return check


_text = _typed(str, "a text")
_flag = _typed(bool, "true or false")
_whole = _typed(int, "a whole number")


def _count(value: Any) -> Any:
    if _whole(value) < 0:
        raise SchemaError("is negative")
    return value


def _choice(*names: str) -> Check:
    def check(value: Any) -> Any:
        if _text(value) not in names:
            raise SchemaError(f"is none of {', '.join(names)}")
        return value

    return check


def _url(value: Any) -> str:
    from authui.model.errors import BadUrl
    from authui.model.url import parse_url

    try:
        return parse_url(_text(value)).text
    except BadUrl:
        raise SchemaError("is no URL") from None


def _channel(value: Any) -> Any:
    """A channel is a name or a path, but what begins like a URL must be one."""
    scheme, colon, _ = _text(value).partition("://")
    looks_like_url = len(scheme.encode()) <= 11 and scheme[:1].isalpha() and scheme.isalnum()
    return _url(value) if colon and looks_like_url else value


def _package_format(value: Any) -> Any:
    archive, _, rest = _text(value).partition(":")
    level = rest.partition(":")[0] if ":" in value else "default"
    limits = {"tarbz2": range(1, 10), "conda": range(-7, 23)}.get(
        "".join(c for c in archive if c.isalnum()).lower()
    )
    if limits is None:
        raise SchemaError("names an unknown package format")
    if level not in ("max", "highest", "default", "normal", "fast", "lowest", "min"):
        digits = level.removeprefix("-") if level[:1] == "-" else level.removeprefix("+")
        if not (digits.isascii() and digits.isdigit() and int(level) in limits):
            raise SchemaError("has an unknown compression level")
    return value


def _list(item: Check) -> Check:
    def check(value: Any) -> Any:
        if not isinstance(value, list):
            raise SchemaError("is not a list")
        return [item(each) for each in value]

    return check


def _table(key: Check, item: Check) -> Check:
    def check(value: Any) -> Any:
        if not isinstance(value, dict):
            raise SchemaError("is not a table")
        return {key(name): item(each) for name, each in value.items()}

    return check


def _either(first: Check, second: Check) -> Check:
    def check(value: Any) -> Any:
        try:
            return first(value)
        except SchemaError:
            return second(value)

    return check


def _struct(
    fields: Mapping[str, Check], *, aliases: tuple[str, ...] = (), required: bool = False
) -> Check:
    """A table of known keys.

    `aliases` also have a spelling with `_`. A list gives the values in the order of the fields,
    which serde accepts too.
    """
    spellings = {name: name for name in fields} | {a.replace("-", "_"): a for a in aliases}

    def check(value: Any) -> Any:
        if isinstance(value, list):
            value = dict(zip(fields, value, strict=False))
        if not isinstance(value, dict):
            raise SchemaError("is not a table")
        known: dict[str, Any] = {}
        for spelling, each in value.items():
            name = spellings.get(spelling)
            if name is None:
                continue
            if name in known:
                raise SchemaError("is given in two spellings", name)
            known[name] = _inside(name, fields[name], each)
        missing = [name for name in fields if required and name not in known]
        if missing:
            raise SchemaError("is missing", missing[0])
        return known

    return check


def _inside(name: str, check: Check, value: Any) -> Any:
    try:
        return check(value)
    except SchemaError as error:
        raise SchemaError(error.problem, name, *error.keys) from None


_CHANNEL_REPODATA = {"disable-bzip2": _flag, "disable-zstd": _flag, "disable-sharded": _flag}


def _repodata(value: Any) -> Any:
    if not isinstance(value, dict):
        raise SchemaError("is not a table")
    for name, each in value.items():
        option = name.replace("_", "-")
        if option in _CHANNEL_REPODATA:
            _inside(option, _CHANNEL_REPODATA[option], each)
            continue
        try:
            _url(name)
        except SchemaError:
            continue
        _struct(_CHANNEL_REPODATA, aliases=("disable-bzip2", "disable-zstd"))(each)
    return value


_S3_OPTIONS = _table(
    _text,
    _struct({"endpoint-url": _url, "region": _text, "force-path-style": _flag}, required=True),
)

_CACHE = (
    "root",
    "conda-packages",
    "repodata",
    "pypi-wheels",
    "pypi-mapping",
    "exec-environments",
    "build-tool-environments",
    "detached-environments",
)

_PYPI = {
    "index-url": _url,
    "extra-index-urls": _list(_url),
    "keyring-provider": _choice("disabled", "subprocess"),
    "allow-insecure-host": _list(_text),
}

_SHELL = {"force-activate": _flag, "source-completion-scripts": _flag, "change-ps1": _flag}

_CONFIG = _struct(
    {
        "default-channels": _list(_channel),
        "authentication-override-file": _text,
        "tls-no-verify": _flag,
        "tls-root-certs": _choice("webpki", "system", "native", "all"),
        "offline": _flag,
        "mirrors": _table(_url, _list(_url)),
        "pinning-strategy": _choice(
            "semver", "minor", "major", "latest-up", "exact-version", "no-pin"
        ),
        "repodata-config": _repodata,
        "pypi-config": _struct(_PYPI),
        "s3-options": _S3_OPTIONS,
        "detached-environments": _either(_flag, _text),
        "shell": _struct(_SHELL),
        "experimental": _struct({"use-environment-activation-cache": _flag}),
        "concurrency": _struct({"solves": _count, "downloads": _count}),
        "run-post-link-scripts": _choice("insecure", "false"),
        "allow-symbolic-links": _flag,
        "allow-hard-links": _flag,
        "allow-ref-links": _flag,
        "proxy-config": _struct({"https": _url, "http": _url, "non-proxy-hosts": _list(_text)}),
        "build": _struct({"package-format": _package_format}),
        "tool-platform": _text,
        "cache": _struct(
            dict.fromkeys(_CACHE, _text) | {"netfs-redirect": _choice("auto", "always", "never")}
        ),
        "change-ps1": _flag,
        "force-activate": _flag,
    },
    aliases=(
        "default-channels",
        "authentication-override-file",
        "tls-no-verify",
        "repodata-config",
        "change-ps1",
    ),
)
