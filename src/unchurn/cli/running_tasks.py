"""What is running right now: kept by the work, read by whatever shows it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Running:
    """One open task. Counting costs an addition: showing it is somebody else's thread."""

    name: str
    total: float | None = None
    done: float = 0.0
    detail: str = ""
    began: float = field(default_factory=time.monotonic)

    def advance(self, amount: float = 1) -> None:
        """Count `amount` more units as done."""
        self.done += amount

    def say(self, words: str) -> None:
        """Set the detail beside the bar."""
        self.detail = words

    @property
    def share(self) -> float | None:
        """How much of it is done, from 0 to 1; None where the total is unknown."""
        if not self.total:
            return None
        return min(max(self.done / self.total, 0.0), 1.0)

    @property
    def seconds(self) -> float:
        """How long it has been open."""
        return time.monotonic() - self.began


class RunningTasks:
    """A `Progress` that keeps the open tasks, outermost first, and writes notes at once.

    With `verbose` it also writes how long each task took.
    """

    def __init__(self, write: Callable[[str], None], verbose: bool = False) -> None:
        self._open: list[Running] = []
        self._write = write
        self._verbose = verbose

    @property
    def tasks(self) -> tuple[Running, ...]:
        """The open tasks as they are now."""
        return tuple(self._open)

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Running]:
        """Open a task of `total` units (None where the total is unknown)."""
        running = Running(name, total)
        self._open.append(running)
        try:
            yield running
        finally:
            self._open.remove(running)
            if self._verbose:
                detail = f" ({running.detail})" if running.detail else ""
                self._write(f"{name}: {running.seconds:.1f} s{detail}")

    def note(self, words: str) -> None:
        """Write one line that stays."""
        self._write(words)


def printable(text: str) -> str:
    """Spell out control characters: a table's cell must not be able to steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
