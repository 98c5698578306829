"""Ctrl-C and its like, heard by a process that waits for nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def endings() -> Iterator[int]:
    """Yield a descriptor that has a byte to read once this process is asked to end.

    Until the block is left such requests do nothing else, so that closing is never cut short.
    """
    heard, said = os.pipe()

    def hear(number: int, frame: FrameType | None) -> None:
        os.write(said, b"!")

    # nohup has SIGHUP ignored, and means it.
    minded = [each for each in _ENDINGS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, hear) for each in minded}
    try:
        yield heard
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        os.close(heard)
        os.close(said)
