"""Faults made on purpose, so that the machines' own retries and catches are seen to work.

A fault is aimed at a state of a machine. When the state's task is about to be called, the layer of
Step Functions either makes the fault itself (`throttled`, `times-out`, and whatever fails in a
plain API call) or hands it on, by the name of the job or function, to the service that runs it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Literal, get_args

from unchurn.errors import ConfigError, listing

Kind = Literal["fails", "throttled", "times-out", "data-missing"]
"""`fails`: the job exits 1, the function raises, the service answers an internal error.
`throttled`: the service refuses the call. `times-out`: the state outlives its time.
`data-missing`: what the task reads is not there."""


@dataclass
class Fault:
    """One fault; `times` is how often it still happens, None for always."""

    target: str
    kind: Kind
    times: int | None = None


@dataclass
class Faults:
    """The faults of one rehearsal, asked from any thread."""

    _faults: list[Fault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, target: str, kind: Kind, times: int | None = None) -> None:
        """Make `target` (a state, or the name of a job or function) fail, `times` times or always.

        Raises `ConfigError` for a kind that does not exist.
        """
        if kind not in get_args(Kind):
            raise ConfigError(
                f"There is no fault {kind!r}.", f"Choose one of {listing(get_args(Kind))}."
            )
        with self._lock:
            self._faults.append(Fault(target, kind, times))

    def clear(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._faults.clear()

    def take(self, target: str, kind: Kind) -> bool:
        """Tell whether `target` shall now suffer `kind`, and use it up once."""
        with self._lock:
            for fault in self._faults:
                if fault.target == target and fault.kind == kind and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return True
        return False
