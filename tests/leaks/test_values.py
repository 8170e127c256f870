"""No value that holds a secret shows it, whatever shows the value."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import partial
from typing import Any

import pytest
from textual.dom import DOMNode

from authui.cli.set_command import _New
from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
    S3Credentials,
    UnknownField,
)
from authui.model.entry import Answer, Item, Outcome
from authui.model.errors import AuthuiError, StoreState
from authui.model.fields import _Read
from authui.model.lookup import LookupResult, Request
from authui.model.mending import Mend
from authui.model.pasted import Cleaned
from authui.model.repair import BadEntry, Repair
from authui.model.secret import Secret
from authui.model.wire import WireEntry, decode_text, encode_text
from authui.services.audit.auditing import AuditReport
from authui.services.audit.finding import Finding, Fix, Severity
from authui.services.audit.finding import Hands as AuditHands
from authui.services.audit.repair import Edited, RepairPlan
from authui.services.audit.scene import CredentialsFile
from authui.services.catalog import Listing
from authui.services.change import Change, Place, Removal, Removals, Step
from authui.services.changes import Changes
from authui.services.duplicates import candidates
from authui.services.effects import Effect
from authui.services.lookup import Found
from authui.services.undo import LastChange
from authui.stores.abilities import HeldItem, Misplaced
from authui.stores.base import Stored
from authui.stores.keychain.changing import Hands
from authui.stores.keychain.service import SecretService
from authui.stores.netrc import _Contents
from authui.stores.netrc_grammar import Machine
from authui.stores.patience import Patience
from authui.ui.answered import Answered
from authui.ui.copying import OnClipboard
from authui.ui.screens.changing import Services
from authui.ui.storing import Opened
from authui.ui.widgets.url_tester import UrlTester
from tests.leaks import migration_values, pypi_values
from tests.leaks.canary import CANARY, in_text, shows
from tests.leaks.holders import holders
from tests.support.json_files import store as json_store

SECRET = Secret(CANARY)
UNKNOWN = (UnknownField("new", Secret(f'"{CANARY}"')),)
PLACE = Place("keychain", "a.example")
ITEM = Item("1", "label", "Login", 1, 2, "rattler")
EFFECT = Effect(None, ("It is sent",))

CREDENTIALS: dict[str, Credential] = {
    "BearerToken": BearerToken(SECRET),
    "CondaToken": CondaToken(SECRET),
    "BasicHTTP": BasicHTTP("user", SECRET, UNKNOWN),
    "S3Credentials": S3Credentials("AKIA", SECRET, SECRET, UNKNOWN),
    "OAuth": OAuth(SECRET, "https://id.example", "c", SECRET, 1, None, None, UNKNOWN),
}

STORED = Stored(encode_text(CREDENTIALS["BearerToken"]))
STEP = Step(PLACE, SECRET, STORED)
REMOVAL = Removal(PLACE, "here", AuthuiError("no"), (STEP,))
BAD = BadEntry("a", SECRET, SECRET, "unknown kind", SECRET, (Mend.KIND,), 0)
REPAIR = Repair((("a", SECRET),), (BAD,), damaged=False)
REQUEST = Request(SECRET, "https://a.example", SECRET, "Bearer")
RESULT = LookupResult("https://a.example", None, REQUEST, None, "why", ())


def _last_change() -> LastChange:
    last = LastChange()
    last.remember("the deletion", (STEP,))
    return last


def _on_clipboard() -> OnClipboard:
    held = OnClipboard()
    held._secret = SECRET
    return held


def _mend(secret: Secret, hands: AuditHands) -> tuple[str, ...]:
    del secret, hands
    return ()


FIX = Fix("mend it", ("It is mended",), partial(_mend, SECRET))
FINDING = Finding("A1", Severity.ERROR, "It is broken", "file", "a.example", fix=FIX)


def _changes() -> Changes:
    return Changes.__new__(Changes)


def _credentials_file() -> CredentialsFile:
    store = json_store("/a")
    entries = (WireEntry("a", CREDENTIALS["BasicHTTP"], SECRET),)
    return CredentialsFile(store, store.info, "/a", entries, None)


def _kept(secret: Secret) -> Any:
    return secret


def _service() -> SecretService:
    return SecretService.__new__(SecretService)


VALUES: dict[str, Callable[[], object]] = {
    "authui.cli.set_command._New": lambda: _New("BearerToken", CREDENTIALS["BearerToken"]),
    "authui.model.credential.UnknownField": lambda: UNKNOWN[0],
    **{
        f"authui.model.credential.{kind}": lambda one=one: one  # type: ignore[misc]
        for kind, one in CREDENTIALS.items()
    },
    "authui.model.entry.Answer": lambda: Answer(Outcome.HIT, CREDENTIALS["OAuth"]),
    "authui.model.fields._Read": lambda: _Read(SECRET),
    "authui.model.lookup.LookupResult": lambda: RESULT,
    "authui.model.lookup.Request": lambda: REQUEST,
    "authui.model.pasted.Cleaned": lambda: Cleaned(SECRET),
    "authui.model.repair.BadEntry": lambda: BAD,
    "authui.model.repair.Repair": lambda: REPAIR,
    "authui.model.wire.WireEntry": lambda: WireEntry("a", CREDENTIALS["BasicHTTP"], SECRET),
    "authui.services.audit.auditing.AuditReport": lambda: AuditReport(
        (FINDING,), (FINDING,), Listing((), ())
    ),
    "authui.services.audit.finding.Finding": lambda: FINDING,
    "authui.services.audit.finding.Fix": lambda: FIX,
    "authui.services.audit.finding.Hands": lambda: AuditHands(_changes(), Patience()),
    "authui.services.audit.scene.CredentialsFile": _credentials_file,
    "authui.services.audit.repair.Edited": lambda: Edited(SECRET),
    "authui.services.audit.repair.RepairPlan": lambda: RepairPlan(
        "/a", "/b", REPAIR, json_store("/a"), CANARY.encode()
    ),
    "authui.services.change.Change": lambda: Change(PLACE, "here", True, EFFECT, (), (STEP,)),
    "authui.services.change.Removal": lambda: REMOVAL,
    "authui.services.change.Removals": lambda: Removals("a", (REMOVAL,), EFFECT),
    "authui.services.change.Step": lambda: STEP,
    "authui.services.duplicates.Candidate": lambda: candidates([HeldItem(ITEM, STORED)])[0],
    "authui.services.lookup.Found": lambda: Found((), None, CREDENTIALS["S3Credentials"]),
    "authui.services.undo.LastChange": _last_change,
    "authui.stores.abilities.HeldItem": lambda: HeldItem(ITEM, STORED),
    "authui.stores.abilities.Misplaced": lambda: Misplaced("a", "rattler", STORED),
    "authui.stores.base.Stored": lambda: STORED,
    "authui.stores.keychain.changing.Hands": lambda: Hands(_service(), _service(), Patience()),
    "authui.stores.netrc._Contents": lambda: _Contents(
        StoreState.OK, {"a": Machine("a", 1, "user", SECRET)}
    ),
    "authui.stores.netrc_grammar.Machine": lambda: Machine("a", 1, "user", SECRET),
    **migration_values.VALUES,
    **pypi_values.VALUES,
    "authui.ui.copying.OnClipboard": _on_clipboard,
    "authui.ui.screens.changing.Services": lambda: Services(*[partial(_kept, SECRET)] * 4),
    "authui.ui.storing.Opened": lambda: Opened(PLACE, STORED),
    "authui.ui.widgets.url_tester.Settled": lambda: UrlTester.Settled(Answered(RESULT)),
}
"""A value of each class that shows what it is made of, the canary in it."""


def shows_nothing_of_itself(cls: type) -> bool:
    """Whether its class and address are all that is ever shown of it."""
    own = [getattr(cls, name) is getattr(object, name) for name in ("__repr__", "__str__")]
    return all(own) and not any(hasattr(cls, name) for name in ("__rich_repr__", "__rich__"))


def shows_itself_as_textual_does(cls: type) -> bool:
    """Whether it is a widget that adds nothing to what is shown of each widget."""
    names = ("__repr__", "__str__", "__format__", "__rich_repr__", "__rich__")
    ours = [one for one in cls.__mro__ if one.__module__.startswith("authui.")]
    return issubclass(cls, DOMNode) and not any(n in vars(one) for one in ours for n in names)


def test_every_class_that_holds_a_secret_is_known() -> None:
    unknown = [
        name
        for name, cls in holders().items()
        if name not in VALUES
        and not shows_nothing_of_itself(cls)
        and not shows_itself_as_textual_does(cls)
    ]
    assert unknown == []
    assert len(holders()) > len(VALUES) > 20


@pytest.mark.parametrize("name", VALUES)
def test_no_value_shows_it(name: str) -> None:
    value = VALUES[name]()
    assert type(value) is holders()[name]
    assert shows(value) == []
    assert shows([value]) == shows({"a": (value,)}) == []
    assert not in_text(repr(getattr(value, "__dict__", "")))


def _asdict(value: Any) -> object:
    return dataclasses.asdict(value) if is_dataclass(type(value)) else copy.deepcopy(value)


def _astuple(value: Any) -> object:
    return dataclasses.astuple(value) if is_dataclass(type(value)) else copy.deepcopy(value)


WAYS: dict[str, Callable[[Any], object]] = {
    "json": json.dumps,
    "json of its fields": lambda value: json.dumps(_asdict(value)),
    "pickle": pickle.dumps,
    "pickle 2": lambda value: pickle.dumps(value, protocol=2),
    "deep copy": copy.deepcopy,
    "asdict": _asdict,
    "astuple": _astuple,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", [n for n in VALUES if not n.endswith(("Settled", "Hands"))])
def test_no_value_leaves(name: str, way: str) -> None:
    with pytest.raises(TypeError) as refused:
        WAYS[way](VALUES[name]())
    assert not in_text(str(refused.value))


@pytest.mark.parametrize("name", VALUES)
def test_json_with_a_way_out_shows_nothing(name: str) -> None:
    assert not in_text(json.dumps(VALUES[name](), default=str))
    assert not in_text(json.dumps(VALUES[name](), default=repr))


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_each_kind_really_holds_it(kind: str) -> None:
    """So that the tests above had something to find."""
    text = encode_text(CREDENTIALS[kind])
    assert CANARY in text.reveal()
    assert shows(decode_text(text)) == []


def test_a_secret_in_an_exception_shows_nothing() -> None:
    failure = ValueError("with", SECRET, CREDENTIALS["OAuth"])
    assert shows(failure) == []
