"""macOS' Security framework as far as authui calls it, for systems that are no Mac.

A fake: nothing of it is Apple's. It stands at the C boundary. Each function is a C function pointer
made by ctypes from a declaration of its own, after Apple's headers, and takes and fills C memory;
authui's room calls it by its address as it calls the real one. What the functions do, and from
where that is known ("Sec" is the source of Apple's Security, release 61901):

 1. SecKeychainCopyDomainDefault gives the user's default keychain, or -25307 where there is none
    (Sec StorageManager.cpp, defaultKeychain).
 2. SecKeychainGetStatus: bit 1 unlocked, 2 readable, 4 writable; a locked one is readable
    (Sec Keychains.cpp, KeychainImpl::status).
 3. SecKeychainGetPath fills a buffer, sets the length without the NUL; -25301 if it is too small
    (Sec SecKeychain.cpp).
 4. A search and SecKeychainFindGenericPassword compare the attributes given, byte for byte, and
    take an empty one as any; the end of a search is -25300 (Sec SecKeychain.cpp, KCCursor.cpp;
    apple-native-keyring-store refuses empty names for this).
 5. Neither they nor reading attributes without data ask for a credential, so no window opens
    (Sec KCCursor.cpp next, Item.cpp getContent). That this holds for a locked keychain: ASSUMED,
    from `security dump-keychain`, which lists attributes of a locked one.
 6. Reading data: a program in the item's list of trusted programs and in its partition list gets it
    (Sec securityd acls.cpp validate, validatePartition).
 7. Another program: macOS asks. Allow gives it once, Always Allow adds the program to both lists
    (Sec acl_keychain.cpp validates). Deny is -128 (Sec agentquery.cpp checkResult, SecBase.cpp).
 8. With SecKeychainSetUserInteractionAllowed(false), which counts for the whole process, no window
    opens and the program is denied: -25293 (Sec Globals.cpp itemCredentials, objectacl.cpp
    validate, SecBase.cpp); on macOS 26 -25293 and -25308 were seen (quotio pull request 521).
 9. In a session without a screen asking gives -25308 (Sec agentquery.cpp).
10. Reading data of a locked keychain first asks for its password (Sec kcdatabase.cpp
    makeUnlocked); without a window -25308. ASSUMED: the code of the second case.
11. SecKeychainAddGenericPassword gives an item the service as its label (Sec SecKeychain.cpp) and
    trusts the program that made it (Sec Access.cpp makeStandard); -25299 where one with the same
    account and service stands (Sec Item.cpp add).
12. SecKeychainItemModifyAttributesAndData keeps attributes and the trusted programs, sets the
    modification date, starts the partition list anew with the program that changed it, and opens no
    window whoever made the item (Sec Item.cpp update, updateSSGroup: it deletes the old record and
    encrypts with a new key of its own; Access.cpp: anyone may encrypt; localkey.cpp setOwner).
13. SecKeychainItemDelete opens no window (Sec Keychains.cpp deleteItem: no credentials).
14. What changes an item needs an unlocked keychain: asks for its password. ASSUMED for deleting.
15. Dates are 16 bytes, "20261124130000Z" and a NUL, in whole seconds (Sec Item.cpp setAttribute).
16. SecKeychainUnlock opens a window for the password; closed -128, wrong password -25293
    (Sec agentquery.cpp; keychain guides). ASSUMED: the second.
17. An item whose attributes do not fit their digest hands out nothing: -25304 (Sec Item.cpp
    getContent, checkIntegrity).
18. Who gets a reference releases it; attributes and data are freed with their own function
    (SecKeychainItem.h). The fake counts both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    addressof,
    c_char,
    c_char_p,
    c_int,
    c_long,
    c_size_t,
    c_ubyte,
    c_uint,
    c_void_p,
    cast,
    memmove,
    memset,
    pointer,
    string_at,
)
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Event
from typing import Any, ClassVar

PATH = "/Users/me/Library/Keychains/login.keychain-db"
OURS, PIXI = "python", "pixi"
_P = POINTER(c_void_p)
_N = POINTER(c_uint)


class _Attr(Structure):
    _fields_: ClassVar = [("tag", c_uint), ("length", c_uint), ("data", c_size_t)]


class _Attrs(Structure):
    _fields_: ClassVar = [("count", c_uint), ("attr", POINTER(_Attr))]


class _Info(Structure):
    _fields_: ClassVar = [("count", c_uint), ("tag", _N), ("format", _N)]


class Press(Enum):
    """What the person does in a window."""

    ALLOW = auto()
    ALWAYS = auto()
    DENY = auto()
    NOTHING = auto()


@dataclass
class Item:
    """One generic password. `trusted` and `partition` are names of programs.

    `is_broken` is one that another program tampered with in the keychain's file.
    """

    data: bytes
    created: str
    modified: str
    trusted: set[str]
    partition: set[str]
    label: bytes
    is_broken: bool = False


@dataclass
class FakeSecurity:
    """One Mac. `program` is the one that calls now; `now` is in seconds since 1970.

    `windows` are the windows that were opened, each with what it was about; `presses` what the
    person does in the next ones, after which they press Allow. `failing` gives functions a status
    to give instead of doing anything, `before` has something happen right before a function,
    `meanwhile` while the next window is open, and `frozen` functions return once `thawed` is set.
    """

    program: str = OURS
    now: float = 1_790_000_000.0
    items: dict[tuple[bytes, bytes], Item] = field(default_factory=dict)
    has_default: bool = True
    is_locked: bool = False
    has_screen: bool = True
    may_ask: bool = True
    windows: list[str] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    failing: dict[str, int] = field(default_factory=dict)
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    meanwhile: Callable[[], object] | None = None
    frozen: set[str] = field(default_factory=set)
    thawed: Event = field(default_factory=Event)
    called: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._next = 0x1000
        self.references: dict[int, Any] = {}
        self.memory: dict[int, Any] = {}
        self._functions = {name: make(self) for name, make in _MAKERS.items()}

    def find(self, name: str) -> int:
        return cast(self._functions[name], c_void_p).value or 0

    def put(
        self,
        account: bytes | str,
        data: bytes | str,
        *,
        by: str = PIXI,
        service: bytes = b"rattler",
    ) -> Item:
        """Have another program store something, an hour ago."""
        name = account.encode() if isinstance(account, str) else account
        content = data.encode() if isinstance(data, str) else data
        item = Item(content, self.date(-3600), self.date(-3600), {by}, {by}, service)
        self.items[name, service] = item
        return item

    def change(self, account: str, data: str, *, by: str = PIXI) -> None:
        """Have another program change in place what stands there."""
        with self.as_program(by):
            self.modify(self.items[account.encode(), b"rattler"], data.encode())

    def date(self, seconds: float = 0.0) -> str:
        return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(self.now + seconds))

    @contextmanager
    def as_program(self, name: str) -> Iterator[None]:
        before, self.program = self.program, name
        try:
            yield
        finally:
            self.program = before

    def modify(self, item: Item, data: bytes) -> None:
        item.data, item.modified, item.partition = data, self.date(), {self.program}

    def reference(self, thing: Any) -> int:
        self._next += 16
        self.references[self._next] = thing
        return self._next

    def allocate(self, data: bytes) -> int:
        block = (c_char * max(len(data), 1))()
        memmove(block, data, len(data))
        self.memory[addressof(block)] = block
        return addressof(block)

    def free(self, address: int | None) -> None:
        if address:
            block = self.memory.pop(address)
            memset(block, 0xDD, len(block))

    def ask(self, about: str) -> int:
        """Open a window; 0 where the person allows it."""
        if not self.has_screen:
            return -25308
        self.windows.append(about)
        if self.meanwhile is not None:
            self.meanwhile()
            self.meanwhile = None
        press = self.presses.pop(0) if self.presses else Press.ALLOW
        self._pressed = press
        if press is Press.NOTHING:
            self.thawed.wait()
        return -128 if press is Press.DENY else 0

    def opened(self) -> int:
        """Unlock the keychain if it is locked; 0 where it then is open."""
        if not self.is_locked:
            return 0
        if not self.may_ask:
            return -25308
        status = self.ask("password")
        self.is_locked = bool(status)
        return status

    def hand_out(self, account: bytes, item: Item) -> int:
        """Whether the program may have the secret; 0 where it may."""
        if status := self.opened():
            return status
        if item.is_broken:
            return -25304
        if self.program in item.trusted and self.program in item.partition:
            return 0
        if not self.may_ask:
            return -25293
        if status := self.ask(f"secret of {account.decode(errors='replace')}"):
            return status
        if self._pressed is Press.ALWAYS:
            item.trusted.add(self.program)
            item.partition.add(self.program)
        return 0

    def key_of(self, item: Item) -> tuple[bytes, bytes] | None:
        return next((key for key, one in self.items.items() if one is item), None)


_MAKERS: dict[str, Callable[[FakeSecurity], Any]] = {}


def _c(name: str, *types: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The C function of this name: what it gives, then what it takes."""

    def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
        def make(mac: FakeSecurity) -> Any:
            def call(*arguments: Any) -> Any:
                mac.called.append(name)
                if name in mac.before:
                    mac.before.pop(name)()
                if name in mac.frozen:
                    mac.thawed.wait()
                if name in mac.failing:
                    return mac.failing[name]
                return function(mac, *arguments)

            return CFUNCTYPE(*types)(call)

        _MAKERS[name] = make
        return function

    return wrapped


def _bytes(text: bytes | None, length: int) -> bytes:
    return b"" if not text else string_at(text, length)


@_c("CFRelease", None, c_void_p)
def _release(mac: FakeSecurity, reference: int) -> None:
    del mac.references[reference]


@_c("SecCopyErrorMessageString", c_void_p, c_int, c_void_p)
def _message(mac: FakeSecurity, code: int, reserved: None) -> int | None:
    return mac.reference(f"Text of {-code}.") if code != -1 else None


@_c("CFStringGetCString", c_ubyte, c_void_p, POINTER(c_char), c_long, c_uint)
def _c_string(mac: FakeSecurity, text: int, buffer: Any, size: int, encoding: int) -> int:
    data = mac.references[text].encode() + b"\0"
    if encoding != 0x08000100 or len(data) > size:
        return 0
    memmove(buffer, data, len(data))
    return 1


@_c("SecKeychainCopyDomainDefault", c_int, c_int, _P)
def _default(mac: FakeSecurity, domain: int, out: Any) -> int:
    if not mac.has_default or domain != 0:
        return -25307
    out[0] = mac.reference("keychain")
    return 0


@_c("SecKeychainGetPath", c_int, c_void_p, _N, POINTER(c_char))
def _path(mac: FakeSecurity, keychain: int, length: Any, buffer: Any) -> int:
    assert mac.references[keychain] == "keychain"
    data = PATH.encode() + b"\0"
    room, length[0] = length[0], len(data) - 1
    if len(data) > room:
        return -25301
    memmove(buffer, data, len(data))
    return 0


@_c("SecKeychainGetStatus", c_int, c_void_p, _N)
def _status(mac: FakeSecurity, keychain: int, out: Any) -> int:
    out[0] = 2 if mac.is_locked else 7
    return 0


@_c("SecKeychainUnlock", c_int, c_void_p, c_uint, c_void_p, c_ubyte)
def _unlock(mac: FakeSecurity, keychain: int, size: int, password: None, has_one: int) -> int:
    assert not has_one
    return mac.opened()


@_c("SecKeychainGetUserInteractionAllowed", c_int, POINTER(c_ubyte))
def _get_allowed(mac: FakeSecurity, out: Any) -> int:
    out[0] = mac.may_ask
    return 0


@_c("SecKeychainSetUserInteractionAllowed", c_int, c_ubyte)
def _set_allowed(mac: FakeSecurity, state: int) -> int:
    mac.may_ask = bool(state)
    return 0


@_c("SecKeychainSearchCreateFromAttributes", c_int, c_void_p, c_uint, POINTER(_Attrs), _P)
def _search(mac: FakeSecurity, keychain: int, kind: int, wanted: Any, out: Any) -> int:
    assert kind == int.from_bytes(b"genp", "big")
    assert wanted[0].count == 1
    one = wanted[0].attr[0]
    assert one.tag == int.from_bytes(b"svce", "big")
    service = _bytes(one.data, one.length)
    out[0] = mac.reference(iter([i for (_, s), i in mac.items.items() if s == service]))
    return 0


@_c("SecKeychainSearchCopyNext", c_int, c_void_p, _P)
def _next(mac: FakeSecurity, search: int, out: Any) -> int:
    item = next(mac.references[search], None)
    if item is None:
        return -25300
    out[0] = mac.reference(item)
    return 0


@_c("SecKeychainFindGenericPassword", c_int, c_void_p, c_uint, c_char_p, c_uint, c_char_p,
    _N, _P, _P)  # fmt: skip
def _find(mac: FakeSecurity, keychain: int, *rest: Any) -> int:
    service_size, service, size, account, length, data, out = rest
    wanted = _bytes(account, size), _bytes(service, service_size)
    assert not length
    assert not data
    for key, item in mac.items.items():
        if all(not part or part == has for part, has in zip(wanted, key, strict=True)):
            out[0] = mac.reference(item)
            return 0
    return -25300


@_c("SecKeychainItemCopyAttributesAndData", c_int, c_void_p, POINTER(_Info), _N,
    POINTER(POINTER(_Attrs)), _N, _P)  # fmt: skip
def _content(mac: FakeSecurity, reference: int, info: Any, kind: Any, *out: Any) -> int:
    attributes, length, data = out
    item = mac.references[reference]
    key = mac.key_of(item)
    if key is None:
        return -25300
    secret = item.data
    dates = item.created, item.modified
    if data and (status := mac.hand_out(key[0], item)):
        return status
    known = {b"acct": key[0], b"svce": key[1], b"labl": item.label}
    known |= {b"cdat": dates[0].encode() + b"\0", b"mdat": dates[1].encode() + b"\0"}
    tags = [info[0].tag[i] for i in range(info[0].count)]
    values = [known[tag.to_bytes(4, "big")] for tag in tags]
    given = [(t, len(v), mac.allocate(v)) for t, v in zip(tags, values, strict=True)]
    array = (_Attr * len(tags))(*(_Attr(*one) for one in given))
    block = _Attrs(len(tags), array)
    mac.memory[addressof(block)] = (block, array)
    attributes[0] = pointer(block)
    if data:
        data[0], length[0] = (mac.allocate(secret) if secret else None), len(secret)
    return 0


@_c("SecKeychainItemFreeAttributesAndData", c_int, POINTER(_Attrs), c_void_p)
def _free(mac: FakeSecurity, attributes: Any, data: int | None) -> int:
    for i in range(attributes[0].count):
        mac.free(attributes[0].attr[i].data)
    del mac.memory[addressof(attributes[0])]
    mac.free(data)
    return 0


@_c("SecKeychainAddGenericPassword", c_int, c_void_p, c_uint, c_char_p, c_uint, c_char_p, c_uint,
    POINTER(c_char), _P)  # fmt: skip
def _add(mac: FakeSecurity, keychain: int, *rest: Any) -> int:
    service_size, service, size, account, length, data, out = rest
    key = _bytes(account, size), _bytes(service, service_size)
    assert not out
    if status := mac.opened():
        return status
    if key in mac.items:
        return -25299
    me, now = mac.program, mac.date()
    mac.items[key] = Item(string_at(data, length), now, now, {me}, {me}, key[1])
    return 0


@_c("SecKeychainItemModifyAttributesAndData", c_int, c_void_p, POINTER(_Attrs), c_uint,
    POINTER(c_char))  # fmt: skip
def _modify(mac: FakeSecurity, item: int, attributes: Any, length: int, data: Any) -> int:
    assert not attributes
    if status := mac.opened():
        return status
    if mac.key_of(mac.references[item]) is None:
        return -25300
    mac.modify(mac.references[item], string_at(data, length))
    return 0


@_c("SecKeychainItemDelete", c_int, c_void_p)
def _delete(mac: FakeSecurity, item: int) -> int:
    if status := mac.opened():
        return status
    key = mac.key_of(mac.references[item])
    if key is None:
        return -25300
    del mac.items[key]
    return 0
