"""Faults made on purpose, so that the machines' own retries and catches are seen to work.

A fault is aimed at a state of a machine. When the state's task is about to be called, the layer of
Step Functions either makes the fault itself (`throttled`, `times-out`, and whatever fails in a
plain API call) or hands it on, by the name of the job or function, to the service that runs it.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal, get_args

from rehearsal.errors import SettingError, listing

Kind = Literal[
    "fails",
    "throttled",
    "unavailable",
    "limited",
    "times-out",
    "stopped",
    "data-missing",
    "interrupted",
]
"""`fails`: the job exits 1, the function raises, the service answers an internal error.
`throttled`, `unavailable`, `limited`: the service refuses the call, because there are too many, for
an error of its own, or at a quota. `times-out`: the state outlives its time. `stopped`: the job or
function outlives its own. `data-missing`: what the task reads is not there. `interrupted`: Spot takes
the instances of a training away (SIGTERM) once it has written a checkpoint, and gives it others."""


@dataclass
class Fault:
    """One fault; `times` is how often it still happens, None for always; `run` "" is every run."""

    target: str
    kind: Kind
    times: int | None = None
    run: str = ""


@dataclass
class Faults:
    """The faults of one rehearsal, asked from any thread."""

    _faults: list[Fault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _callers: dict[str, Lock] = field(default_factory=lambda: defaultdict(Lock), repr=False)

    def add(self, target: str, kind: Kind, times: int | None = None, run: str = "") -> None:
        """Make `target` (a state, or the name of a job or function) fail, `times` times or always.

        With `run`, the name of an execution, a state fails in no other. Raises `SettingError` for a
        kind that does not exist.
        """
        if kind not in get_args(Kind):
            raise SettingError(
                f"There is no fault {kind!r}.", f"Choose one of {listing(get_args(Kind))}."
            )
        with self._lock:
            self._faults.append(Fault(target, kind, times, run))

    def clear(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._faults.clear()

    def alone(self, target: str) -> AbstractContextManager[object]:
        """Keep other calls of a job or function waiting: a fault handed on is this call's."""
        with self._lock:
            return self._callers[target]

    def take(self, target: str, kind: Kind, run: str = "") -> bool:
        """Tell whether `target` shall now, in `run`, suffer `kind`, and use it up once."""
        with self._lock:
            for fault in self._faults:
                aimed = (fault.target, fault.kind) == (target, kind) and fault.run in ("", run)
                if aimed and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return True
        return False
