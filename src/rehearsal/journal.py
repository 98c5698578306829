"""What the rehearsal did, in order: the report reads it, the progress listens to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

UNPROVEN = (
    "permissions that nothing done here asks for, and service control policies",
    "quotas and the start of instances",
    "networks and endpoints of a VPC",
    "Athena's dialect beyond what DuckDB accepts",
)
"""What no rehearsal proves; a journal's own `unproven` comes on top."""


@dataclass(frozen=True)
class Note:
    """One thing done. `kind` is what did it: processing, training, lambda, glue, crawl.

    `name` is the job or function, `status` how it ended in the service's own word, `seconds` how
    long it took, `why` the reason of a failure or the remark to be shown ("" when there is none).
    """

    kind: str
    name: str
    status: str
    seconds: float
    why: str = ""


@dataclass
class Journal:
    """Notes from any thread. `listen` is called with each as it is written."""

    listen: Callable[[Note], None] | None = None
    notes: list[Note] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def note(self, kind: str, name: str, status: str, seconds: float = 0.0, why: str = "") -> None:
        """Write down one thing done."""
        written = Note(kind, name, status, round(seconds, 2), why)
        with self._lock:
            self.notes.append(written)
        if self.listen is not None:
            self.listen(written)

    def remark(self, sentence: str) -> None:
        """Write down, once, something that the rehearsal does otherwise than AWS, or cannot prove."""
        with self._lock:
            if sentence not in self.unproven:
                self.unproven.append(sentence)
