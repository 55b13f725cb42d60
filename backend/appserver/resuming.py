"""Tells a window that comes back at the first look that what it is sent is new.

A window whose connection was lost is sent all its controls again. Flet 1.0.5's client compares each with the one in its
place: all their properties, all the way down, at every level anew, and all of it again for each hash that comparing
takes. Where the two are alike that froze a window for tens of seconds. Controls with different numbers of properties
are told apart before any of that, so each gets one or two that no control has.
"""

from collections import OrderedDict
from typing import Any, Final

import msgspec

# The first frame of either side is an array of two whose first is 1: who the client is, or what it is to show.
REGISTERS: Final = b"\x00\x92\x01"
_HEAD: Final = 1  # byte that says what kind of frame it is
_KEPT: Final = 10_000


class Resuming:
    """Remembers which windows it has seen, the latest ones, and by how many properties each was marked last."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._marks: OrderedDict[str, int] = OrderedDict()

    def marked(self, frame: bytes) -> bytes:
        """The frame; where it shows a window once more what it showed before, with every control in it marked.

        The window holds controls with the last count of marks, and without any: those that came later. So one mark and
        two take turns.
        """
        if not frame.startswith(REGISTERS):
            return frame
        action, body = msgspec.msgpack.decode(frame[_HEAD:])
        session = body["session_id"]
        known = self._marks.pop(session, None)
        marks = self._marks[session] = 0 if known is None else 2 if known == 1 else 1
        if len(self._marks) > self._kept:
            self._marks.popitem(last=False)
        if not marks:
            return frame
        _mark(body, {f"shown_again_{count}": True for count in range(marks)})
        return frame[:_HEAD] + msgspec.msgpack.encode((action, body))


def _mark(part: Any, mark: dict[str, bool]) -> None:
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for each in tuple(inner):
        _mark(each, mark)
    if isinstance(part, dict) and "_c" in part:
        part.update(mark)
