"""Who may enter a stage: one execution at a time; of those that wait, the newest or the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Condition

from rehearsal.delivery.execution import Execution, StoppedError

LOOK_SECONDS = 0.05


class SupersededError(Exception):
    """A newer execution took this one's place before a stage."""


@dataclass
class StageQueue:
    """The stages of one pipeline, by name."""

    held: dict[str, Execution] = field(default_factory=dict)
    waiting: dict[str, list[Execution]] = field(default_factory=dict)
    _changed: Condition = field(default_factory=Condition, repr=False)

    def enter(self, stage: str, execution: Execution) -> None:
        """Wait until the stage is free. Raises `SupersededError` or `StoppedError` meanwhile."""
        with self._changed:
            line = self.waiting.setdefault(stage, [])
            if execution.declared.get("executionMode", "SUPERSEDED") == "SUPERSEDED":
                for older in line:
                    older.superseded = True
            line.append(execution)
            try:
                while stage in self.held or line[0] is not execution:
                    if execution.superseded:
                        raise SupersededError
                    if execution.stopped.is_set():
                        raise StoppedError
                    self._changed.wait(LOOK_SECONDS)
                self.held[stage] = execution
            finally:
                line.remove(execution)

    def leave(self, stage: str) -> None:
        """Let the next one in."""
        with self._changed:
            del self.held[stage]
            self._changed.notify_all()
