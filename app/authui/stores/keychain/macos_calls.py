"""macOS' Security framework: the only room that calls its C functions.

rattler's keyring crate (apple-native-keyring-store, `keychain.rs`) asks and changes the file-based
keychain with SecKeychainCopyDomainDefault, SecKeychainFindGenericPassword,
SecKeychainAddGenericPassword, SecKeychainItemModifyAttributesAndData and SecKeychainItemDelete.
The same functions are called here, so that what is found, compared byte by byte and kept is the
same. They are plain C and called through ctypes: PyObjC's Security package lacks the two that
read and change one item in place, and would bring three packages of compiled code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import (
    POINTER,
    byref,
    c_ubyte,
    c_uint32,
    c_void_p,
    cast,
    create_string_buffer,
    string_at,
)
from typing import Any, Final

from authui.stores.keychain.macos_functions import (
    ACCOUNT,
    CREATED,
    GENERIC_PASSWORD,
    MODIFIED,
    SERVICE,
    Attribute,
    AttributeInfo,
    AttributeList,
    Functions,
)

_USER_DOMAIN: Final = 0  # kSecPreferencesDomainUser
_UNLOCKED: Final = 1  # kSecUnlockStateStatus
_UTF8: Final = 0x08000100  # kCFStringEncodingUTF8
_LONGEST_PATH: Final = 1024
_NOT_FOUND: Final = -25300
_TAGS: Final = (ACCOUNT, SERVICE, CREATED, MODIFIED)


class Status(Exception):
    """A function said that it failed: `code` is its OSStatus, `text` what macOS calls that."""

    def __init__(self, code: int, text: str | None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class Calls:
    """The functions, one method each; every method raises `Status` where macOS reports a failure.

    `step` is called before each of them. A reference that a method gives is released when its
    `with` block ends: an item that is kept would show this process what it once was.
    """

    def __init__(self, functions: Functions, step: Callable[[], None]) -> None:
        self._functions = functions
        self._step = step

    @contextmanager
    def default_keychain(self) -> Iterator[c_void_p]:
        """The default keychain of the user's domain, as rattler takes it."""
        keychain = c_void_p()
        self._do("SecKeychainCopyDomainDefault", _USER_DOMAIN, byref(keychain))
        with self._released(keychain):
            yield keychain

    def path(self, keychain: c_void_p) -> str:
        """The keychain's file."""
        length = c_uint32(_LONGEST_PATH)
        buffer = create_string_buffer(_LONGEST_PATH)
        self._do("SecKeychainGetPath", keychain, byref(length), buffer)
        return buffer.raw[: length.value].decode("utf-8", "replace")

    def is_unlocked(self, keychain: c_void_p) -> bool:
        """Whether it is unlocked. Opens no window."""
        status = c_uint32()
        self._do("SecKeychainGetStatus", keychain, byref(status))
        return bool(status.value & _UNLOCKED)

    def unlock(self, keychain: c_void_p) -> None:
        """Have macOS ask for the keychain's password."""
        self._do("SecKeychainUnlock", keychain, 0, None, 0)

    @contextmanager
    def without_windows(self) -> Iterator[None]:
        """Have every call of this whole process fail where it would open a window."""
        allowed = c_ubyte()
        self._do("SecKeychainGetUserInteractionAllowed", byref(allowed))
        self._do("SecKeychainSetUserInteractionAllowed", 0)
        try:
            yield
        finally:  # also where nobody waits any more
            self._functions["SecKeychainSetUserInteractionAllowed"](allowed)

    def items(self, keychain: c_void_p, service: bytes) -> Iterator[c_void_p]:
        """The service's generic passwords, each released when the next is asked for."""
        text = create_string_buffer(service, len(service))
        wanted = Attribute(SERVICE, len(service), cast(text, c_void_p))
        attributes = AttributeList(1, (Attribute * 1)(wanted))
        search = c_void_p()
        self._do(
            "SecKeychainSearchCreateFromAttributes",
            keychain,
            GENERIC_PASSWORD,
            byref(attributes),
            byref(search),
        )
        with self._released(search):
            while True:
                item = c_void_p()
                if not self._found("SecKeychainSearchCopyNext", search, byref(item)):
                    return
                with self._released(item):
                    yield item

    @contextmanager
    def find(self, keychain: c_void_p, service: bytes, account: bytes) -> Iterator[c_void_p | None]:
        """The item for exactly this account, None where there is none. Its secret is not asked for.

        An empty account must not be asked for: the function takes that as any.
        """
        item = c_void_p()
        name = "SecKeychainFindGenericPassword"
        sizes = (len(service), service, len(account), account)
        if not self._found(name, keychain, *sizes, None, None, byref(item)):
            yield None
            return
        with self._released(item):
            yield item

    def attributes(self, item: c_void_p) -> dict[int, bytes]:
        """What anyone may read of an item."""
        attributes, _ = self._content(item, None, None)
        return attributes

    def secret(self, item: c_void_p) -> tuple[dict[int, bytes], bytes]:
        """The same and its secret, both of one moment. macOS may ask the person first."""
        return self._content(item, c_uint32(), c_void_p())

    def add(self, keychain: c_void_p, service: bytes, account: bytes, data: bytes) -> None:
        """Make an item. macOS gives it the service as its label, and trusts this program with it."""
        sizes = (len(service), service, len(account), account, len(data), data)
        self._do("SecKeychainAddGenericPassword", keychain, *sizes, None)

    def modify(self, item: c_void_p, data: bytes) -> None:
        """Give an item another secret; attributes and the list of trusted programs stay."""
        self._do("SecKeychainItemModifyAttributesAndData", item, None, len(data), data)

    def delete(self, item: c_void_p) -> None:
        """Take an item out of its keychain."""
        self._do("SecKeychainItemDelete", item)

    def _content(
        self, item: c_void_p, length: c_uint32 | None, data: c_void_p | None
    ) -> tuple[dict[int, bytes], bytes]:
        tags = (c_uint32 * len(_TAGS))(*_TAGS)
        formats = (c_uint32 * len(_TAGS))()
        info = AttributeInfo(len(_TAGS), tags, formats)
        found = POINTER(AttributeList)()
        self._do(
            "SecKeychainItemCopyAttributesAndData",
            item,
            byref(info),
            None,
            byref(found),
            None if length is None else byref(length),
            None if data is None else byref(data),
        )
        try:
            given = found.contents
            attributes = {
                one.tag: string_at(one.data, one.length) if one.data else b""
                for one in given.attr[: given.count]
            }
            if length is None or data is None or not data.value:
                return attributes, b""
            return attributes, string_at(data.value, length.value)
        finally:
            self._functions["SecKeychainItemFreeAttributesAndData"](found, data)

    def _found(self, name: str, *arguments: Any) -> bool:
        """Call a function that says by its status whether there is something."""
        try:
            self._do(name, *arguments)
        except Status as status:
            if status.code != _NOT_FOUND:
                raise
            return False
        return True

    def _do(self, name: str, *arguments: Any) -> None:
        self._step()
        code = self._functions[name](*arguments)
        if code:
            raise Status(code, self._message(code))

    def _message(self, code: int) -> str | None:
        text = c_void_p(self._functions["SecCopyErrorMessageString"](code, None))
        if text.value is None:
            return None
        with self._released(text):
            buffer = create_string_buffer(_LONGEST_PATH)
            if not self._functions["CFStringGetCString"](text, buffer, len(buffer), _UTF8):
                return None
            return buffer.value.decode("utf-8", "replace")

    @contextmanager
    def _released(self, reference: c_void_p) -> Iterator[None]:
        try:
            yield
        finally:
            self._functions["CFRelease"](reference)
