"""Ctrl-C that is not lost, and ends nothing but the work.

Python raises `KeyboardInterrupt` wherever it happens to be. In a destructor nobody can catch it, and it
is dropped; in a library's callback it becomes that library's own error; in a module of C++ that is
being loaded it aborts the process. So each one is remembered until it was answered, long work asks
for it, and while anything is imported it waits a moment.
"""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_pressed = threading.Event()
_AGAIN = 0.05
_LONGEST = 100
"""How often it waits for an import: five seconds."""
_waited = 0


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


def pending() -> bool:
    """Whether a Ctrl-C is still to be answered, whatever became of its exception."""
    return _pressed.is_set()


def _press(number: int, frame: FrameType | None) -> None:
    global _waited  # noqa: PLW0603 - one process, one Ctrl-C
    _pressed.set()
    if _waited < _LONGEST and _importing(frame):
        _waited += 1
        again = threading.Timer(_AGAIN, _thread.interrupt_main)
        again.daemon = True
        again.start()
        return
    _waited = 0
    raise KeyboardInterrupt


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
