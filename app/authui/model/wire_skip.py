"""Values that nobody wants, such as those of fields that rattler does not know.

serde_json is more lenient with them: no limit on depth or numbers, any pair of surrogates.
Source of the rules: serde_json, `Deserializer::ignore_value`.
"""

from __future__ import annotations

from authui.model.wire_errors import Code
from authui.model.wire_scan import CLOSER, DIGITS, WORDS, Scanner


def skip_value(scan: Scanner) -> None:
    """A value nobody wants, however deep: no recursion, no limit on numbers."""
    open_brackets: list[str] = []
    while True:
        char = scan.peek_value()
        if char in CLOSER:
            scan.at += 1
            if not _is_empty(scan, char):
                open_brackets.append(char)
                continue
        else:
            _skip_scalar(scan, char)
        while open_brackets and not _another(scan, open_brackets[-1]):
            open_brackets.pop()
        if not open_brackets:
            return


def _skip_scalar(scan: Scanner, char: str) -> None:
    if char == '"':
        scan.skip_string()
    elif char in WORDS:
        scan.word()
    elif char == "-" or char in DIGITS:
        scan.number_parts(Code.NUMBER)
    else:
        scan.next_is_wrong(Code.VALUE)


def _is_empty(scan: Scanner, bracket: str) -> bool:
    """Whether the bracket closes at once; else the first name of an object is consumed."""
    char = scan.peek()
    if char == CLOSER[bracket]:
        scan.at += 1
        return True
    if not char:
        scan.next_is_wrong(Code.EOF_LIST if bracket == "[" else Code.EOF_OBJECT)
    if bracket == "{":
        _skip_key(scan)
    return False


def _another(scan: Scanner, bracket: str) -> bool:
    """Whether a further value follows in the bracket; else its end is consumed."""
    char = scan.peek()
    if char not in (",", CLOSER[bracket]):
        is_list = bracket == "["
        if not char:
            scan.next_is_wrong(Code.EOF_LIST if is_list else Code.EOF_OBJECT)
        scan.next_is_wrong(Code.LIST_COMMA if is_list else Code.OBJECT_COMMA)
    scan.at += 1
    if char == "," and bracket == "{":
        _skip_key(scan)
    return char == ","


def _skip_key(scan: Scanner) -> None:
    char = scan.peek()
    if char != '"':
        scan.next_is_wrong(Code.KEY if char else Code.EOF_OBJECT)
    scan.skip_string()
    scan.colon()
