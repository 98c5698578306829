"""Progress as lines of a job's log: what begins, how long it took, what should be remembered."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from unchurn.progress import Task


class _Quiet:
    def advance(self, amount: float = 1) -> None:
        return None

    def say(self, words: str) -> None:
        return None


class Log:
    """A `Progress` that writes one line a task to stderr, which becomes the job's log."""

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        """Write what begins, and how many seconds it took when it has ended."""
        began = time.monotonic()
        size = f" ({total:,.0f})" if total else ""
        self.note(f"{name}{size} …")
        yield _Quiet()
        self.note(f"{name}: {time.monotonic() - began:.1f} s")

    def note(self, words: str) -> None:
        """Write a line."""
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()
