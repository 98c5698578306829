"""Ctrl-C that is not lost.

Python raises `KeyboardInterrupt` wherever it happens to be. In a destructor, an import's hook or a
callback of C code nobody can catch it, and it is dropped: so each one is remembered until it was
answered, and long work asks.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_pressed = threading.Event()


@contextmanager
def remembered() -> Iterator[None]:
    """For the length of the block, remember a Ctrl-C until it is `answered`.

    Does nothing outside the main thread, or where Ctrl-C is not Python's to answer.
    """
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    _pressed.clear()
    signal.signal(signal.SIGINT, _press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _pressed.clear()


def heed() -> None:
    """Raise the `KeyboardInterrupt` that was dropped, if one was."""
    if _pressed.is_set():
        raise KeyboardInterrupt


def answered() -> None:
    """Forget the Ctrl-C: whoever caught it has done what it asks for."""
    _pressed.clear()


def _press(number: int, frame: FrameType | None) -> None:
    _pressed.set()
    raise KeyboardInterrupt
