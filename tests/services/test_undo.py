"""How long a change can be taken back."""

from __future__ import annotations

from authui.services.change import Place, Step
from authui.services.undo import KEPT_FOR, LastChange

STEPS = (Step(Place("file", "h.test"), None, None),)


def test_it_is_kept_for_five_minutes_and_not_longer() -> None:
    now = [100.0]
    last = LastChange(lambda: now[0])
    assert last.what is None
    last.remember("the change", STEPS)
    now[0] += KEPT_FOR - 0.1
    assert last.what == "the change"
    now[0] += 0.1
    assert last.what is None
    now[0] -= 1
    assert last.what is None  # it is not only hidden
    assert last.take() == ()


def test_it_is_taken_once() -> None:
    last = LastChange()
    last.remember("the change", STEPS)
    assert last.take() == STEPS
    assert last.take() == ()
    assert last.what is None


def test_what_cannot_be_taken_back_replaces_what_could() -> None:
    last = LastChange()
    last.remember("the change", STEPS)
    last.remember("another", ())
    assert last.what is None
    assert last.take() == ()
