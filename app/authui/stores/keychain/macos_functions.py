"""The functions of macOS' Security framework that are called, as its headers declare them.

Layouts and meanings: Apple's SecBase.h, SecKeychain.h, SecKeychainItem.h and SecKeychainSearch.h,
and CoreFoundation's CFBase.h and CFString.h.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ctypes import (
    CDLL,
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_int32,
    c_long,
    c_ubyte,
    c_uint32,
    c_void_p,
    cast,
)
from typing import Any, ClassVar, Final, TypeAlias

FindFunction: TypeAlias = Callable[[str], int]
"""Gives the address of a C function by its name; raises `OSError` or `AttributeError` for none."""

Functions: TypeAlias = Mapping[str, Any]
"""The functions by their names."""

_FRAMEWORK: Final = "/System/Library/Frameworks/{0}.framework/{0}"


def _code(name: bytes) -> int:
    """A four-character code as the number that the framework takes."""
    return int.from_bytes(name, "big")


GENERIC_PASSWORD: Final = _code(b"genp")
SERVICE: Final = _code(b"svce")
ACCOUNT: Final = _code(b"acct")
CREATED: Final = _code(b"cdat")
MODIFIED: Final = _code(b"mdat")


class Attribute(Structure):
    """SecKeychainAttribute."""

    _fields_: ClassVar = [("tag", c_uint32), ("length", c_uint32), ("data", c_void_p)]


class AttributeList(Structure):
    """SecKeychainAttributeList."""

    _fields_: ClassVar = [("count", c_uint32), ("attr", POINTER(Attribute))]


class AttributeInfo(Structure):
    """SecKeychainAttributeInfo: the tags that are asked for."""

    _fields_: ClassVar = [
        ("count", c_uint32),
        ("tag", POINTER(c_uint32)),
        ("format", POINTER(c_uint32)),
    ]


_REF: Final = c_void_p
_OUT_REF: Final = POINTER(c_void_p)
_OUT_LENGTH: Final = POINTER(c_uint32)
_FUNCTIONS: Final[dict[str, Any]] = {
    "CFRelease": CFUNCTYPE(None, _REF),
    "CFStringGetCString": CFUNCTYPE(c_ubyte, _REF, c_void_p, c_long, c_uint32),
    "SecCopyErrorMessageString": CFUNCTYPE(c_void_p, c_int32, c_void_p),
    "SecKeychainCopyDomainDefault": CFUNCTYPE(c_int32, c_int32, _OUT_REF),
    "SecKeychainGetPath": CFUNCTYPE(c_int32, _REF, _OUT_LENGTH, c_void_p),
    "SecKeychainGetStatus": CFUNCTYPE(c_int32, _REF, _OUT_LENGTH),
    "SecKeychainUnlock": CFUNCTYPE(c_int32, _REF, c_uint32, c_void_p, c_ubyte),
    "SecKeychainGetUserInteractionAllowed": CFUNCTYPE(c_int32, POINTER(c_ubyte)),
    "SecKeychainSetUserInteractionAllowed": CFUNCTYPE(c_int32, c_ubyte),
    "SecKeychainSearchCreateFromAttributes": CFUNCTYPE(
        c_int32, _REF, c_uint32, POINTER(AttributeList), _OUT_REF
    ),
    "SecKeychainSearchCopyNext": CFUNCTYPE(c_int32, _REF, _OUT_REF),
    "SecKeychainFindGenericPassword": CFUNCTYPE(
        c_int32, _REF, c_uint32, c_char_p, c_uint32, c_char_p, _OUT_LENGTH, _OUT_REF, _OUT_REF
    ),
    "SecKeychainAddGenericPassword": CFUNCTYPE(
        c_int32, _REF, c_uint32, c_char_p, c_uint32, c_char_p, c_uint32, c_char_p, _OUT_REF
    ),
    "SecKeychainItemCopyAttributesAndData": CFUNCTYPE(
        c_int32,
        _REF,
        POINTER(AttributeInfo),
        POINTER(c_uint32),
        POINTER(POINTER(AttributeList)),
        _OUT_LENGTH,
        _OUT_REF,
    ),
    "SecKeychainItemFreeAttributesAndData": CFUNCTYPE(c_int32, POINTER(AttributeList), c_void_p),
    "SecKeychainItemModifyAttributesAndData": CFUNCTYPE(
        c_int32, _REF, POINTER(AttributeList), c_uint32, c_char_p
    ),
    "SecKeychainItemDelete": CFUNCTYPE(c_int32, _REF),
}


def system_function(name: str) -> int:
    """The address of a function of this Mac's own frameworks."""
    framework = "CoreFoundation" if name.startswith("CF") else "Security"
    address = cast(getattr(CDLL(_FRAMEWORK.format(framework)), name), c_void_p).value
    return address or 0


def functions_by(find: FindFunction) -> Functions:
    """All functions with what they take and give. Raises as `find` does."""
    return {name: kind(find(name)) for name, kind in _FUNCTIONS.items()}
