"""A bell that rings when something has come to its end: whoever waits for that looks again at once."""

from __future__ import annotations

from threading import Condition


class Bell:
    """Counts what has ended; one bell a cloud, for its jobs, runs, crawls and queries."""

    def __init__(self) -> None:
        self._rings = 0
        self._rung = Condition()

    @property
    def rings(self) -> int:
        """How often it has rung: to be read before one looks, so that no ring is missed after."""
        return self._rings

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._rung:
            self._rings += 1
            self._rung.notify_all()

    def wait(self, rings: int, seconds: float) -> None:
        """Wait until it has rung more than `rings` times, or for `seconds`."""
        with self._rung:
            self._rung.wait_for(lambda: self._rings > rings, seconds)
