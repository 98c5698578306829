"""How long work tells how far it is: a small seam that the command line fills in.

Steps report to a `Progress` and never print. `Silent` is the default everywhere, so that
calling a step from Python or from a job shows nothing unless somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Task(Protocol):
    """One running piece of work."""

    def advance(self, amount: float = 1) -> None:
        """Count `amount` more units as done."""

    def say(self, words: str) -> None:
        """Show the latest detail beside the bar, for example the best score so far."""


class Progress(Protocol):
    """Where work announces itself."""

    def task(self, name: str, total: float | None = None) -> AbstractContextManager[Task]:
        """Open a task of `total` units (None where the total is unknown)."""

    def note(self, words: str) -> None:
        """Tell the user one line that should stay on the screen."""


class _SilentTask:
    def advance(self, amount: float = 1) -> None:
        return None

    def say(self, words: str) -> None:
        return None


class Silent:
    """A `Progress` that shows nothing."""

    @contextmanager
    def task(self, name: str, total: float | None = None) -> Iterator[Task]:
        """Open a task nobody sees."""
        yield _SilentTask()

    def note(self, words: str) -> None:
        """Drop the line."""
        return
