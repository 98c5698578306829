"""What is not HTTP, told once a minute with a count: nobody can fill a disk by sending rubbish."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from unchurn.serve.metrics import Counts

MINUTE = 60.0
_LOG = logging.getLogger("unchurn.serve")


class Malformed(logging.Filter):
    """Takes the lines that uvicorn would write for each such request; `tell` writes one for all."""

    def __init__(self, counts: Counts, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._counts, self._clock = counts, clock
        self._untold, self._next = 0, 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep what is no warning about a request: uvicorn has no others while it serves."""
        if record.levelno != logging.WARNING:
            return True
        self._untold += 1
        self._counts.malformed(1)
        return False

    def tell(self, last: bool = False) -> None:
        """Write the count, if there is one and a minute has passed since the `last` line, or at the end."""
        now = self._clock()
        if self._untold and (last or now >= self._next):
            requests = "request was" if self._untold == 1 else "requests were"
            _LOG.warning("%d %s not HTTP that this server speaks.", self._untold, requests)
            self._untold, self._next = 0, now + MINUTE
