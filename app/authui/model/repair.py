"""A credentials file that rattler refuses, taken apart entry by entry so that nothing is lost.

rattler decodes a file in one go: one bad entry makes all of it unusable. Here each entry is judged
by the same strict reader alone, and whatever is neither an entry nor the frame around them is kept
as a bad entry without a host.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from authui.model.mending import Mend, propose
from authui.model.secret import Secret
from authui.model.wire import encode_file
from authui.model.wire_errors import Code, Fault, describe, position
from authui.model.wire_split import COMMENT, Part, has_no_text, split


@dataclass(frozen=True, slots=True)
class BadEntry:
    """A part of the file that rattler does not take.

    `host` is None where not even that is known. `raw` is all of it as it stands there, `value` what
    stands after the colon, None without a host. `reason` is the decoder's message, without any
    value. `proposal` is the one value that it can only have meant, made of it by `mends`; None
    where a person has to say. `after` counts the good entries before it.
    """

    host: str | None
    raw: Secret
    value: Secret | None
    reason: str
    proposal: Secret | None
    mends: tuple[Mend, ...]
    after: int


@dataclass(frozen=True, slots=True)
class Repair:
    """A file in parts: `good` are hosts with the exact text of their values, in the file's order.

    `damaged` says that it is not all UTF-8, so that these texts alone do not give its bytes back.
    """

    good: tuple[tuple[str, Secret], ...]
    bad: tuple[BadEntry, ...]
    damaged: bool

    @property
    def only_kinds(self) -> bool:
        """Whether the spelling of kinds is all that is wrong."""
        return bool(self.bad) and all(entry.mends == (Mend.KIND,) for entry in self.bad)


def take_apart(data: bytes) -> Repair:
    """The parts of a file, whatever its bytes are. Raises nothing."""
    text, rest, is_utf8 = _text_of(data)
    good: list[tuple[str, Secret]] = []
    bad: list[BadEntry] = []
    for part in split(text):
        if part.fault is None and part.host is not None:
            good.append((part.host, Secret(text[part.value : part.end])))
        else:
            bad.extend(_bad(text, part, len(good)))
    if rest:
        fault = Fault(Code.UTF8, len(text))
        bad.append(_without_host(rest, _reason(text, fault), len(good)))
    return Repair(tuple(good), tuple(bad), not is_utf8 or has_no_text(text))


def rebuild(repair: Repair, values: Mapping[int, Secret]) -> bytes:
    """The file with its good entries, and of the bad ones those that `values` gives a text by index.

    Order is kept, since of a host that stands twice the last counts. Raises `BadInput`.
    """
    pairs: list[tuple[str, Secret]] = []
    taken = 0
    for index, entry in enumerate(repair.bad):
        pairs.extend(repair.good[taken : entry.after])
        taken = entry.after
        if index in values and entry.host is not None:
            pairs.append((entry.host, values[index]))
    return encode_file([*pairs, *repair.good[taken:]])


def _bad(text: str, part: Part, after: int) -> list[BadEntry]:
    raw = text[part.start : part.end]
    reason = part.words if part.fault is None else _reason(text, part.fault)
    if part.host is None or part.value < 0:
        return [BadEntry(part.host, Secret(raw), None, reason, None, (), after)]
    value = text[part.value : part.end]
    proposal, mends, comments = propose(value)
    entry = BadEntry(
        part.host,
        Secret(raw),
        Secret(value),
        reason,
        None if proposal is None else Secret(proposal),
        mends,
        after,
    )
    return [entry, *(_without_host(comment, COMMENT, after) for comment in comments)]


def _without_host(raw: str, reason: str, after: int) -> BadEntry:
    return BadEntry(None, Secret(raw), None, reason, None, (), after)


def _reason(text: str, fault: Fault) -> str:
    before = text[: fault.index].encode("utf-8", "surrogatepass")
    after = text[fault.index : fault.index + fault.extra].encode("utf-8", "surrogatepass")
    line, column = position(before + after, len(before) + fault.extra)
    return describe(fault, line, column).message


def _text_of(data: bytes) -> tuple[str, str, bool]:
    """The file as text without its byte order mark, what is left over of it, and if it is UTF-8.

    A byte that is no UTF-8 becomes half of a surrogate pair, which no good entry can hold.
    """
    encoding = _wide(data)
    if encoding is None:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape"), "", True
    end = len(data) // 2 * 2
    text = data[:end].decode(encoding, "surrogatepass").removeprefix("\ufeff")
    return text, data[end:].strip().decode("utf-8", "surrogateescape"), False


def _wide(data: bytes) -> str | None:
    """The encoding of a file in UTF-16, with a byte order mark or without."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return encoding
    sample = data[:200]
    for zeros, encoding in ((sample[1::2], "utf-16-le"), (sample[::2], "utf-16-be")):
        if zeros.count(0) * 2 > len(zeros) and sample.count(0) * 4 < 3 * len(sample):
            return encoding
    return None
