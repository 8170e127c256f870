"""Where each entry of a file that rattler refuses begins and ends, as far as that can be told.

An entry that decodes is found by the strict reader. The end of one that does not is where its
brackets close, unless an entry that decodes begins before that: a quote that is missing turns the
rest of the file inside out, and the next good entry is what shows it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from authui.model.wire_errors import HOSTS, Code, Fault, may_be_host
from authui.model.wire_grammar import read_credential
from authui.model.wire_scan import Scanner
from authui.model.wire_skip import skip_value


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text. Good where it has a host and no `fault`.

    `value` is where its value begins, -1 where there is none. `words` say what it is where no
    fault of the reader does.
    """

    start: int
    end: int
    host: str | None = None
    value: int = -1
    fault: Fault | None = None
    words: str = ""


def split(text: str) -> Iterator[Part]:
    """All parts in their order; between them lie only white space, commas and outer brackets."""
    return _Splitter(text).parts()


def has_no_text(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether half of a surrogate pair stands there, by which bytes that are no text are kept."""
    return _HALF.search(text, start, len(text) if end is None else end) is not None


COMMENT: Final = "a comment, which JSON does not have"
"""What a comment is to rattler."""

_HALF: Final = re.compile("[\ud800-\udfff]")
_FRAME: Final = re.compile(r"[ \t\n\r,\]]*")
_COMMENT: Final = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_LOOSE: Final = re.compile(
    r'"(?:[^"\\]|\\.)*(?P<open>"|\\?\Z)|//[^\n]*|/\*.*?(?:\*/|\Z)|[{}\[\],]', re.DOTALL
)
_NEXT: Final = re.compile(r'(?<=[,}\s])(?="(?:[^"\\\x00-\x1f{}]|\\.)*"\s*:\s*\{)')


class _Splitter:
    def __init__(self, text: str) -> None:
        self.raw = text
        self.text = _HALF.sub("\ufffd", text)  # the reader takes text only, each sign as long
        self.at = 0
        self.entries: list[int] = []
        self.searched = 0

    def parts(self) -> Iterator[Part]:
        yield from self._frame()
        if self._char() == "{":
            self.at += 1
        elif self.at < len(self.text) and self._good(self.at) is None:
            yield self._whole()
            return
        while True:
            yield from self._frame()
            char = self._char()
            if not char:
                return
            if char == "}":
                yield from self._after_the_end()
            else:
                yield self._entry()

    def _char(self) -> str:
        return self.text[self.at : self.at + 1]

    def _frame(self) -> Iterator[Part]:
        """What stands between entries; comments are parts, since they may say something."""
        while True:
            space = _FRAME.match(self.text, self.at)
            self.at = space.end() if space else self.at
            comment = _COMMENT.match(self.text, self.at)
            if comment is None:
                return
            self.at = comment.end()
            end = comment.start() + len(comment[0].rstrip())
            yield Part(comment.start(), end, words=COMMENT)

    def _whole(self) -> Part:
        scan = Scanner(self.text)
        scan.at = self.at
        try:
            scan.refuse(HOSTS)
        except Fault as fault:
            start, self.at = self.at, len(self.text)
            return Part(start, self._trimmed(self.at, start), fault=fault)

    def _after_the_end(self) -> Iterator[Part]:
        """A bracket that ends the file; entries may follow where it is one too many."""
        while self._char() == "}":
            self.at += 1
            yield from self._frame()
        if self.at < len(self.text) and self._good(self.at) is None:
            start, self.at = self.at, len(self.text)
            yield Part(start, self._trimmed(self.at, start), fault=Fault(Code.TRAILING, start, 1))

    def _entry(self) -> Part:
        start = self.at
        scan = Scanner(self.text)
        scan.at = start
        host: str | None = None
        value = -1
        try:
            if self._char() != '"':
                scan.next_is_wrong(Code.KEY)
            name = scan.string()
            if has_no_text(self.raw, start, scan.at):
                scan.fail(Code.UTF8, at=start)
            # A slip can put a token where a name should stand, and a host is shown.
            if scan.peek() in (":", "{") and may_be_host(name):
                host = name
            scan.host = host
            scan.colon()
            scan.peek_value()
            value = scan.at
            read_credential(scan)
            if has_no_text(self.raw, value, scan.at):
                scan.field = None
                scan.fail(Code.UTF8, at=value)
        except Fault as fault:
            end = self._end(start, value if value >= 0 else start)
            self.at = max(end, start + 1)
            return Part(start, self._trimmed(self.at, start), host, value, fault)
        self.at = scan.at
        return Part(start, scan.at, name, value)

    def _end(self, start: int, value: int) -> int:
        """Where a bad entry ends, of which the value (or itself) begins at `value`."""
        scan = Scanner(self.text)
        scan.at = value
        try:
            skip_value(scan)
            end = scan.at
            if scan.peek() in (",", "}", "/", "#") and value > start:
                return end
        except Fault:
            pass
        return self._loose_end(value, self._next_entry(start))

    def _next_entry(self, start: int) -> int:
        """Where after `start` an entry begins that decodes and is in no comment; else the end."""
        index = bisect_right(self.entries, start)
        while index < len(self.entries) or self._find_another(start):
            if not self._is_commented(start, self.entries[index]):
                return self.entries[index]
            index += 1
        return len(self.text)

    def _find_another(self, start: int) -> bool:
        """Look for one that no earlier search came to, so that all of them pass the text once."""
        for found in _NEXT.finditer(self.text, max(start, self.searched) + 1):
            self.searched = found.end()
            if self._good(found.end()) is not None:
                self.entries.append(found.end())
                return True
        self.searched = len(self.text)
        return False

    def _loose_end(self, at: int, limit: int) -> int:
        """Where the brackets that open from here are closed, at the limit at the latest."""
        depth = 0
        for token in _LOOSE.finditer(self.text, at, limit):
            char = token[0][0]
            if char in "{[":
                depth += 1
            elif char in "}]" or (char == "," and depth == 0):
                if depth == 0:
                    return token.start()
                depth -= 1
                if depth == 0 and char == "}" and token.end() > at:
                    return token.end()
        return limit

    def _good(self, at: int) -> int | None:
        """Where the entry ends that begins here, if rattler would take it alone."""
        scan = Scanner(self.text)
        scan.at = at
        try:
            if self.text[at : at + 1] != '"':
                return None
            scan.string()
            scan.colon()
            read_credential(scan)
        except Fault:
            return None
        return None if has_no_text(self.raw, at, scan.at) else scan.at

    def _is_commented(self, start: int, at: int) -> bool:
        """Whether somebody took this out of the file on purpose."""
        line = self.text[max(start, self.text.rfind("\n", 0, at) + 1) : at]
        if line.lstrip().startswith("#") or re.search(r"(?<!:)//", line):
            return True
        return self.text.rfind("/*", start, at) > self.text.rfind("*/", start, at)

    def _trimmed(self, end: int, start: int = 0) -> int:
        """The end without the white space and commas before it."""
        return start + len(self.text[start:end].rstrip(" \t\n\r,"))
