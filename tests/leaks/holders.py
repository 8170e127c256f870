"""The classes of authui that hold a secret, found by what their annotations say."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import authui
from authui.model.credential import Credential
from authui.model.secret import Secret

FIRST = frozenset({Secret.__name__, "Credential"})
"""What holds a secret, to begin with; `Credential` is a name for several classes."""

assert Credential is not None

ROOT = Path(authui.__file__).parent


def modules(package: str = "") -> Iterator[str]:
    """The names of all modules below a package of authui."""
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(("authui", *(part for part in parts if part != "__init__")))


def holders() -> dict[str, type]:
    """Each class that a secret can be kept in, by its module and name.

    One holds it if an annotation of a field, or of an argument that it is made with, names one
    that does.
    """
    annotated = {(module, cls.name): _names(cls) for module, cls in _classes()}
    holding: set[tuple[str, str]] = set()
    names = set(FIRST)
    while more := {key for key, said in annotated.items() if said & names} - holding:
        holding |= more
        names |= {name for _, name in more}
    return {f"{module}.{name}": _load(module, name) for module, name in sorted(holding)}


def _classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for module in modules():
        if module != "authui.__main__":
            path = ROOT.joinpath(*module.split(".")[1:])
            source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    yield module, node


def _names(cls: ast.ClassDef) -> set[str]:
    said: list[ast.expr] = []
    for node in ast.walk(cls):
        if isinstance(node, ast.AnnAssign):
            said.append(node.annotation)
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            said += [one.annotation for one in arguments if one.annotation is not None]
    return {word for one in said for word in re.findall(r"\w+", ast.unparse(one))}


def _load(module: str, name: str) -> type:
    loaded = importlib.import_module(module)
    found = getattr(loaded, name, None)
    if found is None:  # a class in a class, as Textual's messages are
        inside = [vars(one).get(name) for one in vars(loaded).values() if isinstance(one, type)]
        found = next(one for one in inside if one is not None)
    assert isinstance(found, type)
    return found
